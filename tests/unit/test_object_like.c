/* LIKE against a matcher that tries everything, and its cost. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "provider/object/object_private.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* As it is written down: % any run, _ one character, the rest itself. */
static bool oracle(const char *pattern, const char *value)
{
    if (*pattern == '\0')
        return *value == '\0';
    if (*pattern == '%')
        return oracle(pattern + 1, value) ||
               (*value && oracle(pattern, value + 1));
    return *value && (*pattern == '_' || lower(*pattern) == lower(*value)) &&
           oracle(pattern + 1, value + 1);
}

static void fill(char *out, size_t max, const char *alphabet)
{
    const size_t n = (size_t)rand() % max;

    for (size_t i = 0; i < n; i++)
        out[i] = alphabet[(size_t)rand() % strlen(alphabet)];
    out[n] = '\0';
}

static void matches_what_trying_everything_matches(void **state)
{
    char pattern[10], value[14];
    int n_true = 0;

    (void)state;
    srand(1);
    for (int i = 0; i < 200000; i++) {
        fill(pattern, sizeof(pattern), i % 2 ? "ab%%_" : "aAb%");
        fill(value, sizeof(value), "abA");
        const bool expected = oracle(pattern, value);

        if (like_matches(text_of(pattern), text_of(value)) != expected)
            fail_msg("%s LIKE %s", value, pattern);
        if (like_matches_sets(text_of(pattern), text_of(value)) != expected)
            fail_msg("%s LIKE %s with sets", value, pattern);
        n_true += expected;
    }
    assert_true(n_true > 10000);
}

static void plain_text_between_signs_is_found_in_linear_time(void **state)
{
    enum { VALUE_BYTES = 4 * 1024 * 1024, PART_BYTES = 500 };
    char *value = malloc(VALUE_BYTES);
    char pattern[PART_BYTES + 4];

    (void)state;
    assert_non_null(value);
    memset(value, 'a', VALUE_BYTES);
    pattern[0] = '%';
    memset(pattern + 1, 'a', PART_BYTES);
    strcpy(pattern + 1 + PART_BYTES, "b%");
    for (int i = 0; i < 10;
         i++) /* 500 times as much where each place is tried */
        assert_false(
            like_matches(text_of(pattern), (struct text){value, VALUE_BYTES}));
    free(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_what_trying_everything_matches),
        cmocka_unit_test(plain_text_between_signs_is_found_in_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
