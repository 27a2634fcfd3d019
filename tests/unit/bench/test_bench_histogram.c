#include "tests/unit/unit.h"

#include "tests/bench/histogram.h"

static struct histogram histogram;

static void values_are_found_within_three_percent(void **state)
{
    (void)state;
    for (uint64_t value = 1; value < 1000000000000u;
         value = value * 7 / 5 + 1) {
        memset(&histogram, 0, sizeof(histogram));
        histogram_add(&histogram, value);
        assert_in_range(histogram_at(&histogram, 1.0), value - value / 30,
                        value);
    }
}

static void shares_split_what_was_added(void **state)
{
    static struct histogram other;

    (void)state;
    memset(&histogram, 0, sizeof(histogram));
    assert_int_equal(histogram_at(&histogram, 0.5), 0);
    for (uint64_t i = 0; i < 90; i++)
        histogram_add(&histogram, 10);
    for (uint64_t i = 0; i < 10; i++)
        histogram_add(&other, 20);
    histogram_merge(&histogram, &other);
    assert_int_equal(histogram_count(&histogram), 100);
    assert_int_equal(histogram_at(&histogram, 0.5), 10);
    assert_int_equal(histogram_at(&histogram, 0.9), 10);
    assert_int_equal(histogram_at(&histogram, 0.91), 20);
    assert_int_equal(histogram_at(&histogram, 1.0), 20);
}

static void what_is_beyond_the_end_is_kept_in_the_last_bucket(void **state)
{
    (void)state;
    memset(&histogram, 0, sizeof(histogram));
    histogram_add(&histogram, UINT64_MAX);
    assert_int_equal(histogram_count(&histogram), 1);
    assert_true(histogram_at(&histogram, 0.5) > 3600u * 1000000000u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_within_three_percent),
        cmocka_unit_test(shares_split_what_was_added),
        cmocka_unit_test(what_is_beyond_the_end_is_kept_in_the_last_bucket),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
