#include "tests/unit/unit.h"

#include "provider/base/level.h"

static void reads_names_aliases_and_numbers_and_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(auth_level_read(TEXT("domain")), AUTH_LEVEL_DOMAIN);
    assert_int_equal(auth_level_read(TEXT("windows")), AUTH_LEVEL_DOMAIN);
    assert_int_equal(auth_level_read(TEXT("0")), AUTH_LEVEL_DOMAIN);
    assert_int_equal(auth_level_read(TEXT("10")), AUTH_LEVEL_CERTIFICATE);
    assert_int_equal(auth_level_read(TEXT("hello")), AUTH_LEVEL_MFA);
    assert_int_equal(auth_level_read(TEXT("15")), AUTH_LEVEL_NONE);
    assert_int_equal(auth_level_read(TEXT("")), AUTH_LEVEL_NONE);
    assert_int_equal(auth_level_read(TEXT("none")), AUTH_LEVEL_NONE);
    assert_int_equal(auth_level_read(TEXT("mfa\0")), AUTH_LEVEL_NONE);
}

static void levels_are_ordered_and_zeroed_memory_is_below_all(void **state)
{
    const enum auth_level zeroed = 0;

    (void)state;
    assert_true(zeroed < AUTH_LEVEL_DOMAIN);
    assert_true(AUTH_LEVEL_DOMAIN < AUTH_LEVEL_CERTIFICATE);
    assert_true(AUTH_LEVEL_CERTIFICATE < AUTH_LEVEL_MFA);
    assert_int_equal(auth_level_number(AUTH_LEVEL_CERTIFICATE), 10);
    assert_int_equal(auth_level_number(zeroed), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_names_aliases_and_numbers_and_nothing_else),
        cmocka_unit_test(levels_are_ordered_and_zeroed_memory_is_below_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
