/*
 * Who gains and who loses which rights when one site takes the place of
 * another, for everybody either names.
 */
#pragma once

#include "policy/plan.h"
#include "policy/rights.h"
#include "provider/object/site.h"
#include "provider/store/policy_version.h"

/*
 * Names are borrowed from both sites. A user is compared with what the site
 * itself says of them: groups that only a sign-in tells stand for themselves.
 */
MUST_CHECK
enum status difference_make(const struct site *before, const struct site *after,
                            int64_t now_s, struct arena *arena,
                            struct rights_difference *difference_out);

/* SHA-256, in hex, of all that a plan says: the files, what they take over
 * with whom, what they change, and whose rights. */
MUST_CHECK
enum status difference_digest(const char *files, struct text adopted,
                              const struct policy_plan *plan,
                              const struct rights_difference *rights,
                              char digest_out[POLICY_DIGEST_BYTES]);
