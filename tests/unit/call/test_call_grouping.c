#include "tests/unit/unit.h"

#include "provider/call/grouping.h"

enum { COMMIT_US = 1000 };

/* After many commits that took as long as that. */
static struct grouping used_to(size_t n_run, size_t n_waiting)
{
    struct grouping grouping = {0};

    for (int i = 0; i < 100; i++)
        grouping_note(&grouping, n_run, n_waiting, COMMIT_US);
    return grouping;
}

static void nobody_waits_for_a_caller_who_is_alone(void **state)
{
    const struct grouping none = {0};
    const struct grouping one = used_to(1, 0);

    (void)state;
    assert_int_equal(grouping_patience_us(&none, 1), 0);
    assert_int_equal(grouping_patience_us(&one, 1), 0);
}

/* Each half would wait for the other's commit, for ever. */
static void two_halves_become_one_group(void **state)
{
    struct grouping halves = used_to(8, 8);

    (void)state;
    assert_true(grouping_patience_us(&halves, 8) > 0);
    assert_true(grouping_patience_us(&halves, 15) > 0);
    assert_int_equal(grouping_patience_us(&halves, 16), 0);
    grouping_note(&halves, 16, 0, COMMIT_US);
    assert_true(grouping_patience_us(&halves, 1) > 0);
    assert_int_equal(grouping_patience_us(&halves, 16), 0);
}

static void those_who_do_not_come_back_are_waited_for_once(void **state)
{
    struct grouping gone = used_to(16, 0);

    (void)state;
    assert_true(grouping_patience_us(&gone, 1) > 0);
    grouping_note(&gone, 1, 0, COMMIT_US);
    assert_int_equal(grouping_patience_us(&gone, 1), 0);
}

static void patience_is_no_longer_than_a_commit_and_bounded(void **state)
{
    struct grouping slow = used_to(16, 0);
    struct grouping fast = {0};

    (void)state;
    assert_in_range(grouping_patience_us(&slow, 1), 1, COMMIT_US);
    for (int i = 0; i < 100; i++) {
        grouping_note(&slow, 16, 0, 1000 * COMMIT_US);
        grouping_note(&fast, 16, 0, COMMIT_US / 10);
    }
    assert_int_equal(grouping_patience_us(&slow, 1), GROUPING_MAX_US);
    assert_int_equal(grouping_patience_us(&fast, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_waits_for_a_caller_who_is_alone),
        cmocka_unit_test(two_halves_become_one_group),
        cmocka_unit_test(those_who_do_not_come_back_are_waited_for_once),
        cmocka_unit_test(patience_is_no_longer_than_a_commit_and_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
