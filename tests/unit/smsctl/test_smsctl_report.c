#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/client/answer.h"
#include "provider/smsctl/report.h"

static void assert_told(const char *json, const char *expected)
{
    SCOPED(answer_drop) json_t *messages = json_loads(json, 0, NULL);
    char *text = NULL;
    size_t size = 0;
    struct console console = {.errors = open_memstream(&text, &size)};

    assert_non_null(messages);
    report_answer(&console, messages);
    fclose(console.errors);
    assert_string_equal(text, expected);
    free(text);
}

static void messages_of_a_provider_read_as_a_compilers(void **state)
{
    (void)state;
    assert_told("[{\"file\":\"a.yaml\",\"line\":3,\"column\":5,\"severity\":"
                "\"error\",\"text\":\"unknown role\"},"
                "{\"file\":null,\"line\":0,\"column\":0,\"severity\":"
                "\"warning\",\"text\":\"late\"}]",
                "a.yaml:3:5: error: unknown role\nwarning: late\n");
    assert_told("[]", "");
}

static void a_hostile_message_stays_on_its_line(void **state)
{
    (void)state;
    assert_told("[{\"file\":\"a\\u001b[2J\",\"line\":\"1\",\"severity\":7,"
                "\"text\":\"x\\nsmsctl: done\\u202e\"}, null, 5]",
                "a\\u{1b}[2J: : x\\nsmsctl: done\\u{202e}\n: \n: \n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_of_a_provider_read_as_a_compilers),
        cmocka_unit_test(a_hostile_message_stays_on_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
