/*
 * What a cell of a subject is made of: entries that grant, the windows in which
 * they do, and chains of what is held in each.
 */
#pragma once

#include "rbac/engine.h"

enum {
    CELL_CHAIN = 0x8000, /* the rest of the cell is the number of a chain */
    /* Lines that cover nothing: of cells that are not granted. */
    LINE_EMPTY = 0,  /* no role has the operation */
    LINE_NOBODY = 1, /* no administrator record applies */
};

/* A role in an assignment: the unit that grants. */
struct entry {
    uint32_t admin;
    uint32_t assignment; /* within the admin */
    uint32_t role;
};

/*
 * Is a time in [from_s, until_s)? INT64_MAX as the end is none, for the last
 * second too.
 */
static inline bool window_is_over(int64_t until_s, int64_t now_s)
{
    return now_s >= until_s && until_s != INT64_MAX;
}

static inline bool window_holds(int64_t from_s, int64_t until_s, int64_t now_s)
{
    return from_s <= now_s && !window_is_over(until_s, now_s);
}

/* What is held in [from_s, until_s) at a level. */
struct segment {
    int64_t from_s;
    int64_t until_s;
    uint32_t line; /* the first of n_lines */
    uint16_t n_lines;
    uint8_t level; /* enum auth_level, never below domain */
};

struct chain {
    uint32_t first; /* segment */
    uint32_t n;
};

/* From from_s on, for lasts_s seconds. Zeroed: never. */
struct moment {
    int64_t from_s;
    uint64_t lasts_s;
};

static inline bool moment_has(struct moment moment, int64_t now_s)
{
    return (uint64_t)now_s - (uint64_t)moment.from_s < moment.lasts_s;
}

static inline const struct rbac_assignment *entry_assignment(
    const struct rbac_engine *engine, struct entry entry)
{
    return &engine->estate.admins[entry.admin].assignments[entry.assignment];
}
