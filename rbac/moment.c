#include "rbac/moment.h"

#include <stdlib.h>

#include "provider/base/mutant.h"

/* ---- When ---- */

struct bounds {
    int64_t from_s;
    int64_t until_s;
};

/* Nothing changes at a bound of INT64_MIN, or at an end of INT64_MAX. */
static void bounds_narrow(struct bounds *bounds, int64_t bound_s, int64_t now_s)
{
    if (bound_s <= now_s && bound_s > bounds->from_s)
        bounds->from_s = bound_s;
    if (bound_s > now_s && bound_s < bounds->until_s &&
        !MUTANT("c11-window-open-for-ever"))
        bounds->until_s = bound_s;
}

struct moment moment_around(const struct rbac_engine *engine,
                            const struct entry *entries, size_t n_entries,
                            int64_t now_s)
{
    struct bounds bounds = {INT64_MIN, INT64_MAX};

    for (size_t e = 0; e < n_entries; e++) {
        const struct rbac_assignment *assignment =
            entry_assignment(engine, entries[e]);

        bounds_narrow(&bounds, assignment->from_s, now_s);
        if (assignment->until_s != INT64_MAX)
            bounds_narrow(&bounds, assignment->until_s, now_s);
    }
    return (struct moment){bounds.from_s,
                           (uint64_t)bounds.until_s - (uint64_t)bounds.from_s};
}

/* ---- What ---- */

/* Its cover is all there is to ask: no time, no level, no reason. */
static bool is_open(const struct segment *segment, int64_t now_s)
{
    return window_holds(segment->from_s, segment->until_s, now_s) &&
           segment->level == AUTH_LEVEL_DOMAIN;
}

static size_t add_runs_of(const struct line *lines, size_t n_lines,
                          struct run *runs)
{
    size_t n = 0;

    for (size_t i = 0; i < n_lines * LINE_RUNS; i++) {
        const struct line *line = &lines[i / LINE_RUNS];
        const uint16_t count = line->count[i % LINE_RUNS];

        if (count)
            runs[n++] = (struct run){line->first[i % LINE_RUNS], count};
    }
    return n;
}

/* The runs of a chain's segments, joined; SIZE_MAX: one is not open. */
static size_t join_chain(const struct moment_source *source,
                         const struct chain *chain, int64_t now_s,
                         const struct buf *lines, struct run *runs)
{
    const struct line *all = (const void *)buf_text(lines).data;
    size_t n = 0;

    for (uint32_t i = 0; i < chain->n; i++) {
        const struct segment *segment = &source->segments[chain->first + i];

        if (!is_open(segment, now_s))
            return SIZE_MAX;
        n += add_runs_of(&all[segment->line], segment->n_lines, runs + n);
    }
    return runs_join(runs, n);
}

/* The cell that answers like a chain around now: a line, or the chain. */
static uint16_t compile_chain(const struct moment_source *source, size_t number,
                              int64_t now_s, struct run *runs,
                              struct buf *lines)
{
    const size_t at = lines->size / sizeof(struct line);
    const size_t n =
        join_chain(source, &source->chains[number], now_s, lines, runs);
    struct line line = {0};

    if (n > LINE_RUNS || at >= CELL_CHAIN)
        return (uint16_t)(CELL_CHAIN | number);
    cover_write(runs, n, &line);
    buf_append(lines, &line, sizeof(line));
    return (uint16_t)at;
}

enum status moment_compile(const struct moment_source *source, int64_t now_s,
                           struct run *runs, struct buf *lines,
                           uint16_t *cells_out)
{
    uint16_t *known = calloc(source->n_chains, sizeof(*known));

    if (!known)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < source->n_chains; i++)
        known[i] = compile_chain(source, i, now_s, runs, lines);
    for (size_t i = 0; i < source->n_cells; i++) {
        const uint16_t cell = source->cells[i];

        cells_out[i] =
            cell & CELL_CHAIN ? known[cell & (CELL_CHAIN - 1)] : cell;
    }
    free(known);
    return buf_status(lines);
}
