/*
 * Does somebody hold all that a record of administrators gives?
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct object_map;
struct rbac_engine;
struct rbac_subject;

struct coverage {
    const struct rbac_subject *subject;
    const struct rbac_engine *engine;
    const struct object_map *map;
    int64_t now_s;
};

/* Not of a record that the engine does not know yet. */
bool coverage_has(const struct coverage *coverage, int64_t admin);
