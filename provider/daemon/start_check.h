/*
 * Would a start succeed? For --check: it is tried behind the walls of a start,
 * up to the point where something would be changed or held.
 */
#pragma once

#include "provider/base/buf.h"

/* Of configuration, policy and store, as this process's user; for good, this
 * process is behind the walls afterwards. Appends all messages as lines.
 * STATUS_OK: it would. */
MUST_CHECK
enum status start_check(const char *config_path, struct buf *messages_out);
