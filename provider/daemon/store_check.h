/*
 * Would a start find its store? For --check: nothing is changed, and nothing is
 * held, so that a provider may serve, start or end meanwhile.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/config/config.h"

/*
 * Key, anchor and database: are they there, are they guarded, and do they
 * belong together? STATUS_INVALID if not, with a line of its own for each
 * fault. A store that was not made yet is a warning. Rows and audit are not
 * looked at: that may take long.
 */
MUST_CHECK
enum status store_check(const struct config *config, struct buf *messages_out);
