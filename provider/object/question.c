#include "provider/object/question.h"

#include "provider/object/site.h"
#include "rbac/administer.h"
#include "rbac/catalog.h"

bool question_is_worse(struct rbac_decision a, struct rbac_decision b)
{
    if (b.verdict == RBAC_DENY || a.verdict == RBAC_ALLOW)
        return false;
    return a.verdict == RBAC_DENY || b.verdict == RBAC_ALLOW ||
           a.level_required > b.level_required;
}

struct rbac_decision question_both(struct rbac_decision a,
                                   struct rbac_decision b)
{
    return question_is_worse(b, a) ? b : a;
}

static struct question_answer worse_of(struct question_answer a,
                                       struct question_answer b)
{
    return question_is_worse(b.decision, a.decision) ? b : a;
}

/*
 * A caller below the site's minimum is treated as if they had reached it: what
 * would be allowed then is allowed at that level, and the rest stays denied.
 */
static struct question_answer answer_labels(const struct question *q,
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
        .level = q->level > q->minimum ? q->level : q->minimum,
        .now_s = q->now_s,
    };
    struct rbac_decision decision =
        need.type == OBJECT_FOR_ALL
            ? (struct rbac_decision){RBAC_ALLOW, RBAC_ALLOWED,
                                     AUTH_LEVEL_DOMAIN}
            : rbac_check(q->subject, &request);

    if (decision.verdict == RBAC_ALLOW && q->level < q->minimum)
        decision = (struct rbac_decision){RBAC_ALLOW_AT_LEVEL,
                                          RBAC_LEVEL_TOO_LOW, q->minimum};
    return (struct question_answer){decision, need};
}

struct question_answer question_answer(const struct question *q)
{
    const struct object_target *target = q->target;
    struct question_answer worst;

    if (!target)
        return answer_labels(q, q->need, NULL, 0);
    worst = answer_labels(q, q->need, target->labels, target->n_labels);
    for (size_t i = 0; i < OBJECT_ALSO_MAX && target->also[i].type; i++) {
        const struct object_target_also *also = &target->also[i];

        worst = worse_of(
            worst,
            answer_labels(q, (struct object_need){also->type, also->operation},
                          also->labels, also->n_labels));
    }
    return worst;
}

struct rbac_decision question_decide(const struct question *question)
{
    return question_answer(question).decision;
}

static bool is_named(struct object_need need, struct text operation)
{
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, need.type);

    return type && rbac_operation_bit(type, operation) == need.operation;
}

bool question_need(const struct object_class *class, struct text operation,
                   struct object_need *need_out)
{
    const struct object_need asked[] = {class->remove, class->modify,
                                        class->create, class->read};
    const struct rbac_type *type =
        rbac_catalog_type(&rbac_catalog, class->type);
    const int bit = type ? rbac_operation_bit(type, operation) : -1;

    if (bit >= 0) {
        *need_out = (struct object_need){type->id, (uint8_t)bit};
        return true;
    }
    for (size_t i = 0; i < ARRAY_SIZE(asked); i++)
        if (is_named(asked[i], operation)) {
            *need_out = asked[i];
            return true;
        }
    return false;
}

enum status question_act(const struct question *question,
                         const struct object_class *class,
                         struct question_answer *answer_out)
{
    struct question reading = *question;
    struct question_answer read, act;

    reading.need = class->read;
    read = question_answer(&reading);
    act = question_answer(question);
    *answer_out = worse_of(act, read);
    if (read.decision.verdict == RBAC_DENY ||
        (read.decision.verdict == RBAC_ALLOW_AT_LEVEL &&
         act.decision.verdict == RBAC_DENY))
        return STATUS_NOT_FOUND;
    return STATUS_OK;
}

enum status question_act_on(struct store *store, const struct site *site,
                            struct question_object object,
                            struct question *question,
                            struct object_target *target,
                            struct question_answer *answer_out)
{
    *answer_out = (struct question_answer){.need = question->need};
    TRY(object_target_read(store, site->map, object.class, object.key, target));
    question->target = target;
    return question_act(question, object.class, answer_out);
}

enum rbac_reason question_method(const struct object_method *method,
                                 const struct rbac_subject *subject,
                                 bool is_excepted, int64_t now_s)
{
    if (method->full_administrator &&
        !rbac_is_full_in_every_scope(subject, now_s))
        return RBAC_GUARD_FULL_ADMINISTRATOR;
    if (method->refused_when_excepted && is_excepted)
        return RBAC_GUARD_EXCEPTED;
    return RBAC_ALLOWED;
}

struct rbac_decision question_foresee(const struct question *question,
                                      const struct object_class *class,
                                      const struct site *site)
{
    const struct object_actor actor = {
        .engine = site->engine,
        .map = site->map,
        .subject = question->subject,
        .level = question->level,
        .now_s = question->now_s,
    };

    return object_foresee(class, question->target, question->need, &actor);
}

struct rbac_decision question_hold(const struct question *question,
                                   const struct object_class *class,
                                   const struct site *site)
{
    const struct rbac_decision granted = question_decide(question);

    if (granted.verdict == RBAC_DENY || !class || !question->target)
        return granted;
    return question_both(granted, question_foresee(question, class, site));
}
