/*
 * The fast path of a check: one cell, one line, one row.
 *
 * With a million objects a check is as fast as the memory it waits for, so what
 * counts is how many checks are in flight: few instructions, and no branch on
 * data read. (A branch on the answer, which cannot be predicted, halves the
 * rate.) Unusual cases take the slow path, index_decide(), by branches that are
 * rarely taken.
 */
#include "rbac/cover_x86.h"
#include "rbac/index_in.h"

/* Answers by number; those of cells without grants by the cell. */
enum {
    ANSWER_LACKS = LINE_EMPTY,
    ANSWER_NOBODY = LINE_NOBODY,
    ANSWER_SCOPE,
    ANSWER_COLLECTION,
    ANSWER_ALLOW,
};

static const struct {
    alignas(16) struct rbac_decision decision;
} answers[] = {
    [ANSWER_LACKS] = {{RBAC_DENY, RBAC_ROLE_LACKS_OPERATION, AUTH_LEVEL_NONE}},
    [ANSWER_NOBODY] = {{RBAC_DENY, RBAC_NO_ADMINISTRATOR, AUTH_LEVEL_NONE}},
    [ANSWER_SCOPE] = {{RBAC_DENY, RBAC_OUT_OF_SCOPE, AUTH_LEVEL_NONE}},
    [ANSWER_COLLECTION] = {{RBAC_DENY, RBAC_OUT_OF_COLLECTION,
                            AUTH_LEVEL_NONE}},
    [ANSWER_ALLOW] = {{RBAC_ALLOW, RBAC_ALLOWED, AUTH_LEVEL_DOMAIN}},
};

uint32_t fast_answer(enum rbac_reason reason)
{
    return reason == RBAC_OUT_OF_COLLECTION ? ANSWER_COLLECTION : ANSWER_SCOPE;
}

#define ALWAYS_INLINE  inline __attribute__((always_inline))
#define UNLIKELY(that) __builtin_expect(!!(that), 0)

static inline uint16_t fast_cell(const struct class_view *view,
                                 const struct rbac_ask *ask)
{
    return ask->operation < RBAC_OPERATIONS_MAX ? view->cell[ask->operation]
                                                : CELL_NONE;
}

typedef bool (*covers_function)(const struct line *line, struct row row);

/*
 * All bits or none. The compiler must not know that, or it makes a branch of
 * what follows.
 */
static ALWAYS_INLINE uint32_t all_bits_if(bool that)
{
    uint32_t bits = -(uint32_t)that;

    __asm__("" : "+r"(bits));
    return bits;
}

static ALWAYS_INLINE uint32_t choose(uint32_t bits, uint32_t yes, uint32_t no)
{
    return no ^ ((no ^ yes) & bits);
}

static ALWAYS_INLINE struct rbac_decision check_by(
    covers_function covers, const struct rbac_index *index,
    const struct rbac_ask *ask, int64_t now_s)
{
    const struct class_view *view = view_of(index, ask);
    const struct row row = rows_get(view->chunks, view->n, ask->object);
    const uint16_t number = fast_cell(view, ask);
    const uint32_t cell = ask->subject->moment_cells[number];
    uint32_t answer;

    if (UNLIKELY(number == CELL_NONE || cell >= CELL_CHAIN ||
                 row.label[0] == LABEL_MANY || ask->level == AUTH_LEVEL_NONE ||
                 !moment_has(ask->subject->moment, now_s)))
        return index_decide(view, ask, row, now_s);
    answer = choose(all_bits_if(cell > LINE_NOBODY), view->miss_covered, cell);
    answer = choose(all_bits_if(covers(&ask->subject->lines[cell], row)),
                    ANSWER_ALLOW, answer);
    return answers[answer].decision;
}

enum { AHEAD = 32 }; /* checks whose memory is fetched at once */

static ALWAYS_INLINE void fetch_cells_and_rows(const struct rbac_index *index,
                                               const struct rbac_ask *asks,
                                               size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct class_view *view = view_of(index, &asks[i]);
        const uint32_t object = asks[i].object;

        __builtin_prefetch(
            &asks[i].subject->moment_cells[fast_cell(view, &asks[i])]);
        if (object < view->n)
            __builtin_prefetch(
                &view->chunks[object / CHUNK_ROWS][object % CHUNK_ROWS]);
    }
}

static ALWAYS_INLINE void fetch_lines(const struct rbac_index *index,
                                      const struct rbac_ask *asks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct class_view *view = view_of(index, &asks[i]);
        const struct rbac_subject *subject = asks[i].subject;
        const uint16_t cell = subject->moment_cells[fast_cell(view, &asks[i])];

        if (cell < CELL_CHAIN)
            __builtin_prefetch(&subject->lines[cell]);
    }
}

static ALWAYS_INLINE void check_many_by(covers_function covers,
                                        const struct rbac_index *index,
                                        const struct rbac_ask *asks, size_t n,
                                        int64_t now_s,
                                        struct rbac_decision *decisions_out)
{
    for (size_t from = 0; from < n; from += AHEAD) {
        const size_t many = n - from < AHEAD ? n - from : AHEAD;

        fetch_cells_and_rows(index, asks + from, many);
        fetch_lines(index, asks + from, many);
        for (size_t i = from; i < from + many; i++)
            decisions_out[i] = check_by(covers, index, &asks[i], now_s);
    }
}

/* Both functions, once for each kind of processor. */
#define DEFINE_FAST(name, target, covers)                                      \
    static target struct rbac_decision check_##name(                           \
        const struct rbac_index *index, const struct rbac_ask *ask,            \
        int64_t now_s)                                                         \
    {                                                                          \
        return check_by(covers, index, ask, now_s);                            \
    }                                                                          \
    static target void check_many_##name(                                      \
        const struct rbac_index *index, const struct rbac_ask *asks, size_t n, \
        int64_t now_s, struct rbac_decision *decisions_out)                    \
    {                                                                          \
        check_many_by(covers, index, asks, n, now_s, decisions_out);           \
    }                                                                          \
    static const struct fast name = {check_##name, check_many_##name};

DEFINE_FAST(plain, , line_covers)

#ifdef __x86_64__

DEFINE_FAST(avx2, TARGET_AVX2, line_covers_avx2)
DEFINE_FAST(avx512, TARGET_AVX512, line_covers_avx512)

const struct fast *fast_find(void)
{
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw"))
        return &avx512;
    if (__builtin_cpu_supports("avx2"))
        return &avx2;
    return &plain;
}

#else

const struct fast *fast_find(void)
{
    return &plain;
}

#endif
