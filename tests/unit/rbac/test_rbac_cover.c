/*
 * Covers by every way that a processor may know, against runs one by one.
 */
#include "tests/unit/unit.h"

#include "rbac/cover_x86.h"

static uint64_t state_of_random = 88172645463325252u;

static uint16_t below(uint32_t n)
{
    state_of_random ^= state_of_random << 13;
    state_of_random ^= state_of_random >> 7;
    state_of_random ^= state_of_random << 17;
    return (uint16_t)((state_of_random >> 33) % n);
}

/* Values near the ends of the range are as likely as those between. */
static uint16_t some_label(void)
{
    static const uint16_t ends[] = {0, 1, 2, 0x7fff, 0x8000, 65532, 65533};

    return below(2) ? ends[below(7)] : below(LABELS_MAX);
}

static struct line random_line(void)
{
    struct line line = {0};

    for (size_t i = 0; i < below(LINE_RUNS + 1); i++) {
        line.first[i] = some_label();
        line.count[i] =
            below(3) ? below(4) : below(LABELS_MAX - line.first[i] + 1u);
    }
    return line;
}

static bool covers_by_hand(const struct line *line, struct row row)
{
    for (size_t l = 0; l < ROW_LABELS; l++)
        for (size_t i = 0; i < LINE_RUNS; i++)
            if (row.label[l] >= line->first[i] &&
                row.label[l] < (uint32_t)line->first[i] + line->count[i])
                return true;
    return false;
}

static struct row random_row(const struct line *line)
{
    struct row row = {{LABEL_NONE, LABEL_NONE, LABEL_NONE, LABEL_NONE}};

    for (size_t l = 0; l < below(ROW_LABELS + 1); l++) {
        const size_t run = below(LINE_RUNS);

        row.label[l] =
            below(2)
                ? some_label()
                : (uint16_t)(line->first[run] + line->count[run] - below(2));
    }
    return row;
}

static void every_way_gives_the_same_answer(void **state)
{
    (void)state;
    for (int i = 0; i < 200000; i++) {
        const struct line line = random_line();
        const struct row row = random_row(&line);
        const bool wanted = covers_by_hand(&line, row);

        assert_int_equal(line_covers(&line, row), wanted);
        assert_int_equal(cover_has(&line, 1, row), wanted);
#ifdef __x86_64__
        if (__builtin_cpu_supports("avx2"))
            assert_int_equal(line_covers_avx2(&line, row), wanted);
        if (__builtin_cpu_supports("avx512f") &&
            __builtin_cpu_supports("avx512bw"))
            assert_int_equal(line_covers_avx512(&line, row), wanted);
#endif
    }
}

static void no_run_covers_no_label(void **state)
{
    const struct line all = {.first = {0}, .count = {LABELS_MAX}};
    const struct row none = {{LABEL_NONE, LABEL_NONE, LABEL_NONE, LABEL_NONE}};
    const struct row last = {
        {LABEL_NONE, LABELS_MAX - 1, LABEL_NONE, LABEL_NONE}};

    (void)state;
    assert_false(line_covers(&all, none));
    assert_true(line_covers(&all, last));
}

static void runs_that_touch_become_one(void **state)
{
    struct run runs[] = {{7, 3}, {1, 2}, {3, 1}, {8, 1}, {20, 0}, {10, 5}};

    (void)state;
    assert_int_equal(runs_join(runs, 6), 2);
    assert_int_equal(runs[0].first, 1);
    assert_int_equal(runs[0].count, 3);
    assert_int_equal(runs[1].first, 7);
    assert_int_equal(runs[1].count, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_gives_the_same_answer),
        cmocka_unit_test(no_run_covers_no_label),
        cmocka_unit_test(runs_that_touch_become_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
