/*
 * The inside of an inventory being read, shared by its files.
 */
#pragma once

#include "provider/object/declare/inventory.h"
#include "rbac/arena.h"

struct reading {
    struct store *store;
    struct arena *arena;
    struct inventory *inventory;
};

/* Rows of a table, as many as a count said. */
struct rows {
    struct store_stmt *stmt; /* lent: SCOPED(rows_clear) */
    size_t n_room;
    void *items; /* in the arena */
};
void rows_clear(struct rows *rows);

/* key is bound to ?1 of both; of a whole table "?1 = 0" is true for 0. */
MUST_CHECK
enum status rows_begin(struct reading *reading, const char *count_sql,
                       const char *sql, int64_t key, size_t size,
                       struct rows *rows_out);

/* *n counts the rows that were read; STATUS_END after the last. */
MUST_CHECK
enum status rows_next(struct rows *rows, size_t *n);

/* STATUS_OK where that was STATUS_END. */
MUST_CHECK
enum status rows_end(enum status found);

/* A column's text, kept; NULL where it is null. */
MUST_CHECK
enum status rows_text(struct reading *reading, struct rows *rows, int column,
                      const char **text_out);

/* A column's "site.yaml:12". */
MUST_CHECK
enum status rows_place(struct reading *reading, struct rows *rows, int column,
                       struct policy_place *place_out);

/* The same of what the console may have made, whose key stands in the next
 * column. */
MUST_CHECK
enum status rows_origin(struct reading *reading, struct rows *rows, int column,
                        struct policy_place *place_out,
                        struct policy_origin *origin_out);

/* A list of names that belong to a row. */
MUST_CHECK
enum status rows_names(struct reading *reading, const char *count_sql,
                       const char *sql, int64_t key,
                       const char *const **names_out, size_t *n_out);

/* How others refer to the collection c. */
#define COLLECTION_CALLED                                                      \
    "CASE WHEN EXISTS (SELECT 1 FROM collection o WHERE"                       \
    " (o.Name = c.Name OR o.CollectionID = c.Name) AND o.row <> c.row)"        \
    " THEN c.CollectionID ELSE c.Name END"

MUST_CHECK
enum status inventory_read_collections(struct reading *reading);
MUST_CHECK
enum status inventory_read_admins(struct reading *reading);
