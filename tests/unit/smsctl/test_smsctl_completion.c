#include "tests/unit/unit.h"

#include "provider/smsctl/completion.h"

static const char *found[COMPLETION_MAX];

static bool has(size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(found[i], word) == 0)
            return true;
    }
    return false;
}

static void the_first_word_is_a_verb(void **state)
{
    size_t n = completion_find(NULL, 0, TEXT("who"), found);

    (void)state;
    assert_int_equal(n, 2);
    assert_true(has(n, "whoami") && has(n, "who-can"));
    assert_int_equal(completion_common(found, n), 3);
    assert_int_equal(completion_find(NULL, 0, TEXT("nothing"), found), 0);
}

static void the_second_word_is_what_the_verb_does(void **state)
{
    static const char *const policy[] = {"policy"};
    const size_t n = completion_find(policy, 1, TEXT(""), found);

    (void)state;
    assert_true(has(n, "check") && has(n, "schema"));
    assert_false(has(n, "verify"));
}

static void a_class_stands_where_the_verb_wants_one(void **state)
{
    static const char *const list[] = {"list"};
    static const char *const can[] = {"can", "Read"};
    size_t n = completion_find(list, 1, TEXT("SMS_Coll"), found);

    (void)state;
    assert_true(has(n, "SMS_Collection"));
    /* Also one that is no type of its own. */
    n = completion_find(list, 1, TEXT("SMS_R_Sys"), found);
    assert_true(has(n, "SMS_R_System"));
    n = completion_find(can, 2, TEXT("SMS_Coll"), found);
    assert_true(has(n, "SMS_Collection"));
    assert_int_equal(completion_find(can, 1, TEXT("SMS_Coll"), found), 0);
}

static void options_are_those_of_the_verb(void **state)
{
    static const char *const list[] = {"list", "SMS_Site"};
    static const char *const get[] = {"get", "SMS_Site"};
    static const char *const step_up[] = {"step-up"};
    size_t n = completion_find(list, 2, TEXT("--"), found);

    (void)state;
    assert_true(has(n, "--filter") && has(n, "--output"));
    n = completion_find(get, 2, TEXT("--"), found);
    assert_true(has(n, "--properties"));
    assert_false(has(n, "--filter") || has(n, "--mech"));
    n = completion_find(step_up, 1, TEXT("--"), found);
    assert_true(has(n, "--mech") && has(n, "--token-file"));
    assert_false(has(n, "--cert"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_word_is_a_verb),
        cmocka_unit_test(the_second_word_is_what_the_verb_does),
        cmocka_unit_test(a_class_stands_where_the_verb_wants_one),
        cmocka_unit_test(options_are_those_of_the_verb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
