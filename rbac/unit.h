/*
 * The parts of assignments: one role in one category, for a time.
 */
#pragma once

#include "rbac/engine.h"

struct grant_unit {
    uint32_t role;
    uint32_t category;
    bool is_collection;
    int64_t from_s;
    int64_t until_s;
};

/* False ends the visit, and is its result. */
typedef bool (*unit_rule)(const void *context, const struct grant_unit *unit);
bool unit_each(const struct rbac_admin *record, unit_rule rule,
               const void *context);

/* Does one assignment of the record give the role there, all that time? */
bool unit_is_held(const struct rbac_engine *engine,
                  const struct rbac_admin *record,
                  const struct grant_unit *unit);

/* As an assignment; borrows the unit. */
struct rbac_assignment unit_assignment(const struct grant_unit *unit);
