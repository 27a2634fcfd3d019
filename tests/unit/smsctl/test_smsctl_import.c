/* Lines of files to import. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "provider/smsctl/import/import_file.h"
#include "provider/smsctl/import/import_usual.h"

static void expect_row(struct import_columns *columns, const char *line,
                       const char *json)
{
    SCOPED(buf_free) struct buf out = buf_make(4096);
    char why[IMPORT_WHY_BYTES] = "";

    assert_int_equal(import_fields_read(columns, text_of(line), &out, why),
                     STATUS_OK);
    buf_append_char(&out, '\0');
    assert_string_equal(buf_text(&out).data, json);
}

static void expect_fault(struct import_columns *columns, const char *line,
                         const char *fault)
{
    SCOPED(buf_free) struct buf out = buf_make(4096);
    char why[IMPORT_WHY_BYTES] = "";

    assert_int_equal(import_fields_read(columns, text_of(line), &out, why),
                     STATUS_INVALID);
    assert_string_equal(why, fault);
    assert_int_equal(out.size, 0);
}

static void read_heading(struct import_columns *columns, const char *line)
{
    char why[IMPORT_WHY_BYTES] = "";

    assert_int_equal(import_heading_read(text_of(line), columns, why),
                     STATUS_OK);
}

static void fields_become_values_by_their_types(void **state)
{
    SCOPED(import_columns_clear) struct import_columns columns = {.n = 0};

    (void)state;
    read_heading(&columns, "Name\tClient\tIs\tMACs\tParts");
    columns.of[1].type = import_type_read("integer");
    columns.of[2].type = import_type_read("boolean");
    columns.of[3].type = import_type_read("strings");
    columns.of[4].type = import_type_read("objects");
    expect_row(&columns, "a\t1\ttrue\tx, y\t[{\"b\":1}]",
               "{\"Name\":\"a\",\"Client\":1,\"Is\":true,"
               "\"MACs\":[\"x\",\"y\"],\"Parts\":[{\"b\":1}]}");
    expect_row(&columns, "5\t-2\t0\t[\"x,y\"]\t",
               "{\"Name\":\"5\",\"Client\":-2,\"Is\":false,"
               "\"MACs\":[\"x,y\"]}");
    expect_row(&columns, "\t\t\t\t", "{}");
    expect_fault(&columns, "a\t01\t\t\t", "Client must be a whole number.");
    expect_fault(&columns, "a\t\tyes\t\t", "Is must be true or false.");
    expect_fault(&columns, "a\t\t\t[x\t", "MACs must be JSON.");
    expect_fault(&columns, "\xff\t\t\t\t",
                 "Name must be UTF-8 without NUL characters.");
    expect_fault(&columns, "a\\u{0}b\t\t\t\t",
                 "Name must be UTF-8 without NUL characters.");
    expect_fault(&columns, "a\t\t\t\\u{0}\t",
                 "MACs must be UTF-8 without NUL characters.");
    expect_fault(&columns, "a\t\t\t", "It has 4 fields; the heading has 5.");
    expect_fault(&columns, "a\t\t\t\t\t",
                 "It has 6 fields; the heading has 5.");
}

static void escapes_are_those_of_tsv_output(void **state)
{
    SCOPED(import_columns_clear) struct import_columns columns = {.n = 0};

    (void)state;
    read_heading(&columns, "A");
    expect_row(&columns, "x\\ty\\nz\\\\", "{\"A\":\"x\\ty\\nz\\\\\"}");
    expect_row(&columns, "\\=1\\u{e9}\\u{1f600}",
               "{\"A\":\"=1\xc3\xa9\xf0\x9f\x98\x80\"}");
    expect_row(&columns, "C:\\Windows\\u{zz}\\",
               "{\"A\":\"C:\\\\Windows\\\\u{zz}\\\\\"}");
}

/* A line end within a field would end the request. */
static void a_row_is_one_line(void **state)
{
    SCOPED(import_columns_clear) struct import_columns columns = {.n = 0};

    (void)state;
    read_heading(&columns, "A\tB");
    columns.of[0].type = IMPORT_JSON;
    columns.of[1].type = IMPORT_LIST;
    expect_row(&columns, "[1,\\n2]\t[\\n3]", "{\"A\":[1,2],\"B\":[3]}");
}

static void a_heading_names_each_column_once(void **state)
{
    static const char *const wrong[] = {"", "A\t", "A\ta", "\tA"};
    SCOPED(import_columns_clear) struct import_columns columns = {.n = 0};
    char why[IMPORT_WHY_BYTES];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_int_equal(import_heading_read(text_of(wrong[i]), &columns, why),
                         STATUS_INVALID);
}

static void json_lines_are_objects(void **state)
{
    static const char *const wrong[] = {"",  "[]",         "1",
                                        "{", "{\"a\":1}x", "{\"a\":1,\"a\":2}"};
    SCOPED(buf_free) struct buf out = buf_make(4096);
    char why[IMPORT_WHY_BYTES];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_int_equal(import_json_read(text_of(wrong[i]), &out, why),
                         STATUS_INVALID);
    assert_int_equal(out.size, 0);
    assert_int_equal(import_json_read(TEXT("{\"a\": 1}"), &out, why),
                     STATUS_OK);
    assert_true(text_equal(buf_text(&out), TEXT("{\"a\": 1}")));
}

/* The library is the oracle: whatever is usual is one object to it. */
static void a_usual_line_is_an_object(void **state)
{
    static const char *const usual[] = {
        "{}", "{\"a\":1}", " { \"a\" : -12 , \"b\" : [ \"x\" , 2 ] } ",
        "{\"a\":[],\"b\":true,\"c\":false,\"d\":null,\"\":\"\"}"};
    static const char *const other[] = {"",
                                        "{",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1",
                                        "{\"a\":1,}",
                                        "{\"a\":01}",
                                        "{\"a\":-}",
                                        "{\"a\":1.5}",
                                        "{\"a\":\"\\n\"}",
                                        "{\"a\":\"\t\"}",
                                        "{\"a\":\"\xC3\xA9\"}",
                                        "{\"a\":1}x",
                                        "[]",
                                        "{\"a\":[1}",
                                        "{\"a\":[1,]}",
                                        "{\"a\":1,\"a\":2}",
                                        "{a:1}",
                                        "{\"a\":nul}",
                                        "{\"a\":truee}",
                                        "{\"a\" 1}",
                                        "{,}",
                                        "{\"a\":9223372036854775808}",
                                        "{\"a\":{}}",
                                        "{\"a\":[[]]}"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
        json_t *object = json_loads(usual[i], JSON_REJECT_DUPLICATES, NULL);

        assert_true(import_is_usual(text_of(usual[i])));
        assert_true(json_is_object(object));
        json_decref(object);
    }
    for (size_t i = 0; i < ARRAY_SIZE(other); i++)
        assert_false(import_is_usual(text_of(other[i])));
}

/* Bytes of a usual line, one of them changed. */
static void what_is_usual_is_always_an_object(void **state)
{
    static const char line[] =
        "{\"ab\": [\"x\", -10, null], \"b\":true,\"c\":[]}";
    static const char bytes[] = "{}[],:\"\\ -019aet\x7F\xC3\n";

    (void)state;
    for (size_t at = 0; at < sizeof(line) - 1; at++)
        for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
            char changed[sizeof(line)];
            json_t *object;

            memcpy(changed, line, sizeof(line));
            changed[at] = bytes[i];
            if (!import_is_usual(text_of(changed)))
                continue;
            object = json_loads(changed, JSON_REJECT_DUPLICATES, NULL);
            assert_true(json_is_object(object));
            json_decref(object);
        }
}

static void a_line_that_is_too_long_is_skipped(void **state)
{
    char path[] = "/tmp/import-XXXXXX";
    const int fd = mkstemp(path);
    FILE *made = fdopen(fd, "w");
    SCOPED(import_file_close) struct import_file file;
    SCOPED(buf_free) struct buf out = buf_make(4096);
    char why[IMPORT_WHY_BYTES];

    (void)state;
    for (int i = 0; i <= IMPORT_LINE_MAX_BYTES; i++)
        fputc('x', made);
    fputs("\n\n{\"a\":1}\r\n{\"b\":2}", made);
    fclose(made);
    assert_int_equal(import_file_open(&file, path), STATUS_OK);
    unlink(path);
    assert_int_equal(import_file_row(&file, &out, why), STATUS_INVALID);
    assert_int_equal(file.n_lines, 1);
    assert_int_equal(import_file_row(&file, &out, why), STATUS_OK);
    assert_int_equal(file.n_lines, 3);
    assert_int_equal(import_file_row(&file, &out, why), STATUS_OK);
    assert_int_equal(import_file_row(&file, &out, why), STATUS_END);
    assert_true(text_equal(buf_text(&out), TEXT("{\"a\":1}{\"b\":2}")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_become_values_by_their_types),
        cmocka_unit_test(escapes_are_those_of_tsv_output),
        cmocka_unit_test(a_row_is_one_line),
        cmocka_unit_test(a_heading_names_each_column_once),
        cmocka_unit_test(json_lines_are_objects),
        cmocka_unit_test(a_usual_line_is_an_object),
        cmocka_unit_test(what_is_usual_is_always_an_object),
        cmocka_unit_test(a_line_that_is_too_long_is_skipped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
