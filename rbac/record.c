#include "rbac/delegate.h"

/* ---- Administrator records ---- */

struct admin_change {
    uint32_t index;
    const struct rbac_admin *before;
    const struct rbac_admin *after; /* NULL: removed */
};

/* The operations that a direct assignment blocks, of a type. */
static uint32_t blocked_in(const struct rbac_engine *engine, uint32_t role,
                           const struct type *type)
{
    const struct entry entry = {.role = role};
    uint32_t operations = 0;

    for (int l = AUTH_LEVEL_DOMAIN; l <= AUTH_LEVEL_MFA; l++)
        operations |= entry_operations(engine, entry, type->described->id,
                                       (enum auth_level)l);
    return operations & type->blocked_direct;
}

/* What a record grants of the blocked operations from above a collection. */
static uint32_t freed_by(const struct rbac_engine *engine,
                         const struct rbac_admin *admin, uint32_t collection,
                         const struct type *type)
{
    uint32_t operations = 0;

    for (size_t i = 0; i < admin->n_assignments; i++) {
        const struct rbac_assignment *assignment = &admin->assignments[i];

        if (!holding_covers(engine, assignment, collection, true))
            continue;
        for (size_t r = 0; r < assignment->n_roles; r++)
            operations |= blocked_in(engine, assignment->roles[r], type);
    }
    return operations;
}

/*
 * What losing a direct assignment of the collection could free for its holder:
 * by the rest of the record, or by a record that may apply beside it (a group
 * beside a user, any beside a group).
 */
static uint32_t freed(const struct giver *giver,
                      const struct admin_change *change, uint32_t collection,
                      const struct type *type)
{
    const struct rbac_estate *estate = &giver->engine->estate;
    uint32_t operations = 0;

    if (change->after)
        operations = freed_by(giver->engine, change->after, collection, type);
    for (uint32_t a = 0; a < estate->n_admins; a++)
        if (a != change->index &&
            (change->before->is_group || estate->admins[a].is_group))
            operations |=
                freed_by(giver->engine, &estate->admins[a], collection, type);
    return operations;
}

/* Whether the giver may do all of the operations on the collection itself. */
static bool may_do(const struct giver *giver, uint32_t collection,
                   const struct type *type, uint32_t operations, int64_t t)
{
    for (; operations; operations &= operations - 1) {
        const struct rbac_request request = {
            .type = type->described->id,
            .operation = (uint8_t)__builtin_ctz(operations),
            .labels = &collection,
            .n_labels = 1,
            .level = giver->level,
            .now_s = t,
        };

        if (rbac_check(giver->subject, &request).verdict != RBAC_ALLOW)
            return false;
    }
    return true;
}

/* The same for as long as an assignment lasts, whatever begins or ends. */
static bool may_always_do(const struct giver *giver, uint32_t collection,
                          const struct type *type, uint32_t operations,
                          const struct rbac_assignment *lasting)
{
    const struct rbac_subject *subject = giver->subject;
    const int64_t start =
        lasting->from_s > giver->now_s ? lasting->from_s : giver->now_s;

    if (lasting->until_s <= start)
        return true;
    if (!may_do(giver, collection, type, operations, start))
        return false;
    for (size_t e = 0; e < subject->n_entries; e++) {
        const struct rbac_assignment *own =
            entry_assignment(giver->engine, subject->entries[e]);
        const int64_t bounds[] = {own->from_s, own->until_s};

        for (size_t i = 0; i < ARRAY_SIZE(bounds); i++)
            if (bounds[i] > start && bounds[i] < lasting->until_s &&
                !may_do(giver, collection, type, operations, bounds[i]))
                return false;
    }
    return true;
}

/* Whether the new record assigns the collection for as long. */
static bool still_names(const struct rbac_admin *admin, uint32_t collection,
                        const struct rbac_assignment *lasting)
{
    for (size_t i = 0; admin && i < admin->n_assignments; i++) {
        const struct rbac_assignment *assignment = &admin->assignments[i];

        if (assignment->from_s > lasting->from_s ||
            assignment->until_s < lasting->until_s)
            continue;
        for (size_t c = 0; c < assignment->n_collections; c++)
            if (assignment->collections[c] == collection)
                return true;
    }
    return false;
}

static bool may_free(const struct giver *giver,
                     const struct admin_change *change, uint32_t collection,
                     const struct rbac_assignment *lasting)
{
    const struct types *types = &giver->engine->ground->types;

    if (still_names(change->after, collection, lasting))
        return true;
    for (size_t t = 1; t < types->n_slots; t++) {
        const struct type *type = &types->slots[t];

        if (type->blocked_direct &&
            !may_always_do(giver, collection, type,
                           freed(giver, change, collection, type), lasting))
            return false;
    }
    return true;
}

static bool may_free_all(const struct giver *giver,
                         const struct admin_change *change)
{
    for (size_t i = 0; i < change->before->n_assignments; i++) {
        const struct rbac_assignment *assignment =
            &change->before->assignments[i];

        for (size_t c = 0; c < assignment->n_collections; c++)
            if (!may_free(giver, change, assignment->collections[c],
                          assignment))
                return false;
    }
    return true;
}

/* Records are touched by those who hold all of the old and the new (R10.4). */
static bool rule_admin_change(const struct giver *giver, const void *what)
{
    const struct admin_change *change = what;

    for (size_t i = 0; i < change->before->n_assignments; i++)
        if (!delegate_may_give(giver, &change->before->assignments[i]))
            return false;
    for (size_t i = 0; change->after && i < change->after->n_assignments; i++)
        if (!delegate_may_give(giver, &change->after->assignments[i]))
            return false;
    return may_free_all(giver, change);
}

static bool is_own_record(const struct rbac_subject *subject, uint32_t admin)
{
    for (size_t i = 0; i < subject->n_records; i++)
        if (subject->records[i] == admin)
            return true;
    return false;
}

struct rbac_decision rbac_check_admin_change(const struct rbac_subject *subject,
                                             uint32_t admin,
                                             const struct rbac_admin *after,
                                             enum auth_level level,
                                             int64_t now_s)
{
    const struct rbac_engine *engine = subject->engine;
    struct admin_change change = {admin, NULL, after};

    if (admin >= engine->estate.n_admins)
        return deny(RBAC_GUARD_MORE_THAN_HELD);
    change.before = &engine->estate.admins[admin];
    if (!after && !change.before->is_group && is_own_record(subject, admin))
        return deny(RBAC_GUARD_SELF);
    for (size_t i = 0; after && i < after->n_assignments; i++)
        if (!delegate_is_known(&engine->estate, &after->assignments[i]))
            return deny(RBAC_GUARD_MORE_THAN_HELD);
    if (full_is_record(engine, change.before, AUTH_LEVEL_MFA, now_s) &&
        !(after && full_is_record(engine, after, AUTH_LEVEL_MFA, now_s)) &&
        !rbac_has_full_administrator(engine, admin, now_s))
        return deny(RBAC_GUARD_LAST_FULL_ADMINISTRATOR);
    return delegate_decide(subject, rule_admin_change, &change, level, now_s);
}

/* ---- Collections ---- */

/* Itself included. */
static bool is_below(const struct tree *tree, uint32_t collection,
                     uint32_t above)
{
    return (uint16_t)(tree->position[collection] - tree->position[above]) <
           tree->size[above];
}

struct relimit {
    uint32_t collection;
    uint32_t limiting; /* the new one */
};

/* Whether the assignment would reach the collection only after the change. */
static bool gains_collection(const struct rbac_engine *engine,
                             const struct rbac_assignment *assignment,
                             const struct relimit *relimit)
{
    return holding_covers(engine, assignment, relimit->limiting, true) &&
           !holding_covers(engine, assignment, relimit->collection, true);
}

static bool holds_gains(const struct giver *giver,
                        const struct rbac_assignment *assignment,
                        const struct relimit *relimit)
{
    struct rbac_assignment gained = *assignment;

    gained.collections = &relimit->collection;
    gained.n_collections = 1;
    gained.n_scopes = 0;
    for (size_t r = 0; r < assignment->n_roles; r++)
        if (!delegate_holds_role(giver, assignment->roles[r], &gained))
            return false;
    return true;
}

static bool rule_relimit(const struct giver *giver, const void *what)
{
    const struct relimit *relimit = what;
    const struct rbac_estate *estate = &giver->engine->estate;

    for (size_t a = 0; a < estate->n_admins; a++)
        for (size_t i = 0; i < estate->admins[a].n_assignments; i++) {
            const struct rbac_assignment *assignment =
                &estate->admins[a].assignments[i];

            if (gains_collection(giver->engine, assignment, relimit) &&
                !holds_gains(giver, assignment, relimit))
                return false;
        }
    return true;
}

struct rbac_decision rbac_check_relimit(const struct rbac_subject *subject,
                                        uint32_t collection, uint32_t limiting,
                                        enum auth_level level, int64_t now_s)
{
    const struct rbac_estate *estate = &subject->engine->estate;
    const struct relimit relimit = {collection, limiting};

    if (collection >= estate->n_collections ||
        limiting >= estate->n_collections)
        return deny(RBAC_GUARD_MORE_THAN_HELD);
    if (is_below(&subject->engine->ground->tree, limiting, collection))
        return deny(RBAC_GUARD_CIRCLE);
    return delegate_decide(subject, rule_relimit, &relimit, level, now_s);
}
