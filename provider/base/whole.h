/*
 * Read all that a descriptor has: an error on the way is no end.
 */
#pragma once

#include "provider/base/buf.h"

/*
 * Appends up to the end of the file. STATUS_UNAVAILABLE when that cannot be
 * reached, STATUS_LIMIT when there is more than out may hold; what was
 * appended until then must not be used.
 */
MUST_CHECK
enum status whole_read(int fd, struct buf *out);
