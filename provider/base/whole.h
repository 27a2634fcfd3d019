/*
 * Reads all that a descriptor has: a read error is not taken for its end.
 */
#pragma once

#include "provider/base/buf.h"

/*
 * Appends up to the end of the file. STATUS_UNAVAILABLE on a read error,
 * STATUS_LIMIT if it exceeds out's maximum; the bytes appended until then must
 * not be used.
 */
MUST_CHECK
enum status whole_read(int fd, struct buf *out);
