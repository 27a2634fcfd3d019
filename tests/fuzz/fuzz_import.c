/*
 * Lines of files to import: whatever they hold, what is sent is one JSON object
 * on one line.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include <jansson.h>

#include "provider/smsctl/import/import_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_row(enum status status, const struct buf *out)
{
    json_t *row;

    if (status != STATUS_OK) {
        assert(out->size == 0 || status != STATUS_INVALID);
        return;
    }
    assert(!memchr(buf_text(out).data, '\n', out->size));
    row = json_loadb(buf_text(out).data, out->size, JSON_ALLOW_NUL, NULL);
    assert(json_is_object(row));
    json_decref(row);
}

/* The first line is a heading, the rest a row; types by the column. */
static void check_fields(struct text heading, struct text line)
{
    SCOPED(import_columns_clear) struct import_columns columns = {.n = 0};
    SCOPED(buf_free) struct buf out = buf_make(8 * IMPORT_LINE_MAX_BYTES);
    char why[IMPORT_WHY_BYTES];

    if (import_heading_read(heading, &columns, why) != STATUS_OK)
        return;
    for (size_t i = 0; i < columns.n; i++)
        columns.of[i].type = (enum import_type)(i % (IMPORT_JSON + 1));
    check_row(import_fields_read(&columns, line, &out, why), &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *input = size ? (const char *)data : "";
    const char *end = size ? memchr(input, '\n', size) : NULL;
    const size_t n = end ? (size_t)(end - input) : size;
    SCOPED(buf_free) struct buf out = buf_make(8 * IMPORT_LINE_MAX_BYTES);
    char why[IMPORT_WHY_BYTES];

    if (size > IMPORT_LINE_MAX_BYTES)
        return 0;
    check_row(import_json_read((struct text){input, n}, &out, why), &out);
    if (end)
        check_fields((struct text){input, n},
                     (struct text){end + 1, size - n - 1});
    return 0;
}
