/*
 * Which rows of classes the open change has changed, as SQLite makes the change
 * (preupdate hook), until they are written to the log of changes with it; for
 * this room only.
 *
 * A row counts as changed if it comes, goes or gets another version. What was
 * undone is forgotten. A change of so many rows that they cannot be kept is one
 * of which nothing is known.
 */
#pragma once

#include <sqlite3.h>

#include "provider/store/row_runs.h"
#include "provider/store/seal_sum.h"

struct changed_run {
    size_t table; /* of changes.tables */
    struct row_run rows;
};

struct changes {
    char (*tables)[SUM_NAME_BYTES]; /* owned [n_tables], by name: of classes */
    size_t n_tables;
    bool is_known; /* the tables are those of the schema */
    bool has_log;  /* the store has one: it is not of an earlier program */
    struct changed_run *runs; /* owned [n] */
    size_t n;
    size_t n_room;
    size_t fixed; /* runs before this one are not lengthened */
    size_t step_at;
    bool is_too_much; /* not all could be kept */
};

void changes_clear(struct changes *changes);

/* A change begins. */
MUST_CHECK
enum status changes_begin(struct changes *changes, sqlite3 *db);

/* In a preupdate hook. */
void changes_note(struct changes *changes, sqlite3 *db, int operation,
                  const char *table, const struct row_run *before_after);

/* From here on what is noted can be undone apart; and undoes it. */
size_t changes_mark(struct changes *changes);
void changes_undo(struct changes *changes, size_t mark);

/* Puts what was noted into the log, for the commit that follows. */
struct store;
MUST_CHECK
enum status changes_write(struct store *store, struct changes *changes);
