/*
 * The subject from within: one caller's grants, compiled cell by cell.
 *
 * A cell is a type and an operation. It is LINE_EMPTY if no role grants the
 * operation; the number of a line if all its grants are unlimited in time and
 * need no level beyond a sign-in; otherwise a chain of segments, each with its
 * own window and level. Cells whose grants come from the same assignments share
 * their lines, so a caller takes a few kilobytes.
 */
#pragma once

#include "rbac/cover.h"
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

/* A collection that an assignment names, while it does. */
struct direct {
    int64_t from_s;
    int64_t until_s;
    uint16_t position;
};

/*
 * One block of memory: this, the cells, the lines and the rest. A check reads
 * its first cache line, one of cells, and one of cover.
 */
struct rbac_subject {
    struct ground *ground; /* the engine's */
    const struct line *lines;
    const struct chain *chains;
    const struct segment *segments;
    const struct rbac_engine *engine;
    const struct direct *directs; /* [n_directs] */
    const struct entry *entries;  /* [n_entries] */
    const uint32_t *records;      /* [n_records]: admins that are enabled */
    uint32_t n_directs;
    uint32_t n_entries;
    uint32_t n_records;
    uint32_t n_lines;
    uint32_t n_bytes; /* of the block */
    alignas(64) uint16_t cells[];
};

static inline const struct rbac_assignment *entry_assignment(
    const struct rbac_engine *engine, struct entry entry)
{
    return &engine->estate.admins[entry.admin].assignments[entry.assignment];
}

/* Does an administrator record apply to the subject? Not if disabled. */
static inline bool subject_has_record(const struct rbac_subject *subject,
                                      uint32_t admin)
{
    for (uint32_t i = 0; i < subject->n_records; i++)
        if (subject->records[i] == admin)
            return true;
    return false;
}

/*
 * The bits of a type that an entry's role grants at exactly a level, including
 * what they imply.
 */
uint32_t entry_operations(const struct rbac_engine *engine, struct entry entry,
                          uint16_t type, enum auth_level level);
