#include "rbac/delegate.h"

/* ---- Administrator records ---- */

static bool may_give_all(const struct giver *giver,
                         const struct rbac_admin *record)
{
    for (size_t i = 0; i < record->n_assignments; i++)
        if (!delegate_may_give(giver, &record->assignments[i], record))
            return false;
    return true;
}

static bool rule_admin_new(const struct giver *giver, const void *what)
{
    return may_give_all(giver, what);
}

static bool is_all_known(const struct rbac_estate *estate,
                         const struct rbac_admin *admin)
{
    for (size_t i = 0; i < admin->n_assignments; i++)
        if (!delegate_is_known(estate, &admin->assignments[i]))
            return false;
    return true;
}

struct rbac_decision rbac_check_admin_new(const struct rbac_subject *subject,
                                          const struct rbac_admin *admin,
                                          enum auth_level level, int64_t now_s)
{
    if (!is_all_known(&subject->engine->estate, admin))
        return deny(RBAC_GUARD_MORE_THAN_HELD);
    return delegate_decide(subject, rule_admin_new, admin, level, now_s);
}

/* One role in one category, for a time: what assignments are made of. */
struct grant_unit {
    uint32_t role;
    uint32_t category;
    bool is_collection;
    int64_t from_s;
    int64_t until_s;
};
typedef bool (*unit_rule)(const void *context, const struct grant_unit *unit);

/* Does one assignment of the record give the role there, all that time? */
static bool is_held(const struct rbac_engine *engine,
                    const struct rbac_admin *record,
                    const struct grant_unit *unit)
{
    for (size_t i = 0; i < record->n_assignments; i++) {
        const struct rbac_assignment *held = &record->assignments[i];

        if (held->from_s <= unit->from_s && held->until_s >= unit->until_s &&
            delegate_assigns_role(held, unit->role) &&
            holding_covers(engine, held, unit->category, unit->is_collection))
            return true;
    }
    return false;
}

/* A change as seen by what is looked at, one role in one category each. */
struct looking {
    const struct giver *giver;
    const struct admin_change *change;
};

/* What the record has not had yet must be the giver's to give (R10.3, R10.5);
 * a record that comes to life again is given anew. */
static bool may_give_unit(const void *context, const struct grant_unit *unit)
{
    const struct looking *looking = context;
    const struct admin_change *change = looking->change;
    const struct rbac_assignment one = {
        .roles = &unit->role,
        .n_roles = 1,
        .scopes = &unit->category,
        .n_scopes = unit->is_collection ? 0 : 1,
        .collections = &unit->category,
        .n_collections = unit->is_collection ? 1 : 0,
        .from_s = unit->from_s,
        .until_s = unit->until_s,
    };

    if ((!change->before->is_disabled || change->after->is_disabled) &&
        is_held(looking->giver->engine, change->before, unit))
        return true;
    return delegate_may_give(looking->giver, &one, change->after);
}

/* What goes is taken by who administers its category, whatever they hold. */
static bool may_take_unit(const void *context, const struct grant_unit *unit)
{
    const struct looking *looking = context;
    const struct admin_change *change = looking->change;

    if (change->after && !change->after->is_disabled &&
        is_held(looking->giver->engine, change->after, unit))
        return true;
    return window_is_over(unit->until_s, looking->giver->now_s) ||
           delegate_administers(looking->giver, unit->category,
                                unit->is_collection);
}

static bool each_category(const struct rbac_assignment *assignment,
                          uint32_t role, unit_rule rule, const void *context)
{
    struct grant_unit unit = {.role = role,
                              .from_s = assignment->from_s,
                              .until_s = assignment->until_s};

    for (size_t i = 0; i < assignment->n_scopes; i++) {
        unit.category = assignment->scopes[i];
        if (!rule(context, &unit))
            return false;
    }
    unit.is_collection = true;
    for (size_t i = 0; i < assignment->n_collections; i++) {
        unit.category = assignment->collections[i];
        if (!rule(context, &unit))
            return false;
    }
    return true;
}

static bool each_unit(const struct rbac_admin *record, unit_rule rule,
                      const void *context)
{
    for (size_t i = 0; i < record->n_assignments; i++)
        for (size_t r = 0; r < record->assignments[i].n_roles; r++)
            if (!each_category(&record->assignments[i],
                               record->assignments[i].roles[r], rule, context))
                return false;
    return true;
}

/* Disabling, narrowing and removing give nobody anything, but for what a
 * direct assignment kept from somebody until then. */
static bool rule_admin_change(const struct giver *giver, const void *what)
{
    const struct admin_change *change = what;
    const struct looking looking = {giver, change};

    return (!change->after ||
            each_unit(change->after, may_give_unit, &looking)) &&
           each_unit(change->before, may_take_unit, &looking) &&
           blocked_may_end(giver->subject, change, giver->level, giver->now_s);
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
    if (!after && !change.before->is_group &&
        subject_has_record(subject, admin))
        return deny(RBAC_GUARD_SELF);
    if (after && !is_all_known(&engine->estate, after))
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
                        const struct rbac_admin *receiver,
                        const struct relimit *relimit)
{
    struct rbac_assignment gained = *assignment;

    gained.collections = &relimit->collection;
    gained.n_collections = 1;
    gained.n_scopes = 0;
    for (size_t r = 0; r < assignment->n_roles; r++)
        if (!delegate_holds_role(giver, assignment->roles[r], &gained,
                                 receiver))
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
                !holds_gains(giver, assignment, &estate->admins[a], relimit))
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
