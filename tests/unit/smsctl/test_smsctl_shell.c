#include "tests/unit/unit.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/smsctl/shell/shell_history.h"

static char directory[] = "/tmp/test_smsctl_shell.XXXXXX";
static char path[128];

static int make_directory(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof(path), "%s/.smsctl_history", directory);
    return setenv("HOME", directory, 1);
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory);
}

static void what_may_be_a_secret_is_known(void **state)
{
    (void)state;
    assert_true(shell_history_is_secret("create X Password=abc"));
    assert_true(shell_history_is_secret("invoke X Set AdminSECRET='a'"));
    assert_true(shell_history_is_secret("update X y ApiToken=1"));
    assert_false(shell_history_is_secret("list X --filter Name='a'"));
    assert_false(shell_history_is_secret("get X 'The token ring'"));
}

static void a_history_is_its_users_alone(void **state)
{
    struct shell_history history;
    char text[512] = "";
    struct stat info;
    FILE *file = fopen(path, "w");

    (void)state;
    assert_non_null(file);
    fclose(file);
    assert_int_equal(chmod(path, 0644), 0);
    shell_history_open(&history);
    shell_history_add(&history, "get SMS_Site P01\n");
    shell_history_add(&history, " get hidden\n");
    shell_history_add(&history, "create X Password=abc\n");
    shell_history_close(&history);

    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
    fclose(file);
    assert_non_null(strstr(text, "P01"));
    assert_null(strstr(text, "hidden"));
    assert_null(strstr(text, "abc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_be_a_secret_is_known),
        cmocka_unit_test(a_history_is_its_users_alone),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
