/*
 * A whole file, up to a limit.
 */
#pragma once

#include "provider/base/buf.h"

/* Appends to out. STATUS_LIMIT past out's maximum; else errno says why. */
MUST_CHECK
enum status file_read(const char *path, struct buf *out);
