/*
 * Operations that direct assignments block: Modify and Delete on the collection
 * itself (R7.5.2). A blocked operation is not held, so it can be neither given
 * nor unblocked (T61).
 */
#pragma once

#include "rbac/holding.h"

/*
 * Does the gift contain nothing that the subject is blocked from, from now
 * until its end, except what the receiving record is blocked from as well?
 */
bool blocked_nowhere(const struct rbac_subject *subject, struct gift gift,
                     const struct rbac_admin *receiver, int64_t now_s);

/* A record that changes, or is removed if after is NULL. */
struct admin_change {
    uint32_t index;
    const struct rbac_admin *before;
    const struct rbac_admin *after;
};

/*
 * Do the direct assignments that the change ends unblock nothing but what the
 * subject, signed in at a level, may do? What the new content itself gives is
 * checked elsewhere.
 */
bool blocked_may_end(const struct rbac_subject *subject,
                     const struct admin_change *change, enum auth_level level,
                     int64_t now_s);
