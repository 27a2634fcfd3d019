#include "tests/unit/unit.h"

#include "provider/client/answer.h"
#include "provider/smsctl/terminal/jsonpath.h"

static const char document[] =
    "{\"items\":[{\"Name\":\"a\",\"N\":1,\"Full name\":\"A\"},"
    "{\"Name\":\"b\\u001b[31m\",\"N\":null,\"L\":[1,{\"x\":true}],"
    "\"M\":[\"del\\u007f\"]}]}";

static void assert_picked(const char *template, const char *expected)
{
    SCOPED(answer_drop) json_t *value = json_loads(document, 0, NULL);
    SCOPED(buf_free) struct buf out = buf_make(4096);
    struct jsonpath_fault fault = {0};
    OWNED(jsonpath) path = NULL;

    assert_int_equal(jsonpath_read(text_of(template), &path, &fault),
                     STATUS_OK);
    jsonpath_write(path, value, &out);
    buf_append_char(&out, '\0');
    assert_string_equal(buf_text(&out).data, expected);
}

static void members_and_items_are_picked(void **state)
{
    (void)state;
    assert_picked("{.items[*].N}", "1 ");
    assert_picked("{.items[0].Name}", "a");
    assert_picked("{$.items[-2].Name}", "a");
    assert_picked("{.items[0]['Full name']}", "A");
    assert_picked("{.items[1].L}", "[1,{\"x\":true}]");
    assert_picked("{.items[1].L[1].*}", "true");
}

static void text_stands_between(void **state)
{
    (void)state;
    assert_picked("n={.items[0].N}{\"\\t\\\"\"}{.items[0].Name};", "n=1\t\"a;");
}

static void what_is_not_there_gives_nothing(void **state)
{
    (void)state;
    assert_picked("{.items[7].Name}{.nothing.more}{.items[-9]}{.items.x}", "");
}

static void what_is_picked_is_safe_for_a_terminal(void **state)
{
    (void)state;
    assert_picked("{.items[1].Name}", "b\\u{1b}[31m");
    assert_picked("{.items[1].M}", "[\"del\\u007f\"]");
}

static void the_rest_of_the_language_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *template;
        size_t at;
    } refused[] = {
        {"", 1},
        {"{.items[?(@.N>1)]}", 9},
        {"{.items[0:2]}", 10},
        {"{.items[0,1]}", 10},
        {"{..Name}", 3},
        {"{range .items[*]}", 2},
        {"{.items[*].Name", 16},
        {"{.items[*}", 10},
        {"{.items[x]}", 9},
        {"{.items[99999999999]}", 9},
        {"{.Na me}", 5},
        {"{\"x}", 5},
        {"a{", 3},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
        struct jsonpath_fault fault = {0};
        OWNED(jsonpath) path = NULL;

        assert_int_equal(
            jsonpath_read(text_of(refused[i].template), &path, &fault),
            STATUS_INVALID);
        assert_int_equal(fault.at, refused[i].at);
        assert_non_null(fault.why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_and_items_are_picked),
        cmocka_unit_test(text_stands_between),
        cmocka_unit_test(what_is_not_there_gives_nothing),
        cmocka_unit_test(what_is_picked_is_safe_for_a_terminal),
        cmocka_unit_test(the_rest_of_the_language_is_refused_with_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
