#include "tests/unit/unit.h"

#include "provider/net/trim.h"

static void change(struct trim *trim, unsigned n)
{
    while (n-- > 0)
        trim_note(trim);
}

static void is_not_due_after_a_few(void **state)
{
    struct trim trim = {0};

    (void)state;
    change(&trim, TRIM_CHANGES - 1);
    assert_false(trim_is_due(&trim, 1));
}

static void is_due_once_after_many(void **state)
{
    struct trim trim = {0};

    (void)state;
    change(&trim, TRIM_CHANGES);
    assert_true(trim_is_due(&trim, 1));
    trim.is_away = false;
    assert_false(trim_is_due(&trim, 1 + TRIM_EACH_MS));
}

static void is_not_due_again_at_once(void **state)
{
    struct trim trim = {0};

    (void)state;
    change(&trim, TRIM_CHANGES);
    assert_true(trim_is_due(&trim, 1));
    trim.is_away = false;
    change(&trim, TRIM_CHANGES);
    assert_false(trim_is_due(&trim, TRIM_EACH_MS));
    assert_true(trim_is_due(&trim, 1 + TRIM_EACH_MS));
}

static void is_not_due_while_one_is_away(void **state)
{
    struct trim trim = {0};

    (void)state;
    change(&trim, TRIM_CHANGES);
    assert_true(trim_is_due(&trim, 1));
    change(&trim, TRIM_CHANGES);
    assert_false(trim_is_due(&trim, 1 + TRIM_EACH_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_not_due_after_a_few),
        cmocka_unit_test(is_due_once_after_many),
        cmocka_unit_test(is_not_due_again_at_once),
        cmocka_unit_test(is_not_due_while_one_is_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
