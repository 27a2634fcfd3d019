#include "rbac/cover.h"

#include <stdlib.h>

/* The last of the ascending lines that starts at or before the label. */
static const struct line *line_of(const struct line *lines, size_t n_lines,
                                  uint16_t label)
{
    while (n_lines > 1) {
        const size_t half = n_lines / 2;

        if (lines[half].first[0] <= label) {
            lines += half;
            n_lines -= half;
        } else {
            n_lines = half;
        }
    }
    return lines;
}

bool cover_has(const struct line *lines, size_t n_lines, struct row row)
{
    if (n_lines == 1)
        return line_covers(lines, row);
    for (int i = 0; i < ROW_LABELS; i++) {
        const uint16_t label = row.label[i];
        const struct row one = {{label, label, label, label}};

        if (line_covers(line_of(lines, n_lines, label), one))
            return true;
    }
    return false;
}

static int compare_runs(const void *a, const void *b)
{
    const struct run *left = a, *right = b;

    return (left->first > right->first) - (left->first < right->first);
}

/* Most covers have a few runs, for which qsort would cost more. */
static void sort_runs(struct run *runs, size_t n)
{
    if (n > 32) {
        qsort(runs, n, sizeof(*runs), compare_runs);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        const struct run moved = runs[i];
        size_t at = i;

        for (; at > 0 && runs[at - 1].first > moved.first; at--)
            runs[at] = runs[at - 1];
        runs[at] = moved;
    }
}

size_t runs_join(struct run *runs, size_t n)
{
    size_t kept = 0;

    sort_runs(runs, n);
    for (size_t i = 0; i < n; i++) {
        const uint32_t end = (uint32_t)runs[i].first + runs[i].count;
        struct run *last = kept ? &runs[kept - 1] : NULL;

        if (runs[i].count == 0)
            continue;
        if (!last || runs[i].first > (uint32_t)last->first + last->count)
            runs[kept++] = runs[i];
        else if (end > (uint32_t)last->first + last->count)
            last->count = (uint16_t)(end - last->first);
    }
    return kept;
}

void cover_write(const struct run *runs, size_t n, struct line *lines)
{
    for (size_t i = 0; i < n; i++) {
        lines[i / LINE_RUNS].first[i % LINE_RUNS] = runs[i].first;
        lines[i / LINE_RUNS].count[i % LINE_RUNS] = runs[i].count;
    }
}
