#include "tests/unit/unit.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/smsctl/defaults.h"

static char directory[] = "/tmp/test_smsctl_defaults.XXXXXX";
static char path[128];
static struct arguments arguments;

static int make_directory(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof(path), "%s/smsctl.yaml", directory);
    setenv("HOME", directory, 1);
    for (size_t i = 0; i < OPTION_N_GLOBAL; i++) {
        if (option_rows[i].variable)
            unsetenv(option_rows[i].variable);
    }
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory);
}

static void write_file(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static enum status read_back(struct defaults *defaults, struct buf *why)
{
    defaults_clear(defaults);
    return defaults_read(&arguments, path, defaults, why);
}

static void the_command_line_comes_before_variables_before_the_file(
    void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file("server: unix:/file\noutput: tsv\nca: ~/ca.pem\n", 0600);
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.values[OPTION_SERVER], "unix:/file");
    assert_memory_equal(defaults.values[OPTION_CA], directory,
                        strlen(directory));

    setenv("SMSCTL_SERVER", "unix:/variable", 1);
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.values[OPTION_SERVER], "unix:/variable");
    assert_string_equal(defaults.values[OPTION_OUTPUT], "tsv");

    arguments.values[OPTION_SERVER] = "unix:/argument";
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_string_equal(defaults.values[OPTION_SERVER], "unix:/argument");
    arguments.values[OPTION_SERVER] = NULL;
    unsetenv("SMSCTL_SERVER");
}

static void no_file_is_no_error(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    unlink(path);
    assert_int_equal(read_back(&defaults, &why), STATUS_OK);
    assert_null(defaults.values[OPTION_SERVER]);
}

static void a_file_that_others_may_write_is_refused(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file("server: unix:/file\n", 0622);
    assert_int_equal(read_back(&defaults, &why), STATUS_INVALID);
    assert_true(why.size > 0);
}

static void an_unknown_key_is_told_with_its_place(void **state)
{
    SCOPED(defaults_clear) struct defaults defaults = {{NULL}};
    SCOPED(buf_free) struct buf why = buf_make(4096);

    (void)state;
    write_file("output: tsv\ntoken: secret\n", 0600);
    assert_int_equal(read_back(&defaults, &why), STATUS_INVALID);
    buf_append_char(&why, '\0');
    assert_non_null(strstr(buf_text(&why).data, "smsctl.yaml:2:1: error"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            the_command_line_comes_before_variables_before_the_file),
        cmocka_unit_test(no_file_is_no_error),
        cmocka_unit_test(a_file_that_others_may_write_is_refused),
        cmocka_unit_test(an_unknown_key_is_told_with_its_place),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
