/*
 * A line of a file to import, as the JSON object that is sent: JSON lines are
 * sent as they are, once they are known to be one object; fields separated by
 * tabs become values by the types of their properties.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/own.h"

enum {
    IMPORT_LINE_MAX_BYTES = 256 * 1024,
    IMPORT_COLUMNS_MAX = 256,
    IMPORT_WHY_BYTES = 192,
};

/* How a field is written in JSON. */
enum import_type {
    IMPORT_TEXT = 0, /* times too */
    IMPORT_NUMBER,
    IMPORT_BOOLEAN,
    IMPORT_LIST, /* "a, b", or a JSON array */
    IMPORT_JSON,
};

struct import_columns {
    struct {
        char *name; /* owned; without escapes, to be written as JSON */
        enum import_type type;
    } of[IMPORT_COLUMNS_MAX];
    size_t n;
};
void import_columns_clear(struct import_columns *columns); /* for SCOPED() */

/* By its name in object.classes: "integer", "strings", .. */
enum import_type import_type_read(const char *name);

/* The heading line; types are all IMPORT_TEXT. STATUS_INVALID with why. */
MUST_CHECK
enum status import_heading_read(struct text line,
                                struct import_columns *columns,
                                char why[IMPORT_WHY_BYTES]);

/* Appends the object. STATUS_INVALID with why, and out is as before. */
MUST_CHECK
enum status import_fields_read(const struct import_columns *columns,
                               struct text line, struct buf *out,
                               char why[IMPORT_WHY_BYTES]);
MUST_CHECK
enum status import_json_read(struct text line, struct buf *out,
                             char why[IMPORT_WHY_BYTES]);
