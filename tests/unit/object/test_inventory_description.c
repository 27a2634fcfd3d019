/*
 * Descriptions of classes of inventory, as files and as JSON: hostile ones are
 * refused with a place.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "provider/object/inventory/description.h"
#include "provider/object/inventory/shipped.h"

enum { ARENA_MAX_BYTES = 16 * 1024 * 1024 };

struct reading {
    struct arena *arena;
    struct policy_messages messages;
    struct descriptions all;
};

static enum status read_yaml(struct text yaml, struct reading *reading)
{
    assert_int_equal(arena_new(ARENA_MAX_BYTES, &reading->arena), STATUS_OK);
    reading->messages = messages_make(reading->arena);
    return descriptions_read("test.yaml", yaml, &reading->messages,
                             &reading->all);
}

static void is_refused_at(struct text yaml, unsigned line, const char *why)
{
    struct reading reading = {0};
    const enum status status = read_yaml(yaml, &reading);

    if (status != STATUS_INVALID || reading.messages.n_items == 0 ||
        reading.messages.items[0].place.line != line ||
        !strstr(reading.messages.items[0].text, why))
        fail_msg("%.200s: %d, line %u: %s", yaml.data, status,
                 reading.messages.n_items ? reading.messages.items[0].place.line
                                          : 0,
                 reading.messages.n_items ? reading.messages.items[0].text
                                          : "nothing");
    arena_end(reading.arena);
}

#define HEAD "version: 1\nclasses:\n"
#define A    "  - name: SMS_G_System_A\n"

static void refuses_what_is_no_description(void **state)
{
    static const struct {
        const char *yaml;
        unsigned line;
        const char *why;
    } bad[] = {
        {"- a\n", 1, "expected a map"},
        {"classes: []\n", 1, "version: 1"},
        {"version: 2\nclasses: []\n", 1, "version: 1"},
        {"version: 1\n", 1, "a list of classes"},
        {HEAD "  - SMS_G_System_A\n", 3, "a class"},
        {HEAD "  - name: SMS_Collection\n    properties: {A: string}\n", 3,
         "SMS_G_System_NAME"},
        {HEAD "  - name: SMS_G_System_\n    properties: {A: string}\n", 3,
         "SMS_G_System_NAME"},
        {HEAD "  - name: SMS_G_System_A'B\n    properties: {A: string}\n", 3,
         "letters"},
        {HEAD "  - name: SMS_G_System_A; DROP TABLE device\n    properties: "
              "{A: string}\n",
         3, "letters"},
        {HEAD
         "  - name: \"SMS_G_System_A\\u00e9\"\n    properties: {A: string}\n",
         3, "letters"},
        {HEAD A "    properties: {}\n", 3, "at least"},
        {HEAD A, 3, "at least"},
        {HEAD A "    properties: [A]\n", 4, "a map of properties"},
        {HEAD A "    properties: {Order: string}\n", 4, "a word of WQL"},
        {HEAD A "    properties: {false: string}\n", 4, "a word of WQL"},
        {HEAD A "    properties:\n      \"a\\\"b\": string\n", 5, "letters"},
        {HEAD A "    properties:\n      \"a) VALUES (1\": string\n", 5,
         "letters"},
        {HEAD A "    properties:\n      B: string\n      resourceid: string\n",
         6, "every class"},
        {HEAD A "    properties:\n      A: string\n      a: string\n", 6,
         "twice"},
        {HEAD A "    properties: {A: text}\n", 4, "expected string"},
        {HEAD A "    properties: {A: {max: 4001}}\n", 4, "1 to 4000"},
        {HEAD A "    properties: {A: {max: 0}}\n", 4, "1 to 4000"},
        {HEAD A "    properties: {A: {max: 99999}}\n", 4, "1 to 4000"},
        {HEAD A "    properties: {A: {max: -1}}\n", 4, "1 to 4000"},
        {HEAD A "    properties: {A: {width: 1}}\n", 4, "unknown key"},
        {HEAD A "    properties: {A: {index: maybe}}\n", 4, "true or false"},
        {HEAD A "    properties: {A: {index: true, max: 600}}\n", 4,
         "an index is of a string"},
        {HEAD A "    properties: {A: {index: true, type: integer}}\n", 4,
         "an index is of a string"},
        {HEAD A "    properties: {A: {index: true}, B: {index: true}, C: "
                "{index: true}, D: {index: true}, E: {index: true}}\n",
         3, "at most 4 properties have an index"},
        {HEAD A "    properties: {A: {description: \"a\\nb\"}}\n", 4,
         "one line"},
        {HEAD A "    key: [B]\n    properties: {A: string}\n", 4,
         "no property"},
        {HEAD A "    key: [A, A]\n    properties: {A: string}\n", 4, "twice"},
        {HEAD A "    key: A\n    properties: {A: string}\n", 4,
         "a list of properties"},
        {HEAD A "    key: [A]\n    properties: {A: strings}\n", 5, "no key"},
        {HEAD A "    key: [A]\n    properties: {A: {max: 600}}\n", 5,
         "a key has at most"},
        {HEAD A "    key: [A, B, C, D, E]\n    properties: {A: string, B: "
                "string, C: string, D: string, E: string}\n",
         3, "properties are keys"},
        {HEAD A "    table: x\n    properties: {A: string}\n", 4,
         "unknown key"},
        {HEAD A "    properties: {A: string}\n  - name: SMS_G_SYSTEM_a\n    "
                "properties: {A: string}\n",
         5, "twice"},
        {HEAD A "    properties: &x {A: string}\n", 4, "anchors"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        is_refused_at(text_of(bad[i].yaml), bad[i].line, bad[i].why);
}

static void refuses_thousands_of_properties(void **state)
{
    SCOPED(buf_free) struct buf yaml = buf_make(1024 * 1024);

    (void)state;
    buf_append_string(&yaml, HEAD A "    properties:\n");
    for (int i = 0; i < 5000; i++)
        buf_append_format(&yaml, "      P%d: integer\n", i);
    buf_append_char(&yaml, '\0');
    is_refused_at(text_of(buf_text(&yaml).data), 5, "at most 56");
}

static void refuses_a_file_that_is_too_long(void **state)
{
    SCOPED(buf_free) struct buf yaml = buf_make(1024 * 1024);
    struct reading reading = {0};

    (void)state;
    while (yaml.size <= DESCRIPTION_TEXT_MAX_BYTES)
        buf_append_string(&yaml, "# nothing\n");
    assert_int_equal(read_yaml(buf_text(&yaml), &reading), STATUS_LIMIT);
    arena_end(reading.arena);
}

static void reads_what_is_shipped(void **state)
{
    struct reading reading = {0};

    (void)state;
    assert_int_equal(read_yaml(shipped_text(), &reading), STATUS_OK);
    assert_true(reading.all.n >= 24);
    for (size_t i = 0; i < reading.all.n; i++)
        assert_true(reading.all.of[i].describe.size > 0);
    arena_end(reading.arena);
}

/* Everything that is read from a file is read from JSON. */
static void is_the_same_as_json(void **state)
{
    struct reading reading = {0};

    (void)state;
    assert_int_equal(read_yaml(shipped_text(), &reading), STATUS_OK);
    for (size_t i = 0; i < reading.all.n; i++) {
        const struct description *d = &reading.all.of[i];
        struct description other = {.name = d->name, .describe = d->describe};
        struct description_fault fault;
        json_t *json = description_write_json(d);

        assert_int_equal(description_read_json(json, &other, &fault),
                         STATUS_OK);
        assert_int_equal(description_check(&other, &fault), STATUS_OK);
        assert_true(description_is_equal(d, &other));
        json_decref(json);
    }
    arena_end(reading.arena);
}

static void refuses_json_that_is_no_description(void **state)
{
    static const char *const bad[] = {
        "{}",
        "[1]",
        "[{\"PropertyName\":1}]",
        "[{\"Name\":\"A\"}]",
        "[{\"PropertyName\":\"A\",\"Type\":\"blob\"}]",
        "[{\"PropertyName\":\"A\",\"Width\":\"9\"}]",
        "[{\"PropertyName\":\"A\",\"IsKey\":1}]",
        "[{\"PropertyName\":\"A\",\"IsIndexed\":1}]",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        json_t *json = json_loads(bad[i], 0, NULL);
        struct description d = {.name = TEXT("SMS_G_System_A")};
        struct description_fault fault;

        assert_non_null(json);
        assert_int_equal(description_read_json(json, &d, &fault),
                         STATUS_INVALID);
        assert_true(fault.why[0] != '\0');
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_no_description),
        cmocka_unit_test(refuses_thousands_of_properties),
        cmocka_unit_test(refuses_a_file_that_is_too_long),
        cmocka_unit_test(reads_what_is_shipped),
        cmocka_unit_test(is_the_same_as_json),
        cmocka_unit_test(refuses_json_that_is_no_description),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
