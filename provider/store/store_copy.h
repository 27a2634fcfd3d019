/*
 * A private copy of a store, in memory: for trying out what is never kept, by
 * who must not write to the store itself or keep its one writer waiting.
 */
#pragma once

#include "provider/store/store.h"

/*
 * All that the store's open read transaction sees, but the records of the
 * audit. The copy may cost what the store's allowance leaves, writes included:
 * ended in the middle of a change, it is lost, and nobody else's work with it.
 * STATUS_LIMIT: it is too large, or would cost too much.
 */
MUST_CHECK
enum status store_copy(struct store *store, struct store **copy_out);
