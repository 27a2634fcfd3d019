/*
 * The policies people begin from compile, hold their own tests, and give no
 * cause for a warning.
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <stdio.h>

#include "policy/check.h"
#include "policy/starter.h"

/* 2026-06-01 */
static const struct policy_facts facts = {.now_s = 1780272000,
                                          .reachable = AUTH_LEVEL_MFA};
static const char *directory;

static void check(struct policy_set *set)
{
    SCOPED(buf_free) struct buf said = buf_make(65536);
    const struct policy *policy = NULL;
    struct policy_test_count count = {0};
    const struct policy_message *messages;
    size_t n;

    if (policy_set_compile(set, &policy) == STATUS_OK) {
        (void)!policy_set_check(set, &facts);
        (void)!policy_set_test(set, &facts, &count);
    }
    messages = policy_set_messages(set, &n);
    for (size_t i = 0; i < n; i++)
        policy_message_write(&messages[i], &said);
    buf_append_char(&said, '\0');
    assert_string_equal(said.data, "");
    assert_non_null(policy);
    assert_true(count.n_passed >= 5);
    assert_int_equal(count.n_passed, policy->n_tests);
}

static void add_file(struct policy_set *set, const char *path)
{
    SCOPED(buf_free) struct buf text = buf_make(1 << 20);
    FILE *file = fopen(path, "r");
    char part[4096];
    size_t n;

    assert_non_null(file);
    while ((n = fread(part, 1, sizeof(part), file)) > 0)
        buf_append(&text, part, n);
    fclose(file);
    assert_int_equal(policy_set_add(set, path, buf_text(&text)), STATUS_OK);
}

static void check_directory(const char *name)
{
    OWNED(policy_set) set = NULL;
    char path[1024];
    DIR *dir;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    dir = opendir(path);
    assert_non_null(dir);
    assert_int_equal(policy_set_new(&set), STATUS_OK);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (!strstr(entry->d_name, ".yaml"))
            continue;
        snprintf(path, sizeof(path), "%s/%s/%s", directory, name,
                 entry->d_name);
        add_file(set, path);
    }
    closedir(dir);
    check(set);
}

static void the_school_holds(void **state)
{
    (void)state;
    check_directory("school");
}

static void the_company_holds(void **state)
{
    (void)state;
    check_directory("company");
}

static void the_hospital_holds(void **state)
{
    (void)state;
    check_directory("hospital");
}

static void the_starter_holds(void **state)
{
    OWNED(policy_set) set = NULL;
    SCOPED(buf_free) struct buf text = buf_make(65536);

    (void)state;
    assert_int_equal(policy_starter_write(TEXT("alice@EXAMPLE.COM"), &text),
                     STATUS_OK);
    assert_int_equal(policy_set_new(&set), STATUS_OK);
    assert_int_equal(policy_set_add(set, "site.yaml", buf_text(&text)),
                     STATUS_OK);
    check(set);
}

static void the_starter_is_for_a_user(void **state)
{
    SCOPED(buf_free) struct buf text = buf_make(65536);

    (void)state;
    assert_int_equal(policy_starter_write(TEXT("alice"), &text),
                     STATUS_INVALID);
    assert_int_equal(policy_starter_write(TEXT("a: b@C"), &text),
                     STATUS_INVALID);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_school_holds),
        cmocka_unit_test(the_company_holds),
        cmocka_unit_test(the_hospital_holds),
        cmocka_unit_test(the_starter_holds),
        cmocka_unit_test(the_starter_is_for_a_user),
    };

    if (argc < 2)
        return 2;
    directory = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
