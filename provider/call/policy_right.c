#include "provider/call/policy_right.h"

#include <stdio.h>

#include "provider/base/mutant.h"
#include "rbac/build.h"

enum policy_where {
    POLICY_ANYWHERE = 0,  /* type-wide */
    POLICY_ON_SITE,       /* the one object of SMS_Site */
    POLICY_ON_COLLECTION, /* one that nothing limits */
};

/* One thing that is needed. */
struct policy_need {
    struct object_need need;
    enum policy_where where;
    uint32_t collection;
    const char *collection_id; /* borrowed from the engine's estate */
};

struct policy_row {
    struct object_need need;
    enum policy_where where;
    uint32_t acts; /* bits of enum policy_act */
};

#define CHANGE (1u << POLICY_CHANGE)
#define TRY_IT (1u << POLICY_TRY)
#define READ   (1u << POLICY_READ)
#define ALWAYS (CHANGE | TRY_IT | READ)

/* The most telling first: a denial names the first that is missing. */
static const struct policy_row rows[] = {
    {{RBAC_TYPE_ADMIN, RBAC_OP_MODIFY}, POLICY_ANYWHERE, CHANGE},
    {{RBAC_TYPE_ROLE, RBAC_OP_MODIFY}, POLICY_ANYWHERE, CHANGE},
    {{RBAC_TYPE_ADMIN, RBAC_OP_READ}, POLICY_ANYWHERE, ALWAYS},
    {{RBAC_TYPE_ROLE, RBAC_OP_READ}, POLICY_ANYWHERE, ALWAYS},
    {{RBAC_TYPE_SCOPE, RBAC_OP_READ}, POLICY_ANYWHERE, ALWAYS},
    {{RBAC_TYPE_SITE, RBAC_OP_READ}, POLICY_ON_SITE, ALWAYS},
    {{RBAC_TYPE_SITE, RBAC_OP_MODIFY}, POLICY_ON_SITE, TRY_IT},
};

/* Of each collection that nothing limits: so of all, whichever there are. */
static const struct object_need of_tops[] = {
    {RBAC_TYPE_COLLECTION, RBAC_OP_READ},
    {RBAC_TYPE_COLLECTION, RBAC_OP_READ_RESOURCE},
};

/* The k-th collection that nothing limits; RBAC_NONE: there are no more. */
static uint32_t find_top(const struct rbac_estate *estate, size_t k)
{
    for (size_t i = 0; i < estate->n_collections; i++)
        if (estate->collections[i].limiting == RBAC_NONE && k-- == 0)
            return (uint32_t)i;
    return RBAC_NONE;
}

static bool need_of_tops(const struct rbac_engine *engine, size_t i,
                         struct policy_need *out)
{
    const struct rbac_estate *estate = rbac_engine_estate(engine);
    const uint32_t top = find_top(estate, i / ARRAY_SIZE(of_tops));

    if (top == RBAC_NONE)
        return false;
    *out = (struct policy_need){
        .need = of_tops[i % ARRAY_SIZE(of_tops)],
        .where = POLICY_ON_COLLECTION,
        .collection = top,
        .collection_id = estate->collections[top].id,
    };
    return true;
}

/* The i-th; false: there are no more. */
static bool need_at(const struct rbac_engine *engine, enum policy_act act,
                    size_t i, struct policy_need *need_out)
{
    for (size_t r = 0; r < ARRAY_SIZE(rows); r++)
        if (rows[r].acts & 1u << act && i-- == 0) {
            *need_out = (struct policy_need){.need = rows[r].need,
                                             .where = rows[r].where};
            return true;
        }
    return need_of_tops(engine, i, need_out);
}

/* ---- Asking ---- */

static void set_key(struct policy_answer *answer, const char *key)
{
    snprintf(answer->key, sizeof(answer->key), "%s", key);
}

static enum status read_site(struct store *store, const struct site *site,
                             struct object_target *target)
{
    char code[4];

    TRY(site_code(store, code));
    return object_target_read(store, site->map,
                              object_class_find(TEXT("SMS_Site")),
                              text_of(code), target);
}

static struct policy_answer decide_one(struct store *store,
                                       const struct site *site,
                                       const struct question *caller,
                                       const struct policy_need *asked)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    struct policy_answer answer = {.need = asked->need};
    uint32_t collection = asked->collection;
    const struct object_target top = {.labels = &collection, .n_labels = 1};
    struct question q = *caller;

    q.need = asked->need;
    if (asked->where == POLICY_ON_COLLECTION) {
        q.target = &top;
        set_key(&answer, asked->collection_id);
    }
    if (asked->where == POLICY_ON_SITE) {
        if (read_site(store, site, &target) != STATUS_OK)
            return answer;
        q.target = &target;
        set_key(&answer, target.key);
    }
    answer.decision = question_decide(&q);
    return answer;
}

/* Both must hold: the answer that decides. */
static const struct policy_answer *worse(const struct policy_answer *a,
                                         const struct policy_answer *b)
{
    return question_is_worse(b->decision, a->decision) ? b : a;
}

static struct policy_answer decide_all(struct store *store,
                                       const struct site *site,
                                       const struct question *caller,
                                       enum policy_act act)
{
    struct policy_answer all = {.decision = {0}};
    struct policy_need asked;

    for (size_t i = 0; need_at(site->engine, act, i, &asked); i++) {
        const struct policy_answer one =
            decide_one(store, site, caller, &asked);

        all = i ? *worse(&all, &one) : one;
        if (all.decision.verdict == RBAC_DENY)
            break;
    }
    return all;
}

/* The mutants: a reader of administrators may do everything. */
static bool is_open_to_readers(enum policy_act act)
{
    switch (act) {
    case POLICY_CHANGE:
        return MUTANT("a11-policy-apply");
    case POLICY_TRY:
        return MUTANT("a10-policy-plan");
    case POLICY_READ:
        break;
    }
    return MUTANT("a6-policy-read");
}

struct policy_answer policy_right_decide(struct store *store,
                                         const struct site *site,
                                         const struct question *caller,
                                         enum policy_act act)
{
    static const struct policy_need reader = {
        .need = {RBAC_TYPE_ADMIN, RBAC_OP_READ}};
    const struct policy_answer answer = decide_all(store, site, caller, act);
    struct policy_answer change;

    if (is_open_to_readers(act))
        return decide_one(store, site, caller, &reader);
    if (act != POLICY_TRY || answer.decision.verdict == RBAC_ALLOW)
        return answer;
    change = decide_all(store, site, caller, POLICY_CHANGE);
    if (change.decision.verdict == RBAC_ALLOW ||
        answer.decision.verdict == RBAC_DENY)
        return change;
    return answer;
}
