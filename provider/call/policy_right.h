/*
 * What the policy of the site needs, as an object of its own.
 *
 * Policy files speak of administrators, groups, roles, scopes, collections and
 * the devices in them, of the level and of whom it does not bind, all for the
 * whole site at once: whoever sends, sees or compares them sees all of it.
 *
 * - To read it (its export, its history) needs Read on everything that it can
 *   speak of.
 * - Whom the level does not bind is told to who may modify the site, or change
 *   the policy: so a plan, a version's own files and a difference of versions
 *   need that as well.
 * - To put a version in place needs Modify on administrators and on roles, also
 *   where every object stays the same: a version is tests, a declared level,
 *   places, a message and a line of the history too.
 *
 * What is needed does not depend on what is there, so a denial tells nothing
 * (T60).
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
