#include "tests/unit/unit.h"

#include "provider/client/answer.h"
#include "provider/smsctl/terminal/value.h"

static void assert_value(const char *typed, const char *json)
{
    SCOPED(answer_drop) json_t *value = value_read(text_of(typed));
    SCOPED(memory_drop)
    char *dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

    assert_non_null(dumped);
    assert_string_equal(dumped, json);
}

static void what_reads_as_json_is_that(void **state)
{
    (void)state;
    assert_value("42", "42");
    assert_value("-1", "-1");
    assert_value("1.5", "1.5");
    assert_value("true", "true");
    assert_value("null", "null");
    assert_value("[1,\"a\"]", "[1,\"a\"]");
    assert_value("{\"a\":{}}", "{\"a\":{}}");
    assert_value("\"42\"", "\"42\"");
}

static void all_else_is_text(void **state)
{
    (void)state;
    assert_value("All Systems", "\"All Systems\"");
    assert_value("", "\"\"");
    assert_value("00100042", "\"00100042\"");
    assert_value("0x10", "\"0x10\"");
    assert_value("True", "\"True\"");
    assert_value("1 2", "\"1 2\"");
    assert_value("[1", "\"[1\"");
    assert_value("{\"a\":1,\"a\":2}", "\"{\\\"a\\\":1,\\\"a\\\":2}\"");
    assert_value("a=b", "\"a=b\"");
    assert_value("\"open", "\"\\\"open\"");
}

static void deep_nesting_is_text_too(void **state)
{
    char deep[101] = "";

    (void)state;
    memset(deep, '[', 50);
    memset(deep + 50, ']', 50);
    {
        SCOPED(answer_drop) json_t *value = value_read(text_of(deep));

        assert_true(json_is_string(value));
    }
}

static void a_name_and_a_value_become_a_member(void **state)
{
    SCOPED(answer_drop) json_t *object = json_object();

    (void)state;
    assert_int_equal(value_assign(object, TEXT("Name=a=b")), STATUS_OK);
    assert_int_equal(value_assign(object, TEXT("Empty=")), STATUS_OK);
    assert_string_equal(json_string_value(json_object_get(object, "Name")),
                        "a=b");
    assert_string_equal(json_string_value(json_object_get(object, "Empty")),
                        "");
}

static void what_is_no_assignment_is_refused(void **state)
{
    SCOPED(answer_drop) json_t *object = json_object();

    (void)state;
    assert_int_equal(value_assign(object, TEXT("Name")), STATUS_INVALID);
    assert_int_equal(value_assign(object, TEXT("=x")), STATUS_INVALID);
    assert_int_equal(value_assign(object, TEXT("")), STATUS_INVALID);
    assert_int_equal(value_assign(object, TEXT("A\xFF=x")), STATUS_INVALID);
    assert_int_equal(value_assign(object, TEXT("A=\xFF")), STATUS_INVALID);
    assert_int_equal(json_object_size(object), 0);
}

static void a_name_stands_once(void **state)
{
    SCOPED(answer_drop) json_t *object = json_object();

    (void)state;
    assert_int_equal(value_assign(object, TEXT("A=1")), STATUS_OK);
    assert_int_equal(value_assign(object, TEXT("A=2")), STATUS_CONFLICT);
    assert_int_equal(json_integer_value(json_object_get(object, "A")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_reads_as_json_is_that),
        cmocka_unit_test(all_else_is_text),
        cmocka_unit_test(deep_nesting_is_text_too),
        cmocka_unit_test(a_name_and_a_value_become_a_member),
        cmocka_unit_test(what_is_no_assignment_is_refused),
        cmocka_unit_test(a_name_stands_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
