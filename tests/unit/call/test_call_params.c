#include "tests/unit/unit.h"

#include "provider/call/params.h"

static const struct param table[] = {
    {"name", PARAM_TEXT, true, 4},      {"limit", PARAM_INTEGER, false, 10},
    {"count", PARAM_BOOLEAN, false, 0}, {"properties", PARAM_TEXTS, false, 0},
    {"level", PARAM_LEVEL, false, 0},   {"args", PARAM_OBJECT, false, 0},
};

static bool fits(const char *text, const char *at)
{
    struct rpc_problem problem = {0};
    json_t *params = json_loads(text, 0, NULL);
    const bool is_good =
        params_check(params, table, ARRAY_SIZE(table), &problem);

    json_decref(params);
    if (!is_good)
        assert_string_equal(problem.at, at);
    return is_good;
}

static void what_the_table_names_passes(void **state)
{
    (void)state;
    assert_true(fits("{\"name\":\"abcd\",\"limit\":10,\"count\":true,"
                     "\"properties\":[\"a\"],\"level\":\"mfa\",\"args\":{}}",
                     NULL));
    assert_true(fits("{\"name\":\"\",\"level\":10}", NULL));
}

static void what_the_table_does_not_name_is_refused(void **state)
{
    (void)state;
    assert_false(fits("{\"name\":\"a\",\"Name\":\"b\"}", "Name"));
    assert_false(fits("{}", "name"));
}

static void a_value_of_another_kind_or_out_of_bounds_is_refused(void **state)
{
    (void)state;
    assert_false(fits("{\"name\":7}", "name"));
    assert_false(fits("{\"name\":null}", "name"));
    assert_false(fits("{\"name\":\"abcde\"}", "name"));
    assert_false(fits("{\"name\":\"a\",\"limit\":11}", "limit"));
    assert_false(fits("{\"name\":\"a\",\"limit\":-1}", "limit"));
    assert_false(fits("{\"name\":\"a\",\"limit\":1.5}", "limit"));
    assert_false(fits("{\"name\":\"a\",\"count\":1}", "count"));
    assert_false(fits("{\"name\":\"a\",\"properties\":[1]}", "properties"));
    assert_false(fits("{\"name\":\"a\",\"level\":\"root\"}", "level"));
    assert_false(fits("{\"name\":\"a\",\"level\":30}", "level"));
    assert_false(fits("{\"name\":\"a\",\"args\":[]}", "args"));
}

static void no_params_at_all_lack_what_is_required(void **state)
{
    struct rpc_problem problem;

    (void)state;
    assert_false(params_check(NULL, table, ARRAY_SIZE(table), &problem));
    assert_true(params_check(NULL, NULL, 0, &problem));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_table_names_passes),
        cmocka_unit_test(what_the_table_does_not_name_is_refused),
        cmocka_unit_test(a_value_of_another_kind_or_out_of_bounds_is_refused),
        cmocka_unit_test(no_params_at_all_lack_what_is_required),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
