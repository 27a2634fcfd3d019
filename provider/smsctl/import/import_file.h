/*
 * Reads a file to import line by line, in bounded memory.
 */
#pragma once

#include <stdio.h>

#include "provider/smsctl/import/import_line.h"

struct import_file {
    FILE *file; /* owned, but for standard input */
    bool is_fields;
    bool is_at_end;
    int64_t n_lines; /* read so far: the number of the last one */
    int64_t n_bytes;
    int64_t size; /* of all; 0: unknown */
    struct import_columns columns;
    struct buf line;
};

/* "-" is standard input, which has JSON lines; a name that ends in .tsv has
 * fields. STATUS_UNAVAILABLE: errno says why. */
MUST_CHECK
enum status import_file_open(struct import_file *file, const char *path);
void import_file_close(struct import_file *file); /* for SCOPED() */

/* The next line without its end. STATUS_END; STATUS_LIMIT: it is too long, and
 * was skipped; STATUS_UNAVAILABLE: it cannot be read. */
MUST_CHECK
enum status import_file_line(struct import_file *file, struct text *line_out);

/* Appends the object of the next line that is not empty. STATUS_END;
 * STATUS_INVALID with why: this line has none. */
MUST_CHECK
enum status import_file_row(struct import_file *file, struct buf *out,
                            char why[IMPORT_WHY_BYTES]);
