#include "rbac/unit.h"

#include "rbac/delegate.h"
#include "rbac/holding.h"

bool unit_is_held(const struct rbac_engine *engine,
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

bool unit_each(const struct rbac_admin *record, unit_rule rule,
               const void *context)
{
    for (size_t i = 0; i < record->n_assignments; i++)
        for (size_t r = 0; r < record->assignments[i].n_roles; r++)
            if (!each_category(&record->assignments[i],
                               record->assignments[i].roles[r], rule, context))
                return false;
    return true;
}

struct rbac_assignment unit_assignment(const struct grant_unit *unit)
{
    return (struct rbac_assignment){
        .roles = &unit->role,
        .n_roles = 1,
        .scopes = &unit->category,
        .n_scopes = unit->is_collection ? 0 : 1,
        .collections = &unit->category,
        .n_collections = unit->is_collection ? 1 : 0,
        .from_s = unit->from_s,
        .until_s = unit->until_s,
    };
}
