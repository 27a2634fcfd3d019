/*
 * A private copy of a store, in memory: for trying changes that are never kept,
 * without writing to the store or blocking its one writer.
 */
#pragma once

#include "provider/store/store.h"

/*
 * Everything that the store's open read transaction sees, except audit records.
 * The copy may use what is left of the store's allowance, writes included:
 * ended in the middle of a change, it is lost, without anybody else's work.
 * STATUS_LIMIT: it is too large, or would cost too much.
 */
MUST_CHECK
enum status store_copy(struct store *store, struct store **copy_out);
