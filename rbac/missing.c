#include "rbac/administer.h"
#include "rbac/delegate.h"
#include "rbac/unit.h"

/* Where the first missing thing is written. */
struct search {
    struct giver giver;
    const struct rbac_admin *before; /* NULL: all of it is new */
    const struct rbac_admin *after;  /* NULL: it is removed */
    struct rbac_missing *out;
};

static void found(struct rbac_missing *out, const struct grant_unit *unit,
                  uint16_t type, uint8_t operation)
{
    *out = (struct rbac_missing){
        .type = type,
        .operation = operation,
        .role = unit->role,
        .category = unit->category,
        .is_collection = unit->is_collection,
    };
}

/* The first operation of the right that cannot be given there. */
static bool holds_each(const struct search *search, struct rbac_right right,
                       const struct grant_unit *unit)
{
    const struct rbac_assignment one = unit_assignment(unit);
    uint32_t left = right.operations;

    for (; left; left &= left - 1) {
        right.operations = left & -left;
        if (!delegate_holds_right(&search->giver, right, &one, search->after)) {
            found(search->out, unit, right.type,
                  (uint8_t)__builtin_ctz(right.operations));
            return false;
        }
    }
    return true;
}

static bool look_at_given(const void *context, const struct grant_unit *unit)
{
    const struct search *search = context;
    const struct giver *giver = &search->giver;
    const struct rights *rights = &giver->engine->rights[unit->role];

    if (search->before && unit_is_held(giver->engine, search->before, unit))
        return true;
    if (!delegate_administers(giver, unit->category, unit->is_collection)) {
        found(search->out, unit, RBAC_TYPE_ADMIN, RBAC_OP_MODIFY);
        return false;
    }
    for (size_t i = 0; i < rights->n_rows; i++)
        if (!holds_each(search, rights->rows[i], unit))
            return false;
    return true;
}

static bool look_at_taken(const void *context, const struct grant_unit *unit)
{
    const struct search *search = context;
    const struct giver *giver = &search->giver;

    if ((search->after && !search->after->is_disabled &&
         unit_is_held(giver->engine, search->after, unit)) ||
        window_is_over(unit->until_s, giver->now_s) ||
        delegate_administers(giver, unit->category, unit->is_collection))
        return true;
    found(search->out, unit, RBAC_TYPE_ADMIN, RBAC_OP_MODIFY);
    return false;
}

bool rbac_missing_for_admin(const struct rbac_subject *subject,
                            const struct rbac_admin *before,
                            const struct rbac_admin *after, int64_t now_s,
                            struct rbac_missing *missing_out)
{
    struct search search = {
        .giver = {subject, subject->engine, AUTH_LEVEL_MFA, now_s},
        .before = before,
        .after = after,
        .out = missing_out,
    };

    if (before && before->is_disabled && after && !after->is_disabled)
        search.before = NULL;
    if (after && !unit_each(after, look_at_given, &search))
        return true;
    return before && !unit_each(before, look_at_taken, &search);
}

/* ---- Roles ---- */

struct role_search {
    struct search search; /* .after: the holder examined */
    const struct role_change *change;
    bool is_less;
};

static bool look_at_holding(const void *context, const struct grant_unit *unit)
{
    const struct role_search *role = context;
    const struct giver *giver = &role->search.giver;
    const bool is_lenient = giver->engine->estate.is_lenient;

    if (unit->role != role->change->index)
        return true;
    if ((role->is_less || is_lenient) &&
        !window_is_over(unit->until_s, giver->now_s) &&
        !delegate_administers(giver, unit->category, unit->is_collection)) {
        found(role->search.out, unit, RBAC_TYPE_ADMIN, RBAC_OP_MODIFY);
        return false;
    }
    for (size_t row = 0; !is_lenient && row < role->change->role->n_rights;
         row++)
        if (!holds_each(&role->search,
                        delegate_gained_right(giver, role->change, row), unit))
            return false;
    return true;
}

bool rbac_missing_for_role(const struct rbac_subject *subject,
                           const struct rbac_role *role, uint32_t role_index,
                           int64_t now_s, struct rbac_missing *missing_out)
{
    const struct rbac_estate *estate = &subject->engine->estate;
    const struct role_change change = {role, role_index};
    struct role_search search = {
        .search = {.giver = {subject, subject->engine, AUTH_LEVEL_MFA, now_s},
                   .out = missing_out},
        .change = &change,
    };

    if (role_index >= estate->n_roles)
        return false;
    search.is_less = delegate_loses_right(&search.search.giver, &change);
    for (size_t a = 0; a < estate->n_admins; a++) {
        search.search.after = &estate->admins[a];
        if (!unit_each(&estate->admins[a], look_at_holding, &search))
            return true;
    }
    return false;
}
