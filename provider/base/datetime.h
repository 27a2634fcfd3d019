/*
 * Points in time as RFC 3339 in UTC, whole seconds: "2026-01-31T12:00:00Z".
 * Years 0001 to 9999.
 */
#pragma once

#include <stdint.h>

#include "provider/base/status.h"
#include "provider/base/text.h"

enum { DATETIME_BYTES = 21 }; /* with the NUL */

/* Clamps seconds beyond the range to its nearer end. */
void datetime_write(int64_t s, char out[DATETIME_BYTES]);

/*
 * Reads "2026-01-31T12:00:00Z" and "2026-01-31" (its first second).
 * STATUS_INVALID for anything else, 31 February included.
 */
MUST_CHECK
enum status datetime_read(struct text text, int64_t *s_out);
