#include "rbac/holding.h"

#include "provider/base/mutant.h"

bool holding_covers(const struct rbac_engine *engine,
                    const struct rbac_assignment *assignment, uint32_t category,
                    bool is_collection)
{
    const struct tree *tree = &engine->ground->tree;

    if (!is_collection) {
        for (size_t i = 0; i < assignment->n_scopes; i++)
            if (assignment->scopes[i] == category ||
                assignment->scopes[i] == engine->ground->all_scope)
                return true;
        return false;
    }
    for (size_t i = 0; i < assignment->n_collections; i++) {
        const uint32_t held = assignment->collections[i];

        if ((uint16_t)(tree->position[category] - tree->position[held]) <
            tree->size[held])
            return true;
    }
    return false;
}

struct rbac_right holding_right(const struct rbac_engine *engine,
                                const struct rbac_role *role, size_t row)
{
    struct rbac_right right = role->rights[row];
    const struct type *type = types_get(&engine->ground->types, right.type);
    uint32_t named = 0;

    for (size_t i = 0; i < role->n_rights; i++)
        if (role->rights[i].type == right.type)
            named |= role->rights[i].operations;
    if (right.level < role->level)
        right.level = role->level;
    right.level = level_of_grant(right.level);
    right.operations |=
        rbac_with_implied(type->described, right.operations) & ~named;
    return right;
}

/* What an entry grants a user of a type, at a level. */
static uint32_t operations_up_to(const struct rbac_engine *engine,
                                 struct entry entry, uint16_t type,
                                 enum auth_level level)
{
    uint32_t operations = 0;

    for (int l = AUTH_LEVEL_DOMAIN; l <= (int)level; l++)
        operations |= entry_operations(engine, entry, type, (enum auth_level)l);
    return operations;
}

/* The operations of the gift that an entry holds in the gift's category. */
static uint32_t held_by(const struct rbac_engine *engine, struct entry entry,
                        const struct gift *gift, enum auth_level level)
{
    const struct rbac_assignment *assignment = entry_assignment(engine, entry);
    const struct type *type = types_get(&engine->ground->types, gift->type);
    const size_t n_categories =
        gift->is_collection ? assignment->n_collections : assignment->n_scopes;
    const uint32_t held =
        operations_up_to(engine, entry, gift->type,
                         level < gift->level ? level : gift->level) &
        gift->operations;

    if (!held || n_categories == 0)
        return 0;
    if (holding_covers(engine, assignment, gift->category, gift->is_collection))
        return held;
    return held & type->labelless;
}

/* How long one operation is held from t on without a gap; t if not at t. */
static int64_t held_until(const struct rbac_subject *subject,
                          const struct gift *gift, uint32_t operation,
                          enum auth_level level, int64_t t)
{
    struct gift one = *gift;
    int64_t until = t;

    one.operations = operation;
    for (size_t e = 0; e < subject->n_entries; e++) {
        const struct rbac_assignment *assignment =
            entry_assignment(subject->engine, subject->entries[e]);

        if (holding_is_now(assignment, t) && assignment->until_s > until &&
            held_by(subject->engine, subject->entries[e], &one, level))
            until = assignment->until_s;
    }
    return until;
}

static bool holds_throughout(const struct rbac_subject *subject,
                             const struct gift *gift, uint32_t operation,
                             enum auth_level level)
{
    int64_t t = gift->from_s;

    while (t < gift->until_s) {
        const int64_t until = held_until(subject, gift, operation, level, t);

        if (until == t)
            return false;
        t = MUTANT("a2-windows") ? gift->until_s : until;
    }
    return true;
}

bool holding_has(const struct rbac_subject *subject, struct gift gift,
                 enum auth_level level, int64_t now_s)
{
    uint32_t missing = gift.operations;

    if (gift.from_s < now_s)
        gift.from_s = now_s;
    if (window_is_over(gift.until_s, gift.from_s))
        return true; /* gives nothing from now on */
    for (size_t e = 0; e < subject->n_entries && missing; e++) {
        const struct rbac_assignment *assignment =
            entry_assignment(subject->engine, subject->entries[e]);

        if (assignment->from_s <= gift.from_s &&
            assignment->until_s >= gift.until_s)
            missing &=
                ~held_by(subject->engine, subject->entries[e], &gift, level);
    }
    if (missing && gift.from_s == INT64_MAX)
        return false; /* one second is held by one grant or not */
    for (; missing; missing &= missing - 1)
        if (!holds_throughout(subject, &gift, missing & -missing, level))
            return false;
    return true;
}
