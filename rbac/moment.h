/*
 * The cells of a subject for the time in which none of its windows begins or
 * ends (rbac/subject.h).
 */
#pragma once

#include "provider/base/buf.h"
#include "rbac/chain.h"
#include "rbac/cover.h"

/* The longest time with now in it and no bound of an entry's window inside. */
struct moment moment_around(const struct rbac_engine *engine,
                            const struct entry *entries, size_t n_entries,
                            int64_t now_s);

/* A subject's cells at any time, as compiled. */
struct moment_source {
    const uint16_t *cells; /* [n_cells] */
    size_t n_cells;
    const struct chain *chains; /* [n_chains] */
    size_t n_chains;
    const struct segment *segments;
};

/*
 * Fills cells_out[n_cells] with what answers the same around now: a line for
 * each chain whose segments are all open and need no level, if one line holds
 * what they cover, and the rest as it is. Appends to lines. runs: room for
 * those of all segments of a chain.
 */
MUST_CHECK
enum status moment_compile(const struct moment_source *source, int64_t now_s,
                           struct run *runs, struct buf *lines,
                           uint16_t *cells_out);
