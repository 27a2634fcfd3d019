/*
 * Reads a whole file, up to a limit.
 */
#pragma once

#include "provider/base/buf.h"

/* Appends to out. STATUS_LIMIT beyond out's maximum; otherwise see errno. */
MUST_CHECK
enum status file_read(const char *path, struct buf *out);
