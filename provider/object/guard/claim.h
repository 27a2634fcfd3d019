/*
 * Claiming evidence for a user.
 *
 * Signing in as a user gives everything they hold: by their own record and by
 * every group they are in. So giving an identity to a user needs the right to
 * give all of that away; and taking a Kerberos principal that is a user's name
 * already follows the same rule (R10.4, R10.5, T61). Only the top decides on
 * exclusions from the minimum level, and so on sign-ins as an excluded user
 * (T71).
 *
 * Groups of the site are known here; external ones are not. They do not count
 * for sign-ins with an identity that was given below the top
 * (site_identity_is_lent); and making a principal, to whose name they may give
 * anything, another user's needs the right to give all that they may.
 */
#pragma once

#include "provider/base/identity.h"
#include "provider/object/object_private.h"

/* The caller: a subject in an engine, with the rows of its store. */
struct claim_asker {
    const struct object_map *map;
    const struct rbac_engine *engine;
    const struct rbac_subject *subject;
    enum auth_level level;
    int64_t now_s;
};

/* row 0: the record does not exist yet. name is the user's. */
struct claim {
    int64_t row;
    struct text name;
    enum identity_kind kind;
    struct text value; /* canonical */
};

/* An identity that the record has already is not a claim: allowed. */
MUST_CHECK
enum status claim_check(struct store *store, const struct claim_asker *asker,
                        const struct claim *claim,
                        struct rbac_decision *decision_out);

/*
 * A record of an external group makes everybody its source names a member of
 * whatever names it: creating it needs the right to give that.
 */
MUST_CHECK
enum status claim_check_group(struct store *store,
                              const struct claim_asker *asker, struct text name,
                              struct rbac_decision *decision_out);
