/*
 * Is the database whole, and still where it was opened? Inside this room.
 */
#pragma once

#include <sqlite3.h>

#include "provider/base/buf.h"
#include "provider/store/store.h"

/* Which file a name stood for. */
struct health_file {
    char *path; /* owned; NULL: is not watched */
    uint64_t device;
    uint64_t inode;
};

/* The database and its log of changes, which must be there. */
struct health {
    struct health_file database;
    struct health_file log;
};

/*
 * SQLite's own checks of rows, indexes and pages. Tables of the seal are looked
 * at to the end; the audit, which has no index, and the rest of the file for
 * about a second. Appends what is wrong, a sentence a line.
 */
MUST_CHECK
enum status health_check_pages(struct store *store, struct buf *problems);

/* The same of all of it, however long that takes. */
MUST_CHECK
enum status health_check_all(struct store *store, struct buf *problems);

/* Remembers the files of an open store, within its first change. */
MUST_CHECK
enum status health_note(struct store *store, struct health *health);

/* Do the names stand for the same files? */
bool health_is_in_place(const struct health *health);
void health_clear(struct health *health);
