/*
 * The subject from within: one caller's grants, compiled cell by cell.
 *
 * A cell is a type and an operation. It is LINE_EMPTY if no role grants the
 * operation; the number of a line if all its grants are unlimited in time and
 * need no level beyond a sign-in; otherwise a chain of segments, each with its
 * own window and level. Cells whose grants come from the same assignments share
 * their lines, so a caller takes a few kilobytes.
 *
 * These cells hold at any time. A subject may have others for one moment: the
 * time around its making in which no window of its assignments begins or ends.
 * There a chain whose windows are all open is a single line, so that windows
 * cost next to nothing. Beyond the moment only the chains are asked.
 */
#pragma once

#include "rbac/chain.h"
#include "rbac/cover.h"

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
    struct moment moment;  /* of moment_cells */
    const uint16_t *cells; /* at any time; moment_cells if they are the same */
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
    uint32_t n_bytes;                    /* of the block */
    alignas(64) uint16_t moment_cells[]; /* within the moment only */
};

/* The cells to ask at a time. */
static inline const uint16_t *subject_cells(const struct rbac_subject *subject,
                                            int64_t now_s)
{
    return moment_has(subject->moment, now_s) ? subject->moment_cells
                                              : subject->cells;
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
