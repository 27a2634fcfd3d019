#include "rbac/administer.h"
#include "rbac/delegate.h"
#include "rbac/unit.h"

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

/* A change as one role in one category is concerned. */
struct looking {
    const struct giver *giver;
    const struct admin_change *change;
};

/* What the record did not have must be the giver's to give (R10.3, R10.5); a
 * record that is enabled again is given anew. */
static bool may_give_unit(const void *context, const struct grant_unit *unit)
{
    const struct looking *looking = context;
    const struct admin_change *change = looking->change;
    const struct rbac_assignment one = unit_assignment(unit);

    if ((!change->before->is_disabled || change->after->is_disabled) &&
        unit_is_held(looking->giver->engine, change->before, unit))
        return true;
    return delegate_may_give(looking->giver, &one, change->after);
}

/* Taking needs administration of the category, whatever the roles hold. */
static bool may_take_unit(const void *context, const struct grant_unit *unit)
{
    const struct looking *looking = context;
    const struct admin_change *change = looking->change;

    if (change->after && !change->after->is_disabled &&
        unit_is_held(looking->giver->engine, change->after, unit))
        return true;
    return window_is_over(unit->until_s, looking->giver->now_s) ||
           delegate_administers(looking->giver, unit->category,
                                unit->is_collection);
}

/* Disabling, narrowing and removing give nobody anything, except what a direct
 * assignment blocked until then. */
static bool rule_admin_change(const struct giver *giver, const void *what)
{
    const struct admin_change *change = what;
    const struct looking looking = {giver, change};

    return (!change->after ||
            unit_each(change->after, may_give_unit, &looking)) &&
           unit_each(change->before, may_take_unit, &looking) &&
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

static bool rule_admin_text(const struct giver *giver, const void *what)
{
    const struct admin_change *change = what;
    const struct looking looking = {giver, change};

    return unit_each(change->before, may_take_unit, &looking);
}

struct rbac_decision rbac_check_admin_text(const struct rbac_subject *subject,
                                           uint32_t admin,
                                           enum auth_level level, int64_t now_s)
{
    const struct rbac_engine *engine = subject->engine;
    struct admin_change change = {admin, NULL, NULL};

    if (admin >= engine->estate.n_admins)
        return deny(RBAC_GUARD_MORE_THAN_HELD);
    change.before = &engine->estate.admins[admin];
    return delegate_decide(subject, rule_admin_text, &change, level, now_s);
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

/* Would the assignment reach the collection only after the change? */
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
