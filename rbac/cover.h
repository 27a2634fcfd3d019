/*
 * What a grant covers, as runs of label numbers in one cache line.
 *
 * An object carries labels: the numbers of its scopes, or the positions of its
 * collections in the tree. Scopes of a grant are runs of one, the All scope is
 * the run of every scope, an assigned collection is the run of everything below
 * it. Whatever the type, the question is: does any label lie in any run?
 */
#pragma once

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    LINE_RUNS = 16,
    ROW_LABELS = 4,
    LABEL_NONE = UINT16_MAX, /* lies in no run */
    LABELS_MAX = UINT16_MAX, /* so this is how many numbers there are */
    LABEL_ALL_OBJECTS = 0,   /* of operations that need no label */
};

/* A run of count labels from first on; of 0 where unused. */
struct run {
    uint16_t first;
    uint16_t count;
};

struct line {
    alignas(64) uint16_t first[LINE_RUNS];
    uint16_t count[LINE_RUNS];
};

/* Up to four labels; fewer are filled up with LABEL_NONE. */
struct row {
    alignas(8) uint16_t label[ROW_LABELS];
};

/* Plain vector code: two instructions a label where the processor can. */
typedef uint16_t line_lanes __attribute__((vector_size(2 * LINE_RUNS)));
typedef uint64_t line_words __attribute__((vector_size(2 * LINE_RUNS)));

static inline bool line_covers(const struct line *line, struct row row)
{
    line_lanes first, count, hit = {0};
    line_words any;

    memcpy(&first, line->first, sizeof(first));
    memcpy(&count, line->count, sizeof(count));
    for (int i = 0; i < ROW_LABELS; i++)
        hit |= (line_lanes)((line_lanes)(row.label[i] - first) < count);
    any = (line_words)hit;
    return (any[0] | any[1] | any[2] | any[3]) != 0;
}

/* lines[n_lines] hold ascending runs; the last line may be part full. */
bool cover_has(const struct line *lines, size_t n_lines, struct row row);

/* Sorts and joins runs[n] in place; returns how many are left. */
size_t runs_join(struct run *runs, size_t n);

/* Lays runs[n] out in lines; lines[cover_lines(n)] are zeroed. */
static inline size_t cover_lines(size_t n_runs)
{
    return n_runs == 0 ? 1 : (n_runs + LINE_RUNS - 1) / LINE_RUNS;
}
void cover_write(const struct run *runs, size_t n, struct line *lines);
