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

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    LINE_RUNS = 16,
    ROW_LABELS = 4,
    LABEL_NONE = UINT16_MAX,     /* lies in no run */
    LABEL_MANY = UINT16_MAX - 1, /* nor does this: see index.h */
    LABELS_MAX = UINT16_MAX - 1, /* so this is how many numbers there are */
    LABEL_ALL_OBJECTS = 0,       /* of operations that need no label */
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

/*
 * A label lies in a run when label - first, with wrap-around, is less than
 * count; that is when count minus it, stopped at zero, is not zero. So a line
 * is asked for four labels in some thirty instructions without a branch.
 */
#ifdef __SSE2__

static inline __m128i line_half(const struct line *line, int at, __m128i label)
{
    const __m128i first = _mm_load_si128((const __m128i *)&line->first[at]);
    const __m128i count = _mm_load_si128((const __m128i *)&line->count[at]);

    return _mm_subs_epu16(count, _mm_sub_epi16(label, first));
}

static inline bool line_covers(const struct line *line, struct row row)
{
    __m128i hit = _mm_setzero_si128();

    for (int i = 0; i < ROW_LABELS; i++) {
        const __m128i label = _mm_set1_epi16((short)row.label[i]);

        hit = _mm_or_si128(hit, line_half(line, 0, label));
        hit = _mm_or_si128(hit, line_half(line, LINE_RUNS / 2, label));
    }
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
