/*
 * What direct assignments keep from those who have them: Modify and Delete on
 * the collection itself (R7.5.2). Who is kept from something does not hold it,
 * so it is neither theirs to give nor to set free (T61).
 */
#pragma once

#include "rbac/holding.h"

/*
 * Whether the subject is kept from nothing of a gift, from now on until its
 * end, save from what the receiving record is kept from all the same.
 */
bool blocked_nowhere(const struct rbac_subject *subject, struct gift gift,
                     const struct rbac_admin *receiver, int64_t now_s);

/* A record that changes, or goes when after is NULL. */
struct admin_change {
    uint32_t index;
    const struct rbac_admin *before;
    const struct rbac_admin *after;
};

/*
 * Whether the direct assignments that the change ends set nothing free but what
 * the subject, signed in at a level, may do. Free by the new content itself is
 * what that content gives, so it is not asked here.
 */
bool blocked_may_end(const struct rbac_subject *subject,
                     const struct admin_change *change, enum auth_level level,
                     int64_t now_s);
