#include "provider/smsctl/import/import_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "provider/base/json_writer.h"
#include "provider/client/answer.h"
#include "provider/smsctl/import/import_usual.h"

enum { DEPTH_MAX = 32, NUMBER_MAX_BYTES = 20 };

__attribute__((format(printf, 2, 3))) static enum status fail(
    char why[IMPORT_WHY_BYTES], const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(why, IMPORT_WHY_BYTES, format, args);
    va_end(args);
    return STATUS_INVALID;
}

/* ---- JSON ---- */

enum status import_json_read(struct text line, struct buf *out,
                             char why[IMPORT_WHY_BYTES])
{
    SCOPED(answer_drop) json_t *row = NULL;
    json_error_t error = {0};

    if (import_is_usual(line)) {
        buf_append_text(out, line);
        return buf_status(out);
    }
    if (answer_is_deep(line, DEPTH_MAX))
        return fail(why, "It is nested too deeply.");
    row = json_loadb(line.data, line.size, JSON_REJECT_DUPLICATES, &error);
    if (!row)
        return fail(why, "It is not JSON: %s.", error.text);
    if (!json_is_object(row))
        return fail(why, "It is not an object: {\"Name\": \"..\", ..}.");
    buf_append_text(out, line);
    return buf_status(out);
}

/* ---- Fields ---- */

void import_columns_clear(struct import_columns *columns)
{
    for (size_t i = 0; i < columns->n; i++)
        free(columns->of[i].name);
    columns->n = 0;
}

enum import_type import_type_read(const char *name)
{
    static const struct {
        const char *name;
        enum import_type type;
    } types[] = {
        {"integer", IMPORT_NUMBER}, {"boolean", IMPORT_BOOLEAN},
        {"strings", IMPORT_LIST},   {"datetimes", IMPORT_LIST},
        {"objects", IMPORT_JSON},
    };

    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (name && strcmp(name, types[i].name) == 0)
            return types[i].type;
    return IMPORT_TEXT;
}

/* Takes a field off the front; false: there is none left. */
static bool next_field(struct text *line, bool *is_last, struct text *field_out)
{
    const char *tab;

    if (*is_last)
        return false;
    tab = line->size ? memchr(line->data, '\t', line->size) : NULL;
    field_out->data = line->data;
    field_out->size = tab ? (size_t)(tab - line->data) : line->size;
    *is_last = !tab;
    if (tab) {
        line->data = tab + 1;
        line->size -= field_out->size + 1;
    }
    return true;
}

static void put_code_point(struct buf *out, unsigned long point)
{
    if (point < 0x80) {
        buf_append_char(out, (char)point);
    } else if (point < 0x800) {
        buf_append_char(out, (char)(0xC0 | point >> 6));
        buf_append_char(out, (char)(0x80 | (point & 0x3F)));
    } else if (point < 0x10000) {
        buf_append_char(out, (char)(0xE0 | point >> 12));
        buf_append_char(out, (char)(0x80 | (point >> 6 & 0x3F)));
        buf_append_char(out, (char)(0x80 | (point & 0x3F)));
    } else {
        buf_append_char(out, (char)(0xF0 | point >> 18));
        buf_append_char(out, (char)(0x80 | (point >> 12 & 0x3F)));
        buf_append_char(out, (char)(0x80 | (point >> 6 & 0x3F)));
        buf_append_char(out, (char)(0x80 | (point & 0x3F)));
    }
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "{202e}" at the front; how many bytes it has, 0: it is none. */
static size_t read_code_point(struct text rest, unsigned long *point_out)
{
    unsigned long point = 0;
    size_t at = 1;

    if (rest.size < 3 || rest.data[0] != '{')
        return 0;
    for (; at < rest.size && at < 8 && digit_of(rest.data[at]) >= 0; at++)
        point = point * 16 + (unsigned long)digit_of(rest.data[at]);
    if (at == 1 || at == rest.size || rest.data[at] != '}' ||
        point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
        return 0;
    *point_out = point;
    return at + 1;
}

/* As smsctl -o tsv writes them (show_field); another backslash is itself. */
static void put_unescaped(struct buf *out, struct text field)
{
    static const char from[] = "ntr\\=+-@";
    static const char into[] = "\n\t\r\\=+-@";

    for (size_t i = 0; i < field.size; i++) {
        const char c = field.data[i];
        const char next = i + 1 < field.size ? field.data[i + 1] : '\0';
        const char *known = next ? strchr(from, next) : NULL;
        unsigned long point;
        size_t size;

        if (c == '\\' && known) {
            buf_append_char(out, into[known - from]);
            i++;
        } else if (c == '\\' && next == 'u' &&
                   (size = read_code_point(
                        (struct text){field.data + i + 2, field.size - i - 2},
                        &point))) {
            put_code_point(out, point);
            i += 1 + size;
        } else {
            buf_append_char(out, c);
        }
    }
}

static bool is_number(struct text field)
{
    const size_t sign = field.size && field.data[0] == '-';

    if (field.size == sign || field.size > NUMBER_MAX_BYTES ||
        (field.data[sign] == '0' && field.size > sign + 1))
        return false;
    for (size_t i = sign; i < field.size; i++)
        if (field.data[i] < '0' || field.data[i] > '9')
            return false;
    return true;
}

static enum status put_boolean(struct json_writer *w, struct text field,
                               char why[IMPORT_WHY_BYTES])
{
    const bool is_true =
        text_equal_nocase(field, TEXT("true")) || text_equal(field, TEXT("1"));

    if (!is_true && !text_equal_nocase(field, TEXT("false")) &&
        !text_equal(field, TEXT("0")))
        return fail(why, "must be true or false.");
    writer_bool(w, is_true);
    return STATUS_OK;
}

static enum status put_json(struct json_writer *w, struct text field,
                            char why[IMPORT_WHY_BYTES])
{
    SCOPED(answer_drop) json_t *value = NULL;
    SCOPED(memory_drop) char *line = NULL; /* without line ends */

    if (!answer_is_deep(field, DEPTH_MAX))
        value =
            json_loadb(field.data, field.size, JSON_REJECT_DUPLICATES, NULL);
    if (!value)
        return fail(why, "must be JSON.");
    line = json_dumps(value, JSON_COMPACT);
    if (!line)
        return STATUS_NO_MEMORY;
    writer_raw(w, text_of(line));
    return STATUS_OK;
}

/* "a, b" */
static void put_list(struct json_writer *w, struct text field)
{
    writer_array_begin(w);
    while (field.size) {
        const char *comma = memchr(field.data, ',', field.size);
        struct text item = {field.data,
                            comma ? (size_t)(comma - field.data) : field.size};

        field.data += item.size + (comma != NULL);
        field.size -= item.size + (comma != NULL);
        while (item.size && item.data[0] == ' ') {
            item.data++;
            item.size--;
        }
        if (item.size)
            writer_text(w, item);
    }
    writer_array_end(w);
}

static enum status put_value(struct json_writer *w, enum import_type type,
                             struct text field, char why[IMPORT_WHY_BYTES])
{
    SCOPED(buf_free) struct buf plain = buf_make(IMPORT_LINE_MAX_BYTES);
    struct text text;

    put_unescaped(&plain, field);
    TRY(buf_status(&plain));
    text = buf_text(&plain);
    if (!text_is_utf8(text) || memchr(text.data, '\0', text.size))
        return fail(why, "must be UTF-8 without NUL characters.");
    switch (type) {
    case IMPORT_NUMBER:
        if (!is_number(text))
            return fail(why, "must be a whole number.");
        writer_raw(w, text);
        return STATUS_OK;
    case IMPORT_BOOLEAN:
        return put_boolean(w, text, why);
    case IMPORT_LIST:
        if (text.size && text.data[0] == '[')
            return put_json(w, text, why);
        put_list(w, text);
        return STATUS_OK;
    case IMPORT_JSON:
        return put_json(w, text, why);
    case IMPORT_TEXT:
        break;
    }
    writer_text(w, text);
    return STATUS_OK;
}

enum status import_fields_read(const struct import_columns *columns,
                               struct text line, struct buf *out,
                               char why[IMPORT_WHY_BYTES])
{
    struct json_writer w = json_writer_make(out);
    const size_t before = out->size;
    char what[IMPORT_WHY_BYTES] = "";
    bool is_last = false;
    struct text field;
    size_t n = 0;

    writer_object_begin(&w);
    for (; next_field(&line, &is_last, &field); n++) {
        if (n >= columns->n || field.size == 0)
            continue; /* an empty field is not given */
        writer_key(&w, columns->of[n].name);
        if (put_value(&w, columns->of[n].type, field, what) != STATUS_OK) {
            buf_truncate(out, before);
            return fail(why, "%.100s %s", columns->of[n].name, what);
        }
    }
    writer_object_end(&w);
    if (n != columns->n) {
        buf_truncate(out, before);
        return fail(why, "It has %zu fields; the heading has %zu.", n,
                    columns->n);
    }
    return buf_status(out);
}

enum status import_heading_read(struct text line,
                                struct import_columns *columns,
                                char why[IMPORT_WHY_BYTES])
{
    bool is_last = false;
    struct text field;

    import_columns_clear(columns);
    while (next_field(&line, &is_last, &field)) {
        if (columns->n == IMPORT_COLUMNS_MAX)
            return fail(why, "It has more than %d columns.",
                        IMPORT_COLUMNS_MAX);
        if (field.size == 0 || memchr(field.data, '\0', field.size))
            return fail(why, "Column %zu of the heading has no name.",
                        columns->n + 1);
        for (size_t i = 0; i < columns->n; i++)
            if (text_equal_nocase(text_of(columns->of[i].name), field))
                return fail(why, "The heading has %.100s twice.",
                            columns->of[i].name);
        columns->of[columns->n].type = IMPORT_TEXT;
        columns->of[columns->n].name = text_dup(field);
        if (!columns->of[columns->n].name)
            return STATUS_NO_MEMORY;
        columns->n++;
    }
    return STATUS_OK;
}
