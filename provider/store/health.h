/*
 * Is the database intact, and still where it was opened? For this room only.
 */
#pragma once

#include <sqlite3.h>

#include "provider/base/buf.h"
#include "provider/store/store.h"

/* The file that a name stood for. */
struct health_file {
    char *path; /* owned; NULL: not watched */
    uint64_t device;
    uint64_t inode;
};

/* The database and its write-ahead log, which must exist. */
struct health {
    struct health_file database;
    struct health_file log;
};

/*
 * SQLite's own checks. Each appends faults, a sentence a line.
 *
 * How the pages hang together: each in one place, or free, its cells in order
 * of their numbers. However long it takes.
 */
MUST_CHECK
enum status health_check_structure(struct store *store, struct buf *problems);

/* A table with its indexes; not is_whole: for a tenth of a second. */
MUST_CHECK
enum status health_check_table(struct store *store, const char *table,
                               bool is_whole, struct buf *problems);

/* Everything, however long it takes. */
MUST_CHECK
enum status health_check_all(struct store *store, struct buf *problems);

/* Remembers the files of an open store, within its first change. */
MUST_CHECK
enum status health_note(struct store *store, struct health *health);

/* Do the names still stand for the same files? */
bool health_is_in_place(const struct health *health);
void health_clear(struct health *health);
