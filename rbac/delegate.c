/*
 * Administering administration: nobody hands out more than they hold.
 */
#include "rbac/decide.h"
#include "rbac/holding.h"

/* Who asks, at which level and when: the same for every right looked at. */
struct giver {
    const struct rbac_subject *subject;
    const struct rbac_engine *engine;
    enum auth_level level;
    int64_t now_s;
};

/* ---- Full administrators ---- */

static bool is_full_role(const struct rbac_engine *engine, uint32_t role,
                         enum auth_level level)
{
    const struct rights *rights = &engine->rights[role];

    if (strcmp(engine->estate.roles[role].id, RBAC_FULL_ADMINISTRATOR_ID) != 0)
        return false;
    for (size_t i = 0; i < rights->n_rows; i++)
        if (rights->rows[i].level > level)
            return false;
    return true;
}

static bool is_full_assignment(const struct rbac_engine *engine,
                               const struct rbac_assignment *assignment,
                               enum auth_level level, int64_t now_s)
{
    if (!holding_is_now(assignment, now_s))
        return false;
    for (size_t r = 0; r < assignment->n_roles; r++)
        if (is_full_role(engine, assignment->roles[r], level))
            return true;
    return false;
}

static bool record_covers(const struct rbac_engine *engine,
                          const struct rbac_admin *admin, uint32_t category,
                          bool is_collection, enum auth_level level,
                          int64_t now_s)
{
    for (size_t i = 0; i < admin->n_assignments; i++)
        if (is_full_assignment(engine, &admin->assignments[i], level, now_s) &&
            holding_covers(engine, &admin->assignments[i], category,
                           is_collection))
            return true;
    return false;
}

static bool is_full_record(const struct rbac_engine *engine,
                           const struct rbac_admin *admin,
                           enum auth_level level, int64_t now_s)
{
    const struct rbac_estate *estate = &engine->estate;

    if (admin->is_disabled || engine->ground->all_scope == RBAC_NONE ||
        !record_covers(engine, admin, engine->ground->all_scope, false, level,
                       now_s))
        return false;
    for (uint32_t c = 0; c < estate->n_collections; c++)
        if (estate->collections[c].limiting == RBAC_NONE &&
            !record_covers(engine, admin, c, true, level, now_s))
            return false;
    return true;
}

static bool is_full(const struct rbac_subject *subject, enum auth_level level,
                    int64_t now_s)
{
    const struct rbac_engine *engine = subject->engine;

    for (size_t i = 0; i < subject->n_records; i++)
        if (is_full_record(engine, &engine->estate.admins[subject->records[i]],
                           level, now_s))
            return true;
    return false;
}

bool rbac_is_full_administrator(const struct rbac_subject *subject,
                                int64_t now_s)
{
    return is_full(subject, AUTH_LEVEL_MFA, now_s);
}

bool rbac_has_full_administrator(const struct rbac_engine *engine,
                                 uint32_t without, int64_t now_s)
{
    for (uint32_t a = 0; a < engine->estate.n_admins; a++)
        if (a != without && is_full_record(engine, &engine->estate.admins[a],
                                           AUTH_LEVEL_MFA, now_s))
            return true;
    return false;
}

/* ---- Handing out ---- */

/* R10.3: held in a role that can add or modify administrators. */
static bool holds_as_security_admin(const struct giver *giver,
                                    uint32_t category, bool is_collection)
{
    const uint32_t wanted = 1u << RBAC_OP_CREATE | 1u << RBAC_OP_MODIFY;

    for (size_t e = 0; e < giver->subject->n_entries; e++) {
        const struct entry entry = giver->subject->entries[e];
        const struct rbac_assignment *assignment =
            entry_assignment(giver->engine, entry);
        uint32_t held = 0;

        for (int l = AUTH_LEVEL_DOMAIN; l <= (int)giver->level; l++)
            held |= entry_operations(giver->engine, entry, RBAC_TYPE_ADMIN,
                                     (enum auth_level)l);
        if (held & wanted && assignment->n_scopes &&
            holding_is_now(assignment, giver->now_s) &&
            holding_covers(giver->engine, assignment, category, is_collection))
            return true;
    }
    return false;
}

/* Everything one right gives in the categories of an assignment. */
static bool holds_right(const struct giver *giver, struct rbac_right right,
                        const struct rbac_assignment *assignment)
{
    const struct type *type =
        types_get(&giver->engine->ground->types, right.type);
    const bool is_collection = type->securing == RBAC_BY_COLLECTION;
    const uint32_t *categories =
        is_collection ? assignment->collections : assignment->scopes;
    const size_t n =
        is_collection ? assignment->n_collections : assignment->n_scopes;

    for (size_t i = 0; i < n; i++) {
        const struct gift gift = {
            .type = right.type,
            .operations = right.operations,
            .level = right.level,
            .category = categories[i],
            .is_collection = is_collection,
            .from_s = assignment->from_s,
            .until_s = assignment->until_s,
        };

        if (!holding_has(giver->subject, gift, giver->level, giver->now_s))
            return false;
    }
    return true;
}

static bool holds_role(const struct giver *giver, uint32_t role,
                       const struct rbac_assignment *assignment)
{
    const struct rights *rights = &giver->engine->rights[role];

    for (size_t i = 0; i < rights->n_rows; i++)
        if (!holds_right(giver, rights->rows[i], assignment))
            return false;
    return true;
}

static bool are_in_range(const struct rbac_estate *estate,
                         const struct rbac_assignment *assignment)
{
    bool good = true;

    for (size_t i = 0; i < assignment->n_roles; i++)
        good &= assignment->roles[i] < estate->n_roles;
    for (size_t i = 0; i < assignment->n_scopes; i++)
        good &= assignment->scopes[i] < estate->n_scopes;
    for (size_t i = 0; i < assignment->n_collections; i++)
        good &= assignment->collections[i] < estate->n_collections;
    return good;
}

static bool may_hand_out(const struct giver *giver,
                         const struct rbac_assignment *assignment)
{
    for (size_t i = 0; i < assignment->n_scopes; i++)
        if (!holds_as_security_admin(giver, assignment->scopes[i], false))
            return false;
    for (size_t i = 0; i < assignment->n_collections; i++)
        if (!holds_as_security_admin(giver, assignment->collections[i], true))
            return false;
    for (size_t i = 0; i < assignment->n_roles; i++)
        if (!holds_role(giver, assignment->roles[i], assignment))
            return false;
    return true;
}

static struct rbac_decision allow_at(enum auth_level needed,
                                     enum auth_level level)
{
    if (needed <= level)
        return (struct rbac_decision){RBAC_ALLOW, RBAC_ALLOWED, needed};
    return (struct rbac_decision){RBAC_ALLOW_AT_LEVEL, RBAC_LEVEL_TOO_LOW,
                                  needed};
}

/* A rule of this file as a function of who gives. */
typedef bool (*giving_rule)(const struct giver *giver, const void *what);

/* The lowest level from the held one up at which the rule lets it pass. */
static struct rbac_decision at_lowest_level(const struct rbac_subject *subject,
                                            giving_rule rule, const void *what,
                                            enum auth_level level,
                                            int64_t now_s)
{
    for (int l = (int)level_of_grant(level); l <= AUTH_LEVEL_MFA; l++) {
        const struct giver giver = {subject, subject->engine,
                                    (enum auth_level)l, now_s};

        if (is_full(subject, giver.level, now_s) || rule(&giver, what))
            return allow_at(giver.level, level);
    }
    return deny(RBAC_GUARD_MORE_THAN_HELD);
}

static bool rule_hand_out(const struct giver *giver, const void *what)
{
    return may_hand_out(giver, what);
}

struct rbac_decision rbac_check_hand_out(
    const struct rbac_subject *subject,
    const struct rbac_assignment *assignment, enum auth_level level,
    int64_t now_s)
{
    if (!are_in_range(&subject->engine->estate, assignment))
        return deny(RBAC_GUARD_MORE_THAN_HELD);
    return at_lowest_level(subject, rule_hand_out, assignment, level, now_s);
}

/* ---- Roles ---- */

struct role_change {
    const struct rbac_role *role;
    uint32_t index;
};

/* What the new role grants of a row and the old one did not, or not so low. */
static struct rbac_right gained_right(const struct giver *giver,
                                      const struct role_change *change,
                                      size_t row)
{
    const struct entry old = {.role = change->index};
    struct rbac_right right = holding_right(giver->engine, change->role, row);

    for (int l = AUTH_LEVEL_DOMAIN; l <= (int)right.level; l++)
        right.operations &= ~entry_operations(giver->engine, old, right.type,
                                              (enum auth_level)l);
    return right;
}

static bool assigns_role(const struct rbac_assignment *assignment,
                         uint32_t role)
{
    for (size_t i = 0; i < assignment->n_roles; i++)
        if (assignment->roles[i] == role)
            return true;
    return false;
}

/* A disabled record may be enabled again, so it counts. */
static bool rule_role_change(const struct giver *giver, const void *what)
{
    const struct role_change *change = what;
    const struct rbac_estate *estate = &giver->engine->estate;

    for (size_t a = 0; a < estate->n_admins; a++)
        for (size_t i = 0; i < estate->admins[a].n_assignments; i++) {
            const struct rbac_assignment *assignment =
                &estate->admins[a].assignments[i];

            if (!assigns_role(assignment, change->index))
                continue;
            for (size_t row = 0; row < change->role->n_rights; row++)
                if (!holds_right(giver, gained_right(giver, change, row),
                                 assignment))
                    return false;
        }
    return true;
}

static bool is_known(const struct rbac_engine *engine,
                     const struct rbac_role *role)
{
    for (size_t i = 0; i < role->n_rights; i++) {
        const struct rbac_right *right = &role->rights[i];
        const struct type *type =
            types_get(&engine->ground->types, right->type);

        if (!type->described ||
            right->operations & ~type->described->operations)
            return false;
    }
    return true;
}

struct rbac_decision rbac_check_role_change(const struct rbac_subject *subject,
                                            const struct rbac_role *role,
                                            uint32_t role_index,
                                            enum auth_level level,
                                            int64_t now_s)
{
    const struct rbac_engine *engine = subject->engine;
    const struct role_change change = {role, role_index};

    if (!is_known(engine, role))
        return deny(RBAC_UNKNOWN_OPERATION);
    if (role_index == RBAC_NONE)
        return allow_at(level_of_grant(level), level);
    if (role_index >= engine->estate.n_roles)
        return deny(RBAC_GUARD_MORE_THAN_HELD);
    if (rbac_builtin_role(text_of(engine->estate.roles[role_index].id)))
        return deny(RBAC_GUARD_BUILT_IN);
    return at_lowest_level(subject, rule_role_change, &change, level, now_s);
}

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
        if (!may_hand_out(giver, &change->before->assignments[i]))
            return false;
    for (size_t i = 0; change->after && i < change->after->n_assignments; i++)
        if (!may_hand_out(giver, &change->after->assignments[i]))
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
        if (!are_in_range(&engine->estate, &after->assignments[i]))
            return deny(RBAC_GUARD_MORE_THAN_HELD);
    if (is_full_record(engine, change.before, AUTH_LEVEL_MFA, now_s) &&
        !(after && is_full_record(engine, after, AUTH_LEVEL_MFA, now_s)) &&
        !rbac_has_full_administrator(engine, admin, now_s))
        return deny(RBAC_GUARD_LAST_FULL_ADMINISTRATOR);
    return at_lowest_level(subject, rule_admin_change, &change, level, now_s);
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
        if (!holds_role(giver, assignment->roles[r], &gained))
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
    return at_lowest_level(subject, rule_relimit, &relimit, level, now_s);
}
