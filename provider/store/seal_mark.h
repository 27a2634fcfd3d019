/*
 * The mark of a store that was closed in an orderly way; for this room only.
 *
 * It is kept in a file beside the database and holds the sums of all tables, as
 * of the last change, and a keyed hash over them and over every byte of the
 * database. If the database still has these bytes when it is opened again, its
 * rows, indexes and pages are as they were left, and need not be read one by
 * one. A mark that is missing, old or altered only means that they are read:
 * nobody without the secret can make one that fits other bytes, and an older
 * database with its mark is found out by the anchor like any other.
 */
#pragma once

#include "provider/store/seal_private.h"

/*
 * Leaves a mark of an attached store that nobody uses any more. Failures are
 * logged: the next start then takes longer.
 */
void seal_mark_leave(struct store *store);

/*
 * Within a read of a store that nobody writes to: fills sums and schema of the
 * seal if the mark fits. False: it does not, or there is none.
 */
bool seal_mark_take(struct store *store, struct seal *seal);
