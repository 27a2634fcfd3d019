#include "tests/unit/unit.h"

#include "provider/wire/trace.h"

#define ID   "0af7651916cd43dd8448eb211c80319c"
#define SPAN "b7ad6b7169203331"

static void a_trace_context_is_read_with_its_parts(void **state)
{
    static const char trace[] = "00-" ID "-" SPAN "-01";

    (void)state;
    assert_true(trace_is_valid(TEXT(trace)));
    assert_text_equal(trace_id(TEXT(trace)), ID);
    assert_text_equal(trace_span(TEXT(trace)), SPAN);
    assert_true(trace_is_valid(TEXT("cc-" ID "-" SPAN "-ff")));
    assert_int_equal(trace_id((struct text){0}).size, 0);
    assert_int_equal(trace_span((struct text){0}).size, 0);
}

/* Each byte in turn is made another, left out or doubled. */
static void what_is_not_quite_one_is_refused(void **state)
{
    static const char good[] = "00-" ID "-" SPAN "-01";
    static const char *const bad[] = {
        "",
        "ff-" ID "-" SPAN "-01",
        "00-00000000000000000000000000000000-" SPAN "-01",
        "00-" ID "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" SPAN "-01",
        "00-" ID "-" SPAN "-01-00",
    };
    char line[sizeof(good) + 1];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_false(trace_is_valid(text_of(bad[i])));
    for (size_t at = 0; at + 1 < sizeof(good); at++) {
        memcpy(line, good, sizeof(good));
        line[at] = 'g';
        assert_false(trace_is_valid((struct text){line, sizeof(good) - 1}));
        memcpy(line + at, good + at + 1, sizeof(good) - at - 1);
        assert_false(trace_is_valid((struct text){line, sizeof(good) - 2}));
        memcpy(line, good, at + 1);
        memcpy(line + at + 1, good + at, sizeof(good) - at);
        assert_false(trace_is_valid((struct text){line, sizeof(good)}));
    }
}

static void a_trace_id_is_read_alone(void **state)
{
    (void)state;
    assert_true(trace_id_is_valid(TEXT(ID)));
    assert_false(trace_id_is_valid(TEXT(SPAN)));
    assert_false(trace_id_is_valid(TEXT("00000000000000000000000000000000")));
    assert_false(trace_id_is_valid((struct text){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trace_context_is_read_with_its_parts),
        cmocka_unit_test(what_is_not_quite_one_is_refused),
        cmocka_unit_test(a_trace_id_is_read_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
