#include "provider/call/question.h"

static enum auth_level higher(enum auth_level a, enum auth_level b)
{
    return a > b ? a : b;
}

/* Both must hold: the worse verdict, the higher level. */
struct rbac_decision question_both(struct rbac_decision a,
                                   struct rbac_decision b)
{
    if (a.verdict == RBAC_DENY)
        return a;
    if (b.verdict == RBAC_DENY)
        return b;
    if (a.verdict == RBAC_ALLOW)
        return b;
    a.level_required =
        higher(a.level_required,
               b.verdict == RBAC_ALLOW ? AUTH_LEVEL_NONE : b.level_required);
    return a;
}

/*
 * A caller below the site's minimum is asked as if they had reached it: what
 * would be allowed then is allowed at that level, and the rest stays denied.
 */
static struct rbac_decision decide_labels(const struct gate_question *q,
                                          struct object_need need,
                                          const uint32_t *labels,
                                          size_t n_labels)
{
    const struct rbac_request request = {
        .type = need.type,
        .operation = need.operation,
        .is_type_wide = !q->target,
        .labels = labels,
        .n_labels = n_labels,
        .level = higher(q->level, q->minimum),
        .now_s = q->now_s,
    };
    struct rbac_decision decision = rbac_check(q->subject, &request);

    if (decision.verdict == RBAC_ALLOW && q->level < q->minimum)
        decision = (struct rbac_decision){RBAC_ALLOW_AT_LEVEL,
                                          RBAC_LEVEL_TOO_LOW, q->minimum};
    return decision;
}

struct rbac_decision gate_decide(const struct gate_question *q)
{
    const struct object_target *target = q->target;
    struct rbac_decision decision;

    if (!target)
        return decide_labels(q, q->need, NULL, 0);
    decision = decide_labels(q, q->need, target->labels, target->n_labels);
    if (target->also_type == 0)
        return decision;
    return question_both(
        decision,
        decide_labels(
            q, (struct object_need){target->also_type, target->also_operation},
            target->also_labels, target->n_also_labels));
}
