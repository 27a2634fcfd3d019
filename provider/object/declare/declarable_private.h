/*
 * What is declarable, while it is read, shared by its files.
 */
#pragma once

#include "provider/object/declare/declarable.h"
#include "provider/object/declare/declarable_sql.h"
#include "rbac/arena.h"

struct reading {
    struct store *store;
    struct arena *arena;
    struct declarable *declarable;
};

/* Rows of a table, as many as a count said. */
struct rows {
    struct store_stmt *stmt; /* lent: SCOPED(rows_clear) */
    size_t n_room;
    void *items; /* in the arena */
};
void rows_clear(struct rows *rows);

/* key is ?1 of both, where they have one. */
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

MUST_CHECK
enum status declarable_read_collections(struct reading *reading);
MUST_CHECK
enum status declarable_read_admins(struct reading *reading);
