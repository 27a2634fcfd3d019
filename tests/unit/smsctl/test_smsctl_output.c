#include "tests/unit/unit.h"

#include <stdio.h>
#include <time.h>

#include "provider/client/answer.h"
#include "provider/smsctl/terminal/output.h"

typedef enum status (*printer)(const struct output *output, json_t *value);

static enum status print_rows(const struct output *output, json_t *value)
{
    return output_rows(output, value, NULL, 0);
}

static void assert_printed(enum output_format format, printer print_value,
                           const char *json, const char *expected)
{
    SCOPED(answer_drop) json_t *value = json_loads(json, 0, NULL);
    char *text = NULL;
    size_t size = 0;
    const struct output output = {format, true, open_memstream(&text, &size)};

    assert_non_null(value);
    assert_int_equal(print_value(&output, value), STATUS_OK);
    fclose(output.file);
    assert_string_equal(text, expected);
    free(text);
}

static void the_form_of_output_is_one_of_few(void **state)
{
    enum output_format format = OUTPUT_TABLE;

    (void)state;
    assert_int_equal(output_format_read(TEXT("tsv"), &format), STATUS_OK);
    assert_int_equal(format, OUTPUT_TSV);
    assert_int_equal(output_format_read(TEXT("json"), &format), STATUS_OK);
    assert_int_equal(format, OUTPUT_JSON);
    assert_int_equal(output_format_read(TEXT("table"), &format), STATUS_OK);
    assert_int_equal(format, OUTPUT_TABLE);
    assert_int_equal(output_format_read(TEXT("yaml"), &format), STATUS_OK);
    assert_int_equal(format, OUTPUT_YAML);
    assert_int_equal(output_format_read(TEXT("csv"), &format), STATUS_INVALID);
    assert_int_equal(output_format_read(TEXT("JSON"), &format), STATUS_INVALID);
}

static char *print_styled(const struct output *style, const char *json)
{
    SCOPED(answer_drop) json_t *value = json_loads(json, 0, NULL);
    struct output output = *style;
    char *text = NULL;
    size_t size = 0;

    output.file = open_memstream(&text, &size);
    assert_int_equal(print_rows(&output, value), STATUS_OK);
    fclose(output.file);
    return text;
}

static void columns_that_do_not_fit_are_counted(void **state)
{
    const struct output narrow = {.has_headings = true, .style = {.width = 12}};
    const struct output wide = {.has_headings = true, .style = {.width = 40}};
    static const char rows[] =
        "[{\"ID\":\"abc\",\"Name\":\"a name\",\"More\":\"text\"}]";
    SCOPED(memory_drop) char *few = print_styled(&narrow, rows);
    SCOPED(memory_drop) char *all = print_styled(&wide, rows);

    (void)state;
    assert_string_equal(few, "ID  Name\nabc a name\n(1 more: -o wide)\n");
    assert_string_equal(all, "ID  Name   More\nabc a name text\n");
}

static void columns_are_chosen_in_any_case(void **state)
{
    const struct output output = {
        .format = OUTPUT_TSV, .has_headings = true, .columns = "name,ID"};
    SCOPED(memory_drop)
    char *text = print_styled(&output, "[{\"ID\":\"a\",\"Name\":\"b\"}]");
    const struct output unknown = {.columns = "Nmae", .file = stdout};
    SCOPED(answer_drop) json_t *rows = json_loads("[{\"ID\":1}]", 0, NULL);

    (void)state;
    assert_string_equal(text, "Name\tID\nb\ta\n");
    assert_int_equal(output_rows(&unknown, rows, NULL, 0), STATUS_NOT_FOUND);
}

static void times_are_local_where_a_person_reads_them(void **state)
{
    const struct output local = {.style = {.is_local = true}};
    const struct output tsv = {.format = OUTPUT_TSV,
                               .style = {.is_local = true}};
    static const char rows[] = "[{\"T\":\"2026-01-31T23:30:00.250Z\"},"
                               "{\"T\":\"2026-01-31T23:30:00.Z\"}]";
    char *people, *programs;

    (void)state;
    setenv("TZ", "XYZ-5:30", 1);
    tzset();
    people = print_styled(&local, rows);
    programs = print_styled(&tsv, rows);
    unsetenv("TZ");
    tzset();
    assert_string_equal(people, "2026-02-01T05:00:00.250+05:30\n"
                                "2026-01-31T23:30:00.Z\n");
    assert_string_equal(programs, "2026-01-31T23:30:00.250Z\n"
                                  "2026-01-31T23:30:00.Z\n");
    free(people);
    free(programs);
}

static void a_name_is_the_first_member(void **state)
{
    (void)state;
    assert_printed(OUTPUT_NAME, print_rows,
                   "[{\"ID\":\"a\\u001b\",\"N\":1},{\"ID\":\"b\"}]",
                   "a\\u{1b}\nb\n");
}

static void rows_have_every_member_as_a_column(void **state)
{
    static const char rows[] = "[{\"ID\":\"a\",\"N\":1},{\"ID\":\"b\",\"M\":[1,"
                               "\"x\"],\"N\":null}]";

    (void)state;
    assert_printed(OUTPUT_TSV, print_rows, rows,
                   "ID\tN\tM\na\t1\t\nb\t\t[1,\"x\"]\n");
    assert_printed(OUTPUT_TABLE, print_rows, rows,
                   "ID N M\na  1 \nb    1, x\n");
}

static void a_cell_names_what_it_refers_to(void **state)
{
    (void)state;
    assert_printed(OUTPUT_TABLE, print_rows,
                   "[{\"role\":{\"id\":\"R1\",\"name\":\"Top\"},\"scopes\":["
                   "{\"id\":\"S1\",\"name\":\"Web\"},"
                   "{\"id\":\"S2\",\"name\":\"East\"}]}]",
                   "role     scopes\nTop (R1) Web (S1), East (S2)\n");
    assert_printed(OUTPUT_TABLE, print_rows,
                   "[{\"change\":{\"kind\":\"add-scope\","
                   "\"scope\":{\"id\":\"S1\",\"name\":\"Web\"}}}]",
                   "change\nkind: add-scope, scope: Web (S1)\n");
    assert_printed(OUTPUT_TSV, print_rows,
                   "[{\"s\":[{\"id\":\"S1\",\"name\":\"Web\"}]}]",
                   "s\n[{\"id\":\"S1\",\"name\":\"Web\"}]\n");
}

static void tabs_and_lines_in_a_value_break_no_row(void **state)
{
    static const char rows[] =
        "[{\"A\":\"x\\ty\\nz\",\"B\":\"=1\",\"C\":-1,\"D\":\"C\\\\u\"}]";

    (void)state;
    assert_printed(OUTPUT_TSV, print_rows, rows,
                   "A\tB\tC\tD\nx\\ty\\nz\t\\=1\t-1\tC\\\\u\n");
}

static void no_form_shows_a_terminal_escape(void **state)
{
    static const char rows[] = "[{\"A\\u001b\":\"\\u001b[1m\\u202e\\u007f\"}]";

    (void)state;
    assert_printed(OUTPUT_TSV, print_rows, rows,
                   "A\\u{1b}\n\\u{1b}[1m\\u{202e}\\u{7f}\n");
    assert_printed(OUTPUT_TABLE, print_rows, rows,
                   "A\\u{1b}\n\\u{1b}[1m\\u{202e}\\u{7f}\n");
    assert_printed(OUTPUT_JSON, print_rows, rows,
                   "[\n  {\n    \"A\\u001B\": "
                   "\"\\u001B[1m\\u202E\\u007f\"\n  }\n]\n");
}

static void an_object_is_a_line_for_each_member(void **state)
{
    static const char object[] =
        "{\"user\":\"alice\",\"evidence\":{\"method\":\"token\"},"
        "\"grants\":[{\"role\":\"R\"},{\"role\":\"S\"}],\"groups\":[\"g\"]}";

    (void)state;
    assert_printed(OUTPUT_TSV, output_object, object,
                   "user\talice\nevidence.method\ttoken\n"
                   "grants[0].role\tR\ngrants[1].role\tS\ngroups\t[\"g\"]\n");
    assert_printed(OUTPUT_TABLE, output_object, object,
                   "user            alice\nevidence.method token\n"
                   "groups          g\n\ngrants:\nrole\nR\nS\n");
}

static void a_result_is_printed_by_what_it_is(void **state)
{
    (void)state;
    assert_printed(OUTPUT_TSV, output_result, "{\"items\":[{\"a\":1}]}",
                   "a\n1\n");
    assert_printed(OUTPUT_TSV, output_result, "[\"x\",\"y\"]", "x\ny\n");
    assert_printed(OUTPUT_TSV, output_result, "{\"a\":true}", "a\ttrue\n");
    assert_printed(OUTPUT_TSV, output_result, "[]", "");
}

static void yaml_is_the_same_value(void **state)
{
    (void)state;
    assert_printed(OUTPUT_YAML, print_rows,
                   "[{\"ID\":\"SMS00001\",\"N\":1,\"B\":true,\"L\":[],"
                   "\"O\":{\"a b\":[1.5,null]}}]",
                   "- ID: SMS00001\n  \"N\": 1\n  B: true\n  L: []\n  O:\n"
                   "    a b:\n    - 1.5\n    - null\n");
    /* What is read back as something else is quoted, and so is what a terminal
     * would obey. */
    assert_printed(OUTPUT_YAML, print_rows,
                   "[\"42\",\"no\",\"Null\",\"\",\"a: b\",\"- x\",\"1e3\","
                   "\"~\",\"a #b\",\" a\",\"\\u001b[2J\",\"\\u202e\",\"e\"]",
                   "- \"42\"\n- \"no\"\n- \"Null\"\n- \"\"\n- \"a: b\"\n"
                   "- \"- x\"\n- \"1e3\"\n- \"~\"\n- \"a #b\"\n- \" a\"\n"
                   "- \"\\e[2J\"\n- \"\\u202E\"\n- e\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_of_output_is_one_of_few),
        cmocka_unit_test(yaml_is_the_same_value),
        cmocka_unit_test(columns_that_do_not_fit_are_counted),
        cmocka_unit_test(columns_are_chosen_in_any_case),
        cmocka_unit_test(times_are_local_where_a_person_reads_them),
        cmocka_unit_test(a_name_is_the_first_member),
        cmocka_unit_test(rows_have_every_member_as_a_column),
        cmocka_unit_test(a_cell_names_what_it_refers_to),
        cmocka_unit_test(tabs_and_lines_in_a_value_break_no_row),
        cmocka_unit_test(no_form_shows_a_terminal_escape),
        cmocka_unit_test(an_object_is_a_line_for_each_member),
        cmocka_unit_test(a_result_is_printed_by_what_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
