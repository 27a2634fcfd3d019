/*
 * Evidence that is to count as a user's.
 *
 * Whoever can sign in as somebody holds what they hold: by their own record
 * and by every group they are in. So an identity is given to a user only by who
 * could give all of that away; and a Kerberos principal that is a user's name
 * already is taken from that user by the same rule (R10.4, R10.5, T61). Who
 * the minimum level does not bind is decided at the top, and so is who signs in
 * as one of them (T71).
 *
 * Groups of the site are known here; those from outside are not. They do not
 * count for who signs in by an identity that was given below the top
 * (site_identity_is_lent); and a principal, to whose name they may give
 * anything, is made another user's only by who could give all that they may.
 */
#pragma once

#include "provider/base/identity.h"
#include "provider/object/object_private.h"

/* Who asks: a caller in an engine, with the rows of its store. */
struct claim_asker {
    const struct object_map *map;
    const struct rbac_engine *engine;
    const struct rbac_subject *subject;
    enum auth_level level;
    int64_t now_s;
};

/* row 0: the record is not there yet. name is the user's. */
struct claim {
    int64_t row;
    struct text name;
    enum identity_kind kind;
    struct text value; /* canonical */
};

/* An identity that the record has already is no claim: allowed. */
MUST_CHECK
enum status claim_check(struct store *store, const struct claim_asker *asker,
                        const struct claim *claim,
                        struct rbac_decision *decision_out);

/*
 * A record of a group from outside makes everybody whom its source puts there
 * whatever its name is a member of: it is made by who could give that.
 */
MUST_CHECK
enum status claim_check_group(struct store *store,
                              const struct claim_asker *asker, struct text name,
                              struct rbac_decision *decision_out);
