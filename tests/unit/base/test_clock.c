/* The clock of budgets: work counts, waiting does not. */
#include "tests/unit/unit.h"

#include <time.h>

#include "provider/base/clock.h"

enum { SPAN_US = 100 * 1000, INEXACT_US = 10 * 1000, GAPS = 200 };

static int64_t kernel_us(void)
{
    struct timespec used;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

static void rest(int64_t us)
{
    const struct timespec span = {.tv_nsec = us * 1000};

    nanosleep(&span, NULL);
}

static void work_counts_however_often_it_is_asked(void **state)
{
    (void)state;
    for (int is_asked = 0; is_asked < 2; is_asked++) {
        const int64_t began_us = clock_thread_us();
        const int64_t until_us = kernel_us() + SPAN_US;

        while (kernel_us() < until_us)
            if (is_asked)
                (void)clock_thread_us();
        assert_true(clock_thread_us() - began_us >= SPAN_US - INEXACT_US);
    }
}

static void waiting_is_no_work(void **state)
{
    const int64_t kernel_began_us = kernel_us();
    const int64_t began_us = clock_thread_us();

    (void)state;
    for (int i = 0; i < 10; i++) {
        rest(SPAN_US);
        (void)clock_thread_us();
    }
    assert_true(clock_thread_us() - began_us <=
                kernel_us() - kernel_began_us + INEXACT_US);
}

/* Idle moments between requests are no credit for what comes after them. */
static void short_waits_free_nobody(void **state)
{
    int64_t began_us, until_us;

    (void)state;
    for (int i = 0; i < GAPS; i++) {
        rest(100);
        (void)clock_thread_us();
    }
    began_us = clock_thread_us();
    until_us = kernel_us() + SPAN_US;
    while (kernel_us() < until_us)
        continue;
    assert_true(clock_thread_us() - began_us >= SPAN_US - 2 * INEXACT_US);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_counts_however_often_it_is_asked),
        cmocka_unit_test(waiting_is_no_work),
        cmocka_unit_test(short_waits_free_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
