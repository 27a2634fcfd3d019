/*
 * The collections that a caller may read, in the order of their keys: what
 * holds the rows of a class of members (is_held).
 *
 * Members of all collections are in the order of (CollectionID, ResourceID), as
 * their keys are written, and a page goes through one collection after the
 * other. So it reads what it answers and not what comes before it, and nothing
 * of collections that are hidden.
 */
#pragma once

#include "provider/object/query/visible.h"

/* Where a page ended. */
struct held_place {
    struct text collection; /* CollectionID; "": before the first */
    int64_t resource;
};

/* "CollectionID.ResourceID". False: it is no such key. */
bool held_place_read(struct text key, struct held_place *place_out);

struct held_walk {
    struct store_stmt *stmt; /* owned */
    struct held_place from;
    bool is_descending;

    /* The collection that it stands on, and its members after which the page
     * goes on; before which, where it goes down. */
    int64_t collection;
    int64_t after;
};
void held_walk_clear(struct held_walk *walk);

/* From the place on, with its collection. Within sight_begin(); the place is
 * borrowed. */
MUST_CHECK
enum status held_walk_begin(struct store *store, struct held_place from,
                            bool is_descending, struct held_walk *walk_out);

/* STATUS_END: there are no more. */
MUST_CHECK
enum status held_walk_next(struct held_walk *walk);
