#include "tests/unit/unit.h"

#include "provider/client/answer.h"

static enum status read_line(const char *line, json_t **result_out,
                             enum smsclient_result *why_out)
{
    struct failure failure = {{SMSCLIENT_OK}};
    const enum status status =
        answer_read(text_of(line), 7, &failure, result_out);

    *why_out = failure.view.result;
    failure_clear(&failure);
    return status;
}

static void the_answer_to_the_call_gives_its_result(void **state)
{
    SCOPED(answer_drop) json_t *result = NULL;
    enum smsclient_result why;

    (void)state;
    assert_int_equal(
        read_line("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"a\":1}}",
                  &result, &why),
        STATUS_OK);
    assert_int_equal(json_integer_value(json_object_get(result, "a")), 1);
}

static void anything_else_is_no_result(void **state)
{
    static const char *const bad[] = {
        "",
        "null",
        "[]",
        "{}",
        "{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"7\",\"result\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":1}",
        "{\"jsonrpc\":\"2.0\",\"result\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":7}",
        "{\"jsonrpc\":\"1.0\",\"id\":7,\"result\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1,\"result\":2}",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1} x",
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1,\"error\":{}}",
    };
    json_t *result = NULL;
    enum smsclient_result why;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_not_equal(read_line(bad[i], &result, &why), STATUS_OK);
        assert_int_equal(why, SMSCLIENT_FAILED);
        assert_null(result);
    }
}

static void an_error_may_come_without_an_id(void **state)
{
    json_t *result = NULL;
    enum smsclient_result why;

    (void)state;
    assert_int_equal(read_line("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{"
                               "\"code\":7,\"message\":\"Too long.\"}}",
                               &result, &why),
                     STATUS_UNAVAILABLE);
    assert_int_equal(why, SMSCLIENT_FAILED);
}

static void nesting_is_counted_outside_of_strings_only(void **state)
{
    (void)state;
    assert_false(answer_is_deep(TEXT("[[]][[]]"), 2));
    assert_true(answer_is_deep(TEXT("[[[]]]"), 2));
    assert_true(answer_is_deep(TEXT("{\"a\":{\"b\":{"), 2));
    assert_false(answer_is_deep(TEXT("\"[[[[\""), 2));
    assert_false(answer_is_deep(TEXT("\"\\\"[[[[\""), 2));
    assert_true(answer_is_deep(TEXT("\"\\\\\"[[["), 2));
}

static void a_deep_answer_is_refused_before_it_is_parsed(void **state)
{
    char line[2200] = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":";
    const size_t size = strlen(line);
    json_t *result = NULL;
    enum smsclient_result why;

    (void)state;
    memset(line + size, '[', 1000);
    memset(line + size + 1000, ']', 1000);
    line[size + 2000] = '}';
    assert_int_not_equal(read_line(line, &result, &why), STATUS_OK);
    assert_null(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_to_the_call_gives_its_result),
        cmocka_unit_test(anything_else_is_no_result),
        cmocka_unit_test(an_error_may_come_without_an_id),
        cmocka_unit_test(nesting_is_counted_outside_of_strings_only),
        cmocka_unit_test(a_deep_answer_is_refused_before_it_is_parsed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
