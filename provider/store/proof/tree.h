/*
 * The B-trees of a table, and how their entries are read: its rows with all
 * that its indexes hold, and each index by itself.
 */
#pragma once

#include "provider/store/proof/entry.h"
#include "provider/store/seal_sum.h"
#include "provider/store/store_private.h"

/* An index. */
struct tree {
    char *name;                 /* owned */
    char *select;               /* owned: its entries, in their order */
    struct entry_shape entries; /* as that selects them */
    struct entry_shape of_row;  /* as the rows' statement does */
    int when_at; /* of the row: is it in the index? -1: every row is */
};

struct tree_table {
    char name[SUM_NAME_BYTES];
    int n_columns; /* the first ones of the rows' statement: those of a row */
    bool has_number;
    char *select;           /* owned: its rows; of has_number: ?1 to ?2 */
    char *own_name;         /* owned; of has_number: NULL */
    struct entry_shape own; /* of has_number: none; what orders its rows */
    struct tree *trees;     /* owned [n_trees] */
    size_t n_trees;
};
void tree_table_clear(struct tree_table *table);

/* STATUS_NOT_FOUND: SQLite itself must check it. The store is not sealed yet,
 * so that it may ask for its schema. */
MUST_CHECK
enum status tree_table_read(struct store *store, const char *name,
                            struct tree_table *table);

/* ---- Their statements (tree_sql.c) ---- */

/* The condition of a partial index, within the text of its schema; empty: it
 * has none. */
struct text tree_condition(struct text schema);

void tree_put_column(struct buf *sql, struct text column);
void tree_put_rows(struct buf *conditions, const struct tree_table *table,
                   struct buf *sql);
void tree_put_entries(struct buf *columns, const struct tree_table *table,
                      const char *tree, struct text condition, struct buf *sql);

/* Does SQLite read what the statement selects this way, and no other? NULL: as
 * the table stands. */
MUST_CHECK
enum status tree_has_way(sqlite3 *db, const char *select, const char *way,
                         bool *has_out);
