#include "provider/smsctl/import/import_rows.h"

#include <errno.h>
#include <string.h>

#include "provider/client/answer.h"

/* ---- Lines that fail ---- */

static void tell_line(struct import *import, int64_t line, const char *why,
                      const char *property)
{
    import_progress_end(&import->progress);
    console_line(import->console, "%s:%lld: %s%s%s", import->path,
                 (long long)line, property ? property : "",
                 property ? ": " : "", why);
}

void import_line_fail(struct import *import, int64_t line, const char *why,
                      const char *property, enum smsclient_result result)
{
    tell_line(import, line, why, property);
    if (import->n_failed++ == 0)
        import->worst = result;
}

bool import_has_failed(const struct import *import)
{
    return import->max_errors && import->n_failed >= import->max_errors;
}

/* ---- Reading ---- */

static enum smsclient_result fail_reading(struct import *import)
{
    import_progress_end(&import->progress);
    return console_fail(import->console, SMSCLIENT_FAILED,
                        "%s cannot be read after line %lld: %s.", import->path,
                        (long long)import->file.n_lines,
                        strerror(import->read_errno));
}

static void keep_row(struct import *import)
{
    buf_append_char(&import->rows, ',');
    import->end_of[import->n] = import->rows.size;
    import->line_of[import->n++] = import->file.n_lines;
}

static void read_row(struct import *import)
{
    import->read = import_file_row(&import->file, &import->rows, import->why);
    import->read_errno = errno;
    if (import->read == STATUS_OK)
        keep_row(import);
}

static bool has_room(const struct import *import, size_t n, size_t n_bytes)
{
    return import->n < n && import->rows.size < n_bytes;
}

enum smsclient_result import_rows_read(struct import *import)
{
    while (import->read != STATUS_END &&
           has_room(import, import->n_wanted, IMPORT_BATCH_MAX_BYTES) &&
           !import_has_failed(import)) {
        if (import->read == STATUS_OK)
            read_row(import);
        if (import->read == STATUS_INVALID) {
            import_line_fail(import, import->file.n_lines, import->why, NULL,
                             SMSCLIENT_INVALID);
            import->read = STATUS_OK;
        }
        if (import->read != STATUS_OK && import->read != STATUS_END)
            return fail_reading(import);
    }
    if (buf_status(&import->rows) != STATUS_OK)
        return console_printed(import->console, STATUS_NO_MEMORY);
    return SMSCLIENT_OK;
}

size_t import_row_begin(const struct import *import, size_t row)
{
    return row ? import->end_of[row - 1] : 0;
}

void import_rows_read_ahead(struct import *import, size_t n)
{
    const size_t n_bytes = import_row_begin(import, n) + IMPORT_BATCH_MAX_BYTES;

    if (import->file.size == 0) /* what comes slowly holds nothing up */
        return;
    while (import->read == STATUS_OK &&
           has_room(import, n + import->n_wanted, n_bytes))
        read_row(import);
}

/* The types of the columns, by the class. */
static void set_types(struct import_columns *columns, const json_t *class)
{
    const json_t *properties = json_object_get(class, "properties");

    for (size_t i = 0; i < columns->n; i++)
        for (size_t j = 0; j < json_array_size(properties); j++) {
            const json_t *property = json_array_get(properties, j);
            const char *name =
                json_string_value(json_object_get(property, "name"));

            if (name &&
                text_equal_nocase(text_of(name), text_of(columns->of[i].name)))
                columns->of[i].type = import_type_read(
                    json_string_value(json_object_get(property, "type")));
        }
}

enum smsclient_result import_heading(struct import *import)
{
    SCOPED(answer_drop) json_t *class = NULL;
    char why[IMPORT_WHY_BYTES] = "It has no heading line.";
    struct text line;
    enum smsclient_result called;
    enum status read;

    if (!import->file.is_fields)
        return SMSCLIENT_OK;
    read = import_file_line(&import->file, &line);
    if (read == STATUS_OK)
        read = import_heading_read(line, &import->file.columns, why);
    if (read != STATUS_OK)
        return console_fail(import->console, SMSCLIENT_INVALID, "%s:1: %s",
                            import->path, why);
    called = console_call(import->console, "object.classes",
                          json_pack("{s:s}", "class", import->class), &class);
    if (called == SMSCLIENT_OK)
        set_types(&import->file.columns, class);
    return called;
}

enum smsclient_result import_skip(struct import *import)
{
    json_int_t from = 1;
    struct text line;
    enum status read = STATUS_OK;

    if (console_number(import->console, OPTION_FROM_LINE, 1, &from) !=
        SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    while (import->file.n_lines + 1 < from &&
           (read == STATUS_OK || read == STATUS_LIMIT))
        read = import_file_line(&import->file, &line);
    import->read_errno = errno;
    import->done_line = import->file.n_lines;
    return read == STATUS_UNAVAILABLE ? fail_reading(import) : SMSCLIENT_OK;
}

/* ---- Dropping ---- */

void import_rows_drop(struct import *import, size_t n_taken)
{
    const size_t size = import->end_of[n_taken - 1];

    import->done_line = import->line_of[n_taken - 1];
    buf_consume(&import->rows, size);
    import->n -= n_taken;
    for (size_t i = 0; i < import->n; i++) {
        import->end_of[i] = import->end_of[i + n_taken] - size;
        import->line_of[i] = import->line_of[i + n_taken];
    }
}
