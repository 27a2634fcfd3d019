/*
 * Computes who gains and loses which rights if one site replaces another, for
 * everybody named by either.
 */
#pragma once

#include "policy/plan.h"
#include "policy/rights.h"
#include "provider/object/site.h"
#include "provider/store/policy_version.h"

/*
 * Names are borrowed from both sites. A user is compared with the groups that
 * the site itself lists; external groups are compared as subjects of their own.
 */
MUST_CHECK
enum status difference_make(const struct site *before, const struct site *after,
                            int64_t now_s, struct arena *arena,
                            struct rights_difference *difference_out);

/* SHA-256, in hex, of everything in a plan: the files, what they take over and
 * with whom, what they change, and whose rights. */
MUST_CHECK
enum status difference_digest(const char *files, struct text adopted,
                              const struct policy_plan *plan,
                              const struct rights_difference *rights,
                              char digest_out[POLICY_DIGEST_BYTES]);
