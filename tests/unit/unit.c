/*
 * Runs the tests of a program in any order, or one alone.
 *
 * A test that passes only after its neighbour proves less than it says:
 * SMS_TEST_SHUFFLE=SEED runs them in the order of that seed, SMS_TEST_ONLY=NAME
 * runs one (tests/run --stress uses both).
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t keep_only(struct CMUnitTest *tests, size_t n_tests,
                        const char *name)
{
    size_t n = 0;

    for (size_t i = 0; i < n_tests; i++)
        if (strcmp(tests[i].name, name) == 0)
            tests[n++] = tests[i];
    return n;
}

/* Fisher and Yates, over a linear congruential generator of 64 bits. */
static void shuffle(struct CMUnitTest *tests, size_t n_tests, uint64_t seed)
{
    for (size_t i = n_tests; i > 1; i--) {
        size_t other;
        struct CMUnitTest kept;

        seed = seed * 6364136223846793005U + 1442695040888963407U;
        other = (size_t)(seed >> 33) % i;
        kept = tests[i - 1];
        tests[i - 1] = tests[other];
        tests[other] = kept;
    }
}

bool unit_is_long(void)
{
    const char *is_long = getenv("SMS_LONG");

    return is_long && strcmp(is_long, "1") == 0;
}

int unit_run(const char *group, const struct CMUnitTest *tests, size_t n_tests,
             CMFixtureFunction setup, CMFixtureFunction teardown)
{
    const char *only = getenv("SMS_TEST_ONLY");
    const char *seed = getenv("SMS_TEST_SHUFFLE");
    SCOPED(memory_drop)
    struct CMUnitTest *chosen = calloc(n_tests, sizeof(*tests));

    if (!chosen)
        return 1;
    memcpy(chosen, tests, n_tests * sizeof(*tests));
    if (only && *only)
        n_tests = keep_only(chosen, n_tests, only);
    if (n_tests == 0) {
        fprintf(stderr, "no test named %s\n", only);
        return 1;
    }
    if (seed && *seed)
        shuffle(chosen, n_tests, strtoull(seed, NULL, 10));
    return _cmocka_run_group_tests(group, chosen, n_tests, setup, teardown);
}
