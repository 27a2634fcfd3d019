#include "tests/unit/unit.h"

#include "provider/smsctl/arguments.h"

#define READ(...) read_words((char *[]){(char[]){"smsctl"}, __VA_ARGS__, NULL})
#define W(word)   ((char[]){word})

static struct arguments arguments;

static enum status read_words(char *argv[])
{
    int argc = 0;

    while (argv[argc])
        argc++;
    return arguments_read(argc, argv, &arguments);
}

static void nothing_at_all_is_no_verb(void **state)
{
    char *none[] = {NULL};

    (void)state;
    assert_int_equal(arguments_read(0, none, &arguments), STATUS_OK);
    assert_null(arguments.verb);
    assert_int_equal(arguments.n_words, 0);
}

static void a_verb_takes_its_words(void **state)
{
    (void)state;
    assert_int_equal(READ(W("get"), W("SMS_Collection"), W("SMS00001")),
                     STATUS_OK);
    assert_string_equal(arguments.verb->name, "get");
    assert_int_equal(arguments.n_words, 2);
    assert_string_equal(arguments.words[1], "SMS00001");

    assert_int_equal(READ(W("get"), W("SMS_Collection")), STATUS_INVALID);
    assert_int_equal(READ(W("get"), W("a"), W("b"), W("c")), STATUS_INVALID);
}

static void a_verb_may_have_two_words(void **state)
{
    (void)state;
    assert_int_equal(READ(W("auth-level"), W("set"), W("mfa")), STATUS_OK);
    assert_string_equal(arguments.verb->part, "set");
    assert_int_equal(arguments.n_words, 1);

    assert_int_equal(READ(W("audit"), W("verify")), STATUS_OK);
    assert_string_equal(arguments.verb->part, "verify");
    assert_int_equal(READ(W("audit")), STATUS_OK);
    assert_null(arguments.verb->part);

    assert_int_equal(READ(W("auth-level")), STATUS_INVALID);
    assert_int_equal(READ(W("auth-level"), W("put")), STATUS_INVALID);
}

static void the_version_of_a_verb_is_its_own(void **state)
{
    (void)state;
    assert_int_equal(READ(W("policy"), W("export"), W("--version"), W("3")),
                     STATUS_OK);
    assert_false(arguments_ask_version(&arguments));
    assert_string_equal(arguments.words[0], "3");

    assert_int_equal(READ(W("--version")), STATUS_OK);
    assert_true(arguments_ask_version(&arguments));
    assert_int_equal(READ(W("policy"), W("export"), W("--version")), STATUS_OK);
    assert_true(arguments_ask_version(&arguments));
    assert_int_equal(READ(W("get"), W("a"), W("b"), W("--version")), STATUS_OK);
    assert_true(arguments_ask_version(&arguments));
    assert_int_equal(READ(W("policy"), W("export")), STATUS_OK);
    assert_false(arguments_ask_version(&arguments));
}

static void options_stand_anywhere_in_both_spellings(void **state)
{
    (void)state;
    assert_int_equal(READ(W("-o"), W("json"), W("list"), W("--filter=a = 'b'"),
                          W("SMS_Site"), W("--server"), W("unix:/x")),
                     STATUS_OK);
    assert_string_equal(arguments.values[OPTION_OUTPUT], "json");
    assert_string_equal(arguments.values[OPTION_FILTER], "a = 'b'");
    assert_string_equal(arguments.values[OPTION_SERVER], "unix:/x");
    assert_string_equal(arguments.words[0], "SMS_Site");
}

static void after_two_dashes_everything_is_a_word(void **state)
{
    (void)state;
    assert_int_equal(READ(W("get"), W("--"), W("SMS_R_System"), W("--ca")),
                     STATUS_OK);
    assert_string_equal(arguments.words[1], "--ca");
    assert_null(arguments.values[OPTION_CA]);
}

static void an_option_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    assert_int_equal(READ(W("list"), W("X"), W("--zzzz")), STATUS_INVALID);
    assert_string_equal(arguments.problem, "Unknown option --zzzz.");
    assert_int_equal(READ(W("get"), W("X"), W("Y"), W("--filter"), W("a")),
                     STATUS_INVALID);
    assert_int_equal(READ(W("list"), W("X"), W("--limit")), STATUS_INVALID);
    assert_int_equal(READ(W("--help=x")), STATUS_INVALID);
    assert_int_equal(READ(W("--ca"), W("a"), W("--ca"), W("b"), W("whoami")),
                     STATUS_INVALID);
    assert_int_equal(READ(W("--output"), W("json"), W("-o"), W("tsv")),
                     STATUS_INVALID);
}

static void there_is_no_option_for_a_secret(void **state)
{
    (void)state;
    assert_int_equal(READ(W("--token"), W("x"), W("whoami")), STATUS_INVALID);
    assert_int_equal(READ(W("--password"), W("x"), W("whoami")),
                     STATUS_INVALID);
}

static void excluded_users_follow_one_option_or_many(void **state)
{
    (void)state;
    assert_int_equal(READ(W("auth-level"), W("set"), W("mfa"), W("--exclude"),
                          W("a"), W("b"), W("--exclude=c")),
                     STATUS_OK);
    assert_int_equal(arguments.n_excludes, 3);
    assert_int_equal(arguments.n_words, 1);

    assert_int_equal(READ(W("auth-level"), W("set"), W("mfa"), W("b")),
                     STATUS_INVALID);
}

static void an_unknown_verb_names_the_nearest(void **state)
{
    (void)state;
    assert_int_equal(READ(W("lst"), W("X")), STATUS_INVALID);
    assert_string_equal(arguments.problem,
                        "Unknown verb lst. Did you mean list?");
    assert_int_equal(READ(W("a\nb\x1B")), STATUS_INVALID);
    assert_string_equal(arguments.problem, "Unknown verb a\\nb\\u{1b}.");
}

static void help_needs_no_words(void **state)
{
    (void)state;
    assert_int_equal(READ(W("get"), W("--help")), STATUS_OK);
    assert_string_equal(arguments.verb->name, "get");
    assert_non_null(arguments.values[OPTION_HELP]);
}

static void too_many_words_are_refused(void **state)
{
    static char *argv[ARGUMENTS_WORDS_MAX + 8];
    static char name[] = "smsctl", verb[] = "create", word[] = "a=b";

    (void)state;
    argv[0] = name;
    argv[1] = verb;
    for (size_t i = 2; i < ARRAY_SIZE(argv) - 1; i++)
        argv[i] = word;
    assert_int_equal(read_words(argv), STATUS_INVALID);
}

static void every_verb_of_the_table_is_found_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_verbs; i++) {
        const char *words[] = {verbs[i].name, verbs[i].part};
        size_t n;

        assert_ptr_equal(verbs_find(words, verbs[i].part ? 2 : 1, &n),
                         &verbs[i]);
        assert_true(verbs_has(verbs[i].name));
        assert_non_null(verbs[i].run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_at_all_is_no_verb),
        cmocka_unit_test(a_verb_takes_its_words),
        cmocka_unit_test(a_verb_may_have_two_words),
        cmocka_unit_test(the_version_of_a_verb_is_its_own),
        cmocka_unit_test(options_stand_anywhere_in_both_spellings),
        cmocka_unit_test(after_two_dashes_everything_is_a_word),
        cmocka_unit_test(an_option_that_does_not_fit_is_refused),
        cmocka_unit_test(there_is_no_option_for_a_secret),
        cmocka_unit_test(excluded_users_follow_one_option_or_many),
        cmocka_unit_test(an_unknown_verb_names_the_nearest),
        cmocka_unit_test(help_needs_no_words),
        cmocka_unit_test(too_many_words_are_refused),
        cmocka_unit_test(every_verb_of_the_table_is_found_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
