/*
 * A digest of the rows of an import, for its record: of each as compact JSON
 * and a newline.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "provider/base/status.h"

enum { ROW_DIGEST_CHARS = 64 };

/* Of rows[0 .. n). is_masked: without what a record must not let anybody guess
 * at (sent.h). */
MUST_CHECK
enum status row_digest(const json_t *rows, size_t n, bool is_masked,
                       char hex_out[ROW_DIGEST_CHARS + 1]);
