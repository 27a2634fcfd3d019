/*
 * What limits each collection, remembered by the connection that writes. It is
 * read again after any change of a collection, kept or undone, so that a
 * decision never rests on an earlier tree.
 */
#pragma once

#include "provider/object/query/row_list.h"

/* The row of its limit; 0: nothing limits it, or it is not there. */
MUST_CHECK
enum status limit_read(struct store *store, int64_t collection,
                       int64_t *limit_out);
