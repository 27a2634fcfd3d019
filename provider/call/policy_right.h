/*
 * The rights that the policy of the site needs, as an object of its own.
 *
 * Policy files declare administrators, groups, roles, scopes, collections and
 * their devices, the level and its exclusions, all for the whole site: sending,
 * seeing or comparing them discloses all of it.
 *
 *
 * - Reading it (its export, its history) needs Read on everything that it can
 *   declare.
 * - Exclusions are disclosed to users who may modify the site, or change the
 *   policy: so a plan, a version's own files and a difference of versions
 *   need that as well.
 * - Applying a version needs Modify on administrators and on roles, also if
 *   every object stays the same: a version has tests, a declared level, places,
 *   a message and a line of the history too.
 *
 * The needs do not depend on what exists, so a denial discloses nothing (T60).
 */
#pragma once

#include "provider/object/question.h"
#include "provider/object/site.h"

enum policy_act {
    POLICY_CHANGE = 0,
    POLICY_TRY,
    POLICY_READ,
};

/*
 * The decision, with what a denial names: the first need that is missing, or
 * asks for the highest level, and the key of the object it was asked of ("":
 * type-wide). Whoever may change the policy may try one out.
 */
struct policy_answer {
    struct rbac_decision decision;
    struct object_need need;
    char key[OBJECT_KEY_MAX_BYTES + 1];
};
struct policy_answer policy_right_decide(struct store *store,
                                         const struct site *site,
                                         const struct question *caller,
                                         enum policy_act act);
