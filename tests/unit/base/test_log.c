#include "tests/unit/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/log.h"

/* The line that the call below wrote, without its time. */
static void read_line(int fd, char *line, size_t size)
{
    const ssize_t got = read(fd, line, size - 1);
    char *body;

    assert_true(got > 0);
    line[got] = '\0';
    body = strchr(line, ' ');
    assert_non_null(body);
    memmove(line, body + 1, strlen(body));
}

static void one_event_stays_one_line(void **state)
{
    char line[8192];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    log_set_fd(ends[1]);
    log_warn("signin.refused session=%" PRIu64 " user=%s why=%s n=%d",
             (uint64_t)7, "eve\nroot \"x\"\x1b[2J", "plain", -1);
    read_line(ends[0], line, sizeof(line));
    assert_string_equal(line, "warn signin.refused session=7 "
                              "user=\"eve\\x0aroot \\\"x\\\"\\x1b[2J\" "
                              "why=plain n=-1\n");
    log_error("file.mode mode=%04o letter=%c of=%s", 0640u, 'x', "a");
    read_line(ends[0], line, sizeof(line));
    assert_string_equal(line, "error file.mode mode=0640 letter=x of=a\n");
    log_set_fd(STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
}

/* The journal has time and priority of its own. */
static void in_the_journal_a_line_begins_with_its_priority(void **state)
{
    char stream[64], line[256];
    struct stat file;
    int ends[2];
    ssize_t got;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fstat(ends[1], &file), 0);
    log_set_fd(ends[1]);
    snprintf(stream, sizeof(stream), "%llu:%llu",
             (unsigned long long)file.st_dev, (unsigned long long)file.st_ino);
    log_follow_journal(stream);
    log_error("a b=%s", "c");
    log_info("d");
    got = read(ends[0], line, sizeof(line));
    assert_int_equal(got, strlen("<3>a b=c\n<6>d\n"));
    assert_memory_equal(line, "<3>a b=c\n<6>d\n", (size_t)got);
    log_follow_journal("1:1"); /* of something else */
    log_error("e");
    read_line(ends[0], line, sizeof(line));
    assert_string_equal(line, "error e\n");
    log_follow_journal(NULL);
    log_set_fd(STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
}

static void an_endless_value_is_cut_and_the_line_still_ends(void **state)
{
    static char value[20000];
    char line[8192];
    int ends[2];

    (void)state;
    memset(value, 'x', sizeof(value) - 1);
    assert_int_equal(pipe(ends), 0);
    log_set_fd(ends[1]);
    log_error("event value=%s", value);
    read_line(ends[0], line, sizeof(line));
    assert_true(strlen(line) < 4096);
    assert_int_equal(line[strlen(line) - 1], '\n');
    log_set_fd(STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_event_stays_one_line),
        cmocka_unit_test(in_the_journal_a_line_begins_with_its_priority),
        cmocka_unit_test(an_endless_value_is_cut_and_the_line_still_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
