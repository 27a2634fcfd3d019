#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "provider/base/log_rate.h"

static void a_repeated_line_is_written_once_with_its_count(void **state)
{
    struct log_rate rate = {0};
    uint64_t n_left_out = 99;

    (void)state;
    assert_true(log_rate_pass(&rate, 1000, &n_left_out));
    assert_int_equal(n_left_out, 0);
    for (int i = 0; i < 1000; i++)
        assert_false(log_rate_pass(&rate, 1000 + i, &n_left_out));
    assert_true(log_rate_pass(&rate, 1000 + LOG_RATE_MS, &n_left_out));
    assert_int_equal(n_left_out, 1000);
}

static void one_kind_does_not_silence_another(void **state)
{
    struct log_rate one = {0}, other = {0};
    uint64_t n_left_out;

    (void)state;
    assert_true(log_rate_pass(&one, 1000, &n_left_out));
    assert_true(log_rate_pass(&other, 1000, &n_left_out));
}

static void the_line_says_how_many_were_left_out(void **state)
{
    struct log_rate rate = {.n_left_out = 7};
    char line[512];
    int ends[2];
    ssize_t got;

    (void)state;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    log_set_fd(ends[1]);
    log_rarely(LOG_ERROR, &rate, "accept.failed why=%s", "full");
    log_rarely(LOG_ERROR, &rate, "accept.failed why=%s", "full");
    log_set_fd(STDERR_FILENO);
    got = read(ends[0], line, sizeof(line) - 1);
    assert_true(got > 0);
    line[got] = '\0';
    assert_non_null(strstr(line, "error accept.failed why=full left_out=7\n"));
    assert_true(strchr(line, '\n') == line + got - 1); /* the only one */
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeated_line_is_written_once_with_its_count),
        cmocka_unit_test(one_kind_does_not_silence_another),
        cmocka_unit_test(the_line_says_how_many_were_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
