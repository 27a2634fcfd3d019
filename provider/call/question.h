/*
 * A question about anybody's rights, and the decision: the engine's, with what
 * the site's minimum level makes of it.
 */
#pragma once

#include "provider/object/object.h"
#include "rbac/rbac.h"

/*
 * A decision for anybody: what the site's minimum does to one of the engine,
 * and whether an object's second labels are covered too.
 */
struct gate_question {
    const struct rbac_subject *subject;
    enum auth_level level;   /* of the caller */
    enum auth_level minimum; /* that binds the caller; NONE: none does */
    int64_t now_s;
    struct object_need need;
    const struct object_target *target; /* NULL: type-wide */
};
struct rbac_decision gate_decide(const struct gate_question *question);

/* Both must hold: the worse verdict, the higher level. */
struct rbac_decision question_both(struct rbac_decision a,
                                   struct rbac_decision b);
