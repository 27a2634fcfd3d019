#include "tests/unit/unit.h"

#include "provider/smsctl/completion/completion.h"

static const char *found[COMPLETION_MAX];

static size_t find(const char *const before[], size_t n, struct text partial)
{
    const struct completion completion = {before, n, partial, true};

    return completion_find(&completion, found);
}

static size_t find_outside(const char *const before[], size_t n,
                           struct text partial)
{
    const struct completion completion = {before, n, partial, false};

    return completion_find(&completion, found);
}

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
    size_t n = find(NULL, 0, TEXT("who"));

    (void)state;
    assert_int_equal(n, 2);
    assert_true(has(n, "whoami") && has(n, "who-can"));
    assert_int_equal(completion_common(found, n), 3);
    assert_int_equal(find(NULL, 0, TEXT("nothing")), 0);
}

static void the_second_word_is_what_the_verb_does(void **state)
{
    static const char *const policy[] = {"policy"};
    const size_t n = find(policy, 1, TEXT(""));

    (void)state;
    assert_true(has(n, "check") && has(n, "schema"));
    assert_false(has(n, "verify"));
}

static void a_class_stands_where_the_verb_wants_one(void **state)
{
    static const char *const list[] = {"list"};
    static const char *const can[] = {"can", "Read"};
    size_t n = find(list, 1, TEXT("SMS_Coll"));

    (void)state;
    assert_true(has(n, "SMS_Collection"));
    /* Also one that is no type of its own. */
    n = find(list, 1, TEXT("SMS_R_Sys"));
    assert_true(has(n, "SMS_R_System"));
    n = find(can, 2, TEXT("SMS_Coll"));
    assert_true(has(n, "SMS_Collection"));
    assert_int_equal(find(can, 1, TEXT("SMS_Coll")), 0);
}

static void options_are_those_of_the_verb(void **state)
{
    static const char *const list[] = {"list", "SMS_Site"};
    static const char *const get[] = {"get", "SMS_Site"};
    static const char *const step_up[] = {"step-up"};
    size_t n = find(list, 2, TEXT("--"));

    (void)state;
    assert_true(has(n, "--filter") && has(n, "--output"));
    n = find(get, 2, TEXT("--"));
    assert_true(has(n, "--properties"));
    assert_false(has(n, "--filter") || has(n, "--mech"));
    n = find(step_up, 1, TEXT("--"));
    assert_true(has(n, "--mech") && has(n, "--token-file"));
    assert_false(has(n, "--cert"));
}

static void options_before_do_not_count(void **state)
{
    static const char *const list[] = {"-o", "json", "list", "--limit", "3"};
    static const char *const given[] = {"--limit=3", "--", "list"};

    (void)state;
    assert_true(has(find(list, 5, TEXT("SMS_R_Sys")), "SMS_R_System"));
    assert_true(has(find(given, 3, TEXT("SMS_R_Sys")), "SMS_R_System"));
    assert_int_equal(find(list, 4, TEXT("")), 0); /* the value of --limit */
}

static void some_options_have_few_values(void **state)
{
    static const char *const output[] = {"list", "SMS_Site", "--output"};
    static const char *const mech[] = {"--mech"};
    static const char *const level[] = {"auth-level", "set"};

    (void)state;
    assert_int_equal(find(output, 3, TEXT("")), 7);
    assert_true(has(find(mech, 1, TEXT("GSS-")), "GSS-SPNEGO"));
    assert_int_equal(find(level, 2, TEXT("mf")), 1);
}

static void outside_there_are_options_of_the_connection(void **state)
{
    static const char *const list[] = {"list", "SMS_Site"};

    (void)state;
    assert_true(has(find_outside(list, 2, TEXT("--c")), "--cert"));
    assert_false(has(find(list, 2, TEXT("--c")), "--cert"));
    assert_false(has(find_outside(NULL, 0, TEXT("")), "quit"));
    assert_true(has(find(NULL, 0, TEXT("")), "quit"));
}

static void a_place_says_what_belongs_there(void **state)
{
    static const char *const key[] = {"-o", "json", "get", "SMS_Site"};
    static const char *const files[] = {"policy", "plan", "a", "b"};
    static const char *const order[] = {"list", "SMS_Site", "--order"};
    static const char *const over[] = {"get", "SMS_Site", "P01"};
    struct completion_place place =
        completion_place(&(struct completion){.before = key, .n_before = 4});

    (void)state;
    assert_string_equal(place.word, "KEY");
    assert_string_equal(place.class_name, "SMS_Site");
    place =
        completion_place(&(struct completion){.before = files, .n_before = 4});
    assert_string_equal(place.word, "FILE");
    place =
        completion_place(&(struct completion){.before = order, .n_before = 3});
    assert_int_equal(place.option, OPTION_ORDER);
    assert_string_equal(place.word, "");
    place =
        completion_place(&(struct completion){.before = over, .n_before = 3});
    assert_string_equal(place.word, "");
}

static void operations_and_contexts_are_offered(void **state)
{
    static const char *const can[] = {"can"};
    static const char *const use[] = {"config", "use-context"};
    static const char *const contexts[] = {"prod", "test"};
    const struct completion completion = {.before = use,
                                          .n_before = 2,
                                          .partial = TEXT("p"),
                                          .contexts = contexts,
                                          .n_contexts = 2};

    (void)state;
    assert_true(has(find(can, 1, TEXT("Deploy Appl")), "Deploy Applications"));
    assert_int_equal(completion_find(&completion, found), 1);
    assert_string_equal(found[0], "prod");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_word_is_a_verb),
        cmocka_unit_test(the_second_word_is_what_the_verb_does),
        cmocka_unit_test(a_class_stands_where_the_verb_wants_one),
        cmocka_unit_test(options_are_those_of_the_verb),
        cmocka_unit_test(options_before_do_not_count),
        cmocka_unit_test(some_options_have_few_values),
        cmocka_unit_test(a_place_says_what_belongs_there),
        cmocka_unit_test(operations_and_contexts_are_offered),
        cmocka_unit_test(outside_there_are_options_of_the_connection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
