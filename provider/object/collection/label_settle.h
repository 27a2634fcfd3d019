/*
 * Labels that are due are stored from the sets, those of a block at once: an
 * evaluation left it in the middle (query/label_due.h).
 */
#pragma once

#include "provider/store/store.h"

/* Within a change. Nothing is due in the block afterwards. */
MUST_CHECK
enum status labels_settle(struct store *store, int64_t number);
