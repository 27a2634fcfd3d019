/*
 * What every unit test includes first: cmocka and the headers it wants.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

/* As cmocka runs them, or as SMS_TEST_ONLY and SMS_TEST_SHUFFLE say. */
int unit_run(const char *group, const struct CMUnitTest *tests, size_t n_tests,
             CMFixtureFunction setup, CMFixtureFunction teardown);

/* Is it the long run (tests/run --long)? Then more is tried. */
bool unit_is_long(void);

#undef cmocka_run_group_tests
#define cmocka_run_group_tests(tests, setup, teardown)                         \
    unit_run(#tests, tests, ARRAY_SIZE(tests), setup, teardown)

/* The bytes of a struct text are exactly those of the string. */
#define assert_text_equal(actual, string)                                      \
    do {                                                                       \
        const struct text actual_ = (actual);                                  \
        assert_int_equal(actual_.size, strlen(string));                        \
        assert_memory_equal(actual_.data ? actual_.data : "", string,          \
                            actual_.size);                                     \
    } while (0)
