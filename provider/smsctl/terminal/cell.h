/*
 * One cell of a table, as a person sees it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "provider/base/buf.h"

/* The columns of a terminal that it takes. */
size_t cell_width(const char *cell);

/* Writes a time, "2026-01-31T12:00:00Z" with or without a fraction, in the
 * time zone of this host, with its offset; false: it is no time, and nothing
 * was written. */
bool cell_put_local(struct buf *out, const json_t *value);
