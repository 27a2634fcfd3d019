/*
 * What a grant covers, as runs of label numbers in one cache line.
 *
 * An object carries labels: the numbers of its scopes, or the positions of its
 * collections in the tree. Each scope of a grant is a run of one, the All scope
 * is the run of every scope, an assigned collection is the run of everything
 * below it. For every type, the question is: is any label in any run?
 */
#pragma once

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    LINE_RUNS = 16,
    ROW_LABELS = 4,
    LABEL_NONE = UINT16_MAX,     /* is in no run */
    LABEL_MANY = UINT16_MAX - 1, /* is in none either: see index.h */
    LABELS_MAX = UINT16_MAX - 1, /* so this is the maximum of numbers */
    LABEL_ALL_OBJECTS = 0,       /* of operations that need no label */
};

/* A run of count labels from first on; count 0: unused. */
struct run {
    uint16_t first;
    uint16_t count;
};

struct line {
    alignas(64) uint16_t first[LINE_RUNS];
    uint16_t count[LINE_RUNS];
};

/* Up to four labels, padded with LABEL_NONE. */
struct row {
    alignas(8) uint16_t label[ROW_LABELS];
};

/*
 * A label is in a run if label - first, with wrap-around, is less than count,
 * that is if count minus it, saturated at zero, is not zero. So a line is
 * tested for four labels in some thirty instructions without a branch.
 */
#ifdef __SSE2__

/* The nonzero results of eight runs and one label. */
static inline __m128i runs_hit(const uint16_t *first, const uint16_t *count,
                               __m128i label)
{
    const __m128i from = _mm_sub_epi16(
        label, _mm_load_si128((const __m128i *)(const void *)first));

    return _mm_subs_epu16(_mm_load_si128((const __m128i *)(const void *)count),
                          from);
}

static inline __m128i line_hit(const struct line *line, __m128i label)
{
    return _mm_or_si128(runs_hit(line->first, line->count, label),
                        runs_hit(line->first + LINE_RUNS / 2,
                                 line->count + LINE_RUNS / 2, label));
}

/* Every lane the same label of the row. */
#define ROW_LANES(bits, i)                                                     \
    _mm_unpacklo_epi64(_mm_shufflelo_epi16(bits, (i)*0x55),                    \
                       _mm_shufflelo_epi16(bits, (i)*0x55))

static inline bool line_covers(const struct line *line, struct row row)
{
    long long word;
    __m128i bits, hit;

    memcpy(&word, row.label, sizeof(word));
    bits = _mm_cvtsi64_si128(word);
    hit = _mm_or_si128(_mm_or_si128(line_hit(line, ROW_LANES(bits, 0)),
                                    line_hit(line, ROW_LANES(bits, 1))),
                       _mm_or_si128(line_hit(line, ROW_LANES(bits, 2)),
                                    line_hit(line, ROW_LANES(bits, 3))));
    return _mm_movemask_epi8(_mm_cmpeq_epi8(hit, _mm_setzero_si128())) !=
           UINT16_MAX;
}

#else

static inline bool line_covers(const struct line *line, struct row row)
{
    unsigned hit = 0;

    for (int i = 0; i < ROW_LABELS; i++)
        for (int run = 0; run < LINE_RUNS; run++)
            hit |=
                (uint16_t)(row.label[i] - line->first[run]) < line->count[run];
    return hit;
}

#endif

/* lines[n_lines] contain ascending runs; the last line may be partly used. */
bool cover_has(const struct line *lines, size_t n_lines, struct row row);

/* Sorts and merges runs[n] in place; returns their new number. */
size_t runs_join(struct run *runs, size_t n);

/* Lays runs[n] out in lines; lines[cover_lines(n)] are zeroed. */
static inline size_t cover_lines(size_t n_runs)
{
    return n_runs == 0 ? 1 : (n_runs + LINE_RUNS - 1) / LINE_RUNS;
}
void cover_write(const struct run *runs, size_t n, struct line *lines);
