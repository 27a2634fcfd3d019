#include "rbac/delegate.h"

#include "rbac/administer.h"

/* ---- Delegation ---- */

/* R10.3: held in a role that can add or modify administrators. */
bool delegate_administers(const struct giver *giver, uint32_t category,
                          bool is_collection)
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

/* Everything one right gives a record in the categories of an assignment. */
bool delegate_holds_right(const struct giver *giver, struct rbac_right right,
                          const struct rbac_assignment *assignment,
                          const struct rbac_admin *receiver)
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

        if (!holding_has(giver->subject, gift, giver->level, giver->now_s) ||
            !blocked_nowhere(giver->subject, gift, receiver, giver->now_s))
            return false;
    }
    return true;
}

bool delegate_holds_role(const struct giver *giver, uint32_t role,
                         const struct rbac_assignment *assignment,
                         const struct rbac_admin *receiver)
{
    const struct rights *rights = &giver->engine->rights[role];

    for (size_t i = 0; i < rights->n_rows; i++)
        if (!delegate_holds_right(giver, rights->rows[i], assignment, receiver))
            return false;
    return true;
}

bool delegate_is_known(const struct rbac_estate *estate,
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

bool delegate_may_give(const struct giver *giver,
                       const struct rbac_assignment *assignment,
                       const struct rbac_admin *receiver)
{
    for (size_t i = 0; i < assignment->n_scopes; i++)
        if (!delegate_administers(giver, assignment->scopes[i], false))
            return false;
    for (size_t i = 0; i < assignment->n_collections; i++)
        if (!delegate_administers(giver, assignment->collections[i], true))
            return false;
    for (size_t i = 0;
         i < assignment->n_roles && !giver->engine->estate.is_lenient; i++)
        if (!delegate_holds_role(giver, assignment->roles[i], assignment,
                                 receiver))
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

struct rbac_decision delegate_decide(const struct rbac_subject *subject,
                                     giving_rule rule, const void *what,
                                     enum auth_level level, int64_t now_s)
{
    for (int l = (int)level_of_grant(level); l <= AUTH_LEVEL_MFA; l++) {
        const struct giver giver = {subject, subject->engine,
                                    (enum auth_level)l, now_s};

        if (full_is_subject(subject, giver.level, now_s) || rule(&giver, what))
            return allow_at(giver.level, level);
    }
    return deny(RBAC_GUARD_MORE_THAN_HELD);
}

static bool rule_hand_out(const struct giver *giver, const void *what)
{
    const struct rbac_admin receiver = {.assignments = what,
                                        .n_assignments = 1};

    return delegate_may_give(giver, what, &receiver);
}

struct rbac_decision rbac_check_hand_out(
    const struct rbac_subject *subject,
    const struct rbac_assignment *assignment, enum auth_level level,
    int64_t now_s)
{
    if (!delegate_is_known(&subject->engine->estate, assignment))
        return deny(RBAC_GUARD_MORE_THAN_HELD);
    return delegate_decide(subject, rule_hand_out, assignment, level, now_s);
}

/* ---- Roles ---- */

struct rbac_right delegate_gained_right(const struct giver *giver,
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

bool delegate_assigns_role(const struct rbac_assignment *assignment,
                           uint32_t role)
{
    for (size_t i = 0; i < assignment->n_roles; i++)
        if (assignment->roles[i] == role)
            return true;
    return false;
}

bool delegate_loses_right(const struct giver *giver,
                          const struct role_change *change)
{
    const struct rights *old = &giver->engine->rights[change->index];

    for (size_t i = 0; i < old->n_rows; i++) {
        uint32_t kept = 0;

        for (size_t row = 0; row < change->role->n_rights; row++) {
            const struct rbac_right right =
                holding_right(giver->engine, change->role, row);

            if (right.type == old->rows[i].type &&
                right.level <= old->rows[i].level)
                kept |= right.operations;
        }
        if (old->rows[i].operations & ~kept)
            return true;
    }
    return false;
}

/* Taking something from a role takes it from everybody who holds it. */
static bool may_administer_all(const struct giver *giver,
                               const struct rbac_assignment *assignment)
{
    if (window_is_over(assignment->until_s, giver->now_s))
        return true;
    for (size_t i = 0; i < assignment->n_scopes; i++)
        if (!delegate_administers(giver, assignment->scopes[i], false))
            return false;
    for (size_t i = 0; i < assignment->n_collections; i++)
        if (!delegate_administers(giver, assignment->collections[i], true))
            return false;
    return true;
}

/* A disabled record may be enabled again, so it counts. */
static bool rule_role_change(const struct giver *giver, const void *what)
{
    const struct role_change *change = what;
    const struct rbac_estate *estate = &giver->engine->estate;
    const bool is_less = delegate_loses_right(giver, change);

    for (size_t a = 0; a < estate->n_admins; a++)
        for (size_t i = 0; i < estate->admins[a].n_assignments; i++) {
            const struct rbac_assignment *assignment =
                &estate->admins[a].assignments[i];

            if (!delegate_assigns_role(assignment, change->index))
                continue;
            if ((is_less || estate->is_lenient) &&
                !may_administer_all(giver, assignment))
                return false;
            if (estate->is_lenient)
                continue;
            for (size_t row = 0; row < change->role->n_rights; row++)
                if (!delegate_holds_right(
                        giver, delegate_gained_right(giver, change, row),
                        assignment, &estate->admins[a]))
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
    return delegate_decide(subject, rule_role_change, &change, level, now_s);
}
