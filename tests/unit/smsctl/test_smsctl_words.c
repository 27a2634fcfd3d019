#include "tests/unit/unit.h"

#include "provider/smsctl/terminal/words.h"

static void assert_words(const char *line, size_t n, const char *const *items)
{
    SCOPED(words_clear) struct words words = {{NULL}};

    assert_int_equal(words_read(text_of(line), &words), STATUS_OK);
    assert_int_equal(words.n, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(words.items[i], items[i]);
    assert_null(words.items[n]);
}

#define WORDS(line, ...)                                                       \
    assert_words(line, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), \
                 (const char *[]){__VA_ARGS__})

static void blanks_divide_words(void **state)
{
    (void)state;
    assert_words("", 0, NULL);
    assert_words(" \t\r\n", 0, NULL);
    WORDS("get SMS_Site  P01\n", "get", "SMS_Site", "P01");
}

static void quotes_hold_together(void **state)
{
    (void)state;
    WORDS("list X --filter \"Name = 'a b'\"", "list", "X", "--filter",
          "Name = 'a b'");
    WORDS("a='b \\ c'", "a=b \\ c");
    WORDS("'' \"\"", "", "");
    WORDS("\"a\\\"b\\\\\"", "a\"b\\");
}

static void a_backslash_takes_the_next_as_it_is(void **state)
{
    (void)state;
    WORDS("a\\ b \\' c\\\\d", "a b", "'", "c\\d");
    WORDS("CONTOSO\\\\alice", "CONTOSO\\alice");
    WORDS("end\\", "end\\");
}

static void a_remark_ends_the_line(void **state)
{
    (void)state;
    assert_words("# all of it", 0, NULL);
    WORDS("a # b", "a");
    WORDS("a#b", "a#b");
}

static void an_open_quote_is_refused(void **state)
{
    struct words words;

    (void)state;
    assert_int_equal(words_read(TEXT("a 'b"), &words), STATUS_INVALID);
    assert_int_equal(words_read(TEXT("a \"b\\\""), &words), STATUS_INVALID);
    assert_int_equal(words_read(TEXT("a\0b"), &words), STATUS_INVALID);
}

static void too_many_words_are_refused(void **state)
{
    char line[2 * WORDS_MAX + 2];
    SCOPED(words_clear) struct words words = {{NULL}};

    (void)state;
    for (size_t i = 0; i <= WORDS_MAX; i++)
        memcpy(line + 2 * i, "a ", 2);
    assert_int_equal(words_read((struct text){line, sizeof(line) - 2}, &words),
                     STATUS_OK);
    words_clear(&words);
    assert_int_equal(words_read((struct text){line, sizeof(line)}, &words),
                     STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_divide_words),
        cmocka_unit_test(quotes_hold_together),
        cmocka_unit_test(a_backslash_takes_the_next_as_it_is),
        cmocka_unit_test(a_remark_ends_the_line),
        cmocka_unit_test(an_open_quote_is_refused),
        cmocka_unit_test(too_many_words_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
