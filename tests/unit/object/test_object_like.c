/* LIKE against a matcher that tries everything, and its cost. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "provider/object/object_private.h"
#include "provider/object/query/like.h"

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

static bool is_like(bool has_sets, const char *pattern, const char *value)
{
    struct like like = {.has_sets = has_sets};

    return like_matches(&like, text_of(pattern), text_of(value));
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

        if (is_like(false, pattern, value) != expected)
            fail_msg("%s LIKE %s", value, pattern);
        if (is_like(true, pattern, value) != expected)
            fail_msg("%s LIKE %s with sets", value, pattern);
        n_true += expected;
    }
    assert_true(n_true > 10000);
}

/* ---- What it costs, in steps ---- */

enum { VALUE_BYTES = 4 * 1024 * 1024, PART_BYTES = 500 };

/* Many a's, which are like nothing that wants a b behind 500 a's. */
static struct text long_value(void)
{
    static char *value;

    if (!value) {
        value = malloc(VALUE_BYTES);
        assert_non_null(value);
        memset(value, 'a', VALUE_BYTES);
    }
    return (struct text){value, VALUE_BYTES};
}

/* "%", what comes first, the a's, "b%". */
static struct text long_pattern(const char *first)
{
    static char pattern[PART_BYTES + 32];
    const size_t n = strlen(first);

    pattern[0] = '%';
    memcpy(pattern + 1, first, n);
    memset(pattern + 1 + n, 'a', PART_BYTES);
    strcpy(pattern + 1 + n + PART_BYTES, "b%");
    return text_of(pattern);
}

static void plain_text_between_signs_is_found_in_linear_time(void **state)
{
    struct like like = {0};

    (void)state;
    assert_false(like_matches(&like, long_pattern(""), long_value()));
    assert_true(like.n_steps <= VALUE_BYTES + 2 * PART_BYTES);
}

/* ---- With a store to ask ---- */

static int open_memory(void **state)
{
    struct store *store = NULL;

    if (store_open(":memory:", STORE_WRITE, &store) != STATUS_OK ||
        object_functions_register(store) != STATUS_OK)
        return -1;
    *state = store;
    return 0;
}

static int close_memory(void **state)
{
    store_free(*state);
    return 0;
}

static const char *const costly[] = {"_", "[a-z]", "[^b]", "[a"};

static void who_has_no_more_to_spend_is_cut_within_a_step_count(void **state)
{
    const _Atomic bool is_gone = true;
    const struct store_allowance none = {.cpu_us = INT64_MAX / 2,
                                         .is_void = {&is_gone}};

    store_allow(*state, &none);
    for (size_t i = 0; i < ARRAY_SIZE(costly); i++) {
        struct like like = {.has_sets = true, .store = *state};

        assert_false(
            like_matches(&like, long_pattern(costly[i]), long_value()));
        assert_true(like.is_cut);
        assert_true(like.n_steps < LIKE_LOOK_STEPS + 2 * PART_BYTES);
    }
    store_allow(*state, NULL);
}

static enum status ask(struct store *store, const char *sql,
                       struct text pattern, struct text value, bool *is_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, pattern);
    store_bind_text(stmt, 2, value);
    TRY(store_step(stmt));
    *is_out = store_int(stmt, 0) != 0;
    return STATUS_OK;
}

/* What was cut is no answer: NOT would make a yes of it. */
static void a_statement_whose_match_was_cut_fails(void **state)
{
    static const char *const sql[] = {"SELECT sms_like(?1, ?2)",
                                      "SELECT NOT sms_match(?1, ?2)"};
    const struct text pattern = long_pattern("_");
    struct text value = long_value();
    _Atomic bool is_gone = true;
    const struct store_allowance allowance = {.cpu_us = INT64_MAX / 2,
                                              .is_void = {&is_gone}};
    bool is;

    value.size = 1024 * 1024 / 2;
    for (size_t i = 0; i < ARRAY_SIZE(sql); i++) {
        is_gone = true;
        store_allow(*state, &allowance);
        assert_int_equal(ask(*state, sql[i], pattern, value, &is),
                         STATUS_LIMIT);
        assert_true(store_is_spent(*state));

        /* The one after it is asked for by itself. */
        is_gone = false;
        store_allow(*state, &allowance);
        assert_int_equal(ask(*state, sql[i], TEXT("%a_c%"),
                             i == 0 ? TEXT("xabcx") : TEXT("abd"), &is),
                         STATUS_OK);
        assert_true(is);
    }
    store_allow(*state, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_what_trying_everything_matches),
        cmocka_unit_test(plain_text_between_signs_is_found_in_linear_time),
        cmocka_unit_test(who_has_no_more_to_spend_is_cut_within_a_step_count),
        cmocka_unit_test(a_statement_whose_match_was_cut_fails),
    };

    return cmocka_run_group_tests(tests, open_memory, close_memory);
}
