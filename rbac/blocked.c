#include "rbac/blocked.h"

struct window {
    int64_t from_s;
    int64_t until_s;
};

static struct window overlap(struct window a, int64_t from_s, int64_t until_s)
{
    return (struct window){a.from_s > from_s ? a.from_s : from_s,
                           a.until_s < until_s ? a.until_s : until_s};
}

static bool is_empty(struct window window)
{
    return window_is_over(window.until_s, window.from_s);
}

static bool names(const struct rbac_assignment *assignment, uint32_t collection)
{
    for (size_t i = 0; i < assignment->n_collections; i++)
        if (assignment->collections[i] == collection)
            return true;
    return false;
}

/* An assignment without roles assigns nothing, so it blocks nothing. */
static bool blocks_throughout(const struct rbac_admin *admin,
                              uint32_t collection, struct window window)
{
    for (size_t i = 0; i < admin->n_assignments; i++) {
        const struct rbac_assignment *assignment = &admin->assignments[i];

        if (assignment->n_roles && names(assignment, collection) &&
            assignment->from_s <= window.from_s &&
            assignment->until_s >= window.until_s)
            return true;
    }
    return false;
}

/* Itself included. */
static bool is_below(const struct tree *tree, uint16_t position, uint32_t above)
{
    return (uint16_t)(position - tree->position[above]) < tree->size[above];
}

static uint32_t blocked_operations(const struct type *type)
{
    return type->securing == RBAC_BY_COLLECTION
               ? type->blocked_direct & ~type->labelless
               : 0;
}

bool blocked_nowhere(const struct rbac_subject *subject, struct gift gift,
                     const struct rbac_admin *receiver, int64_t now_s)
{
    const struct tree *tree = &subject->engine->ground->tree;
    const struct type *type =
        types_get(&subject->engine->ground->types, gift.type);
    const struct window given =
        overlap((struct window){gift.from_s, gift.until_s}, now_s, INT64_MAX);

    if (!(gift.operations & blocked_operations(type)))
        return true;
    for (uint32_t i = 0; i < subject->n_directs; i++) {
        const struct direct *direct = &subject->directs[i];
        const struct window both =
            overlap(given, direct->from_s, direct->until_s);

        if (!is_empty(both) &&
            is_below(tree, direct->position, gift.category) &&
            !blocks_throughout(receiver, tree->at[direct->position], both))
            return false;
    }
    return true;
}

/* ---- Blocks that end ---- */

/* A block that ends, and the subject that ends it. */
struct ending {
    const struct rbac_subject *subject;
    enum auth_level level;
    int64_t now_s;
    uint32_t collection;
    struct window window;
};

static bool is_blocked_in(const struct ending *ending, struct window window)
{
    const struct rbac_subject *subject = ending->subject;
    const struct tree *tree = &subject->engine->ground->tree;

    for (uint32_t i = 0; i < subject->n_directs; i++)
        if (subject->directs[i].position ==
                tree->position[ending->collection] &&
            !is_empty(overlap(window, subject->directs[i].from_s,
                              subject->directs[i].until_s)))
            return true;
    return false;
}

/* Does a role let the subject use the operations on the collection? */
static bool may_do_freed(const struct ending *ending, uint32_t role,
                         const struct type *type, struct window window)
{
    const struct entry entry = {.role = role};

    for (int l = AUTH_LEVEL_DOMAIN; l <= AUTH_LEVEL_MFA; l++) {
        const struct gift gift = {
            .type = type->described->id,
            .operations =
                entry_operations(ending->subject->engine, entry,
                                 type->described->id, (enum auth_level)l) &
                blocked_operations(type),
            .level = (enum auth_level)l,
            .category = ending->collection,
            .is_collection = true,
            .from_s = window.from_s,
            .until_s = window.until_s,
        };

        if (gift.operations &&
            (is_blocked_in(ending, window) ||
             !holding_has(ending->subject, gift, ending->level, ending->now_s)))
            return false;
    }
    return true;
}

static bool may_free_role(const struct ending *ending, uint32_t role,
                          struct window window)
{
    const struct types *types = &ending->subject->engine->ground->types;

    for (size_t t = 1; t < types->n_slots; t++)
        if (blocked_operations(&types->slots[t]) &&
            !may_do_freed(ending, role, &types->slots[t], window))
            return false;
    return true;
}

/* What another record grants from above, unless it blocks itself. */
static bool may_free_beside(const struct ending *ending,
                            const struct rbac_admin *beside)
{
    const struct rbac_engine *engine = ending->subject->engine;

    for (size_t i = 0; i < beside->n_assignments; i++) {
        const struct rbac_assignment *assignment = &beside->assignments[i];
        const struct window window =
            overlap(ending->window, assignment->from_s, assignment->until_s);

        if (is_empty(window) ||
            !holding_covers(engine, assignment, ending->collection, true) ||
            blocks_throughout(beside, ending->collection, window))
            continue;
        for (size_t r = 0; r < assignment->n_roles; r++)
            if (!may_free_role(ending, assignment->roles[r], window))
                return false;
    }
    return true;
}

/*
 * Can two records apply to one caller: a group beside a user, any beside a
 * group, and those that apply to this one?
 */
static bool may_meet(const struct ending *ending,
                     const struct admin_change *change, uint32_t admin)
{
    const struct rbac_estate *estate = &ending->subject->engine->estate;

    return admin != change->index &&
           (change->before->is_group || estate->admins[admin].is_group ||
            (subject_has_record(ending->subject, change->index) &&
             subject_has_record(ending->subject, admin)));
}

static bool may_end(const struct ending *ending,
                    const struct admin_change *change)
{
    const struct rbac_estate *estate = &ending->subject->engine->estate;
    const struct rbac_admin *after = change->after;

    if (is_empty(ending->window) ||
        (after && !after->is_disabled &&
         blocks_throughout(after, ending->collection, ending->window)))
        return true;
    /* What the record itself still grants from above becomes free, too. */
    if (after && !after->is_disabled && !may_free_beside(ending, after))
        return false;
    for (uint32_t a = 0; a < estate->n_admins; a++)
        if (may_meet(ending, change, a) &&
            !may_free_beside(ending, &estate->admins[a]))
            return false;
    return true;
}

bool blocked_may_end(const struct rbac_subject *subject,
                     const struct admin_change *change, enum auth_level level,
                     int64_t now_s)
{
    for (size_t i = 0; i < change->before->n_assignments; i++) {
        const struct rbac_assignment *assignment =
            &change->before->assignments[i];
        struct ending ending = {
            .subject = subject,
            .level = level,
            .now_s = now_s,
            .window = {assignment->from_s, assignment->until_s},
        };

        ending.window = overlap(ending.window, now_s, INT64_MAX);
        for (size_t c = 0; assignment->n_roles && c < assignment->n_collections;
             c++) {
            ending.collection = assignment->collections[c];
            if (!may_end(&ending, change))
                return false;
        }
    }
    return true;
}
