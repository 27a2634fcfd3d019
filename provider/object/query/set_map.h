/*
 * Where a collection has members: sets of collections are stored by block, so
 * that what an evaluation goes through together lies together. Parts of 16
 * blocks are noted for each collection when it first has members there; they
 * may be empty since. A collection that has a map cannot be deleted.
 */
#pragma once

#include "provider/store/store.h"

/* The blocks of a collection, ascending: SCOPED(store_done) for the statement,
 * whose first column is the set as it is stored. */
struct set_walk {
    int64_t collection;
    int64_t next; /* block */
    int64_t end;  /* of the blocks that are noted, from next on */
};

/* From a block on. */
struct set_walk set_walk_from(int64_t collection, int64_t number);

/* STATUS_END behind the last. */
MUST_CHECK
enum status set_walk_next(struct store *store, struct set_walk *walk,
                          int64_t *number_out, struct store_stmt **stmt_out);

/* Within a change: before a block is stored. */
MUST_CHECK
enum status set_map_note(struct store *store, int64_t collection,
                         int64_t number);

/* Within a change. STATUS_INVALID if it has members. */
MUST_CHECK
enum status set_map_forget(struct store *store, int64_t collection);
