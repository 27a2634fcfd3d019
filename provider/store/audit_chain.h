/*
 * The audit's chain: each record holds the SHA-256 of its canonical bytes and
 * of the record before it.
 *
 * It begins with record 1, or behind the last record that was removed, which
 * only a signed start may say (seal_start.h).
 */
#pragma once

#include "provider/store/store.h"

enum { AUDIT_HASH_BYTES = 65 }; /* in hexadecimal, with its NUL */

/* Behind which record the chain begins, and that one's hash. */
struct audit_start {
    int64_t id; /* 0: it begins with record 1; the hash is not looked at */
    char hash[AUDIT_HASH_BYTES];
};

/*
 * Walks the chain inside the caller's read transaction, the last so many
 * records of it (INT64_MAX: all). start NULL: from record 1. n_out: records
 * that fit; broken_out: id of the first that does not, 0 when all is well. A
 * tail that was cut off is found by the head, unless that was set back with it:
 * export the head (audit_head) to somewhere else to find that too.
 */
MUST_CHECK
enum status audit_verify(struct store *store, const struct audit_start *start,
                         int64_t n_last, int64_t *n_out, int64_t *broken_out);

/* Of a record by id; zeros for one that is not there. */
MUST_CHECK
enum status audit_hash_at(struct store *store, int64_t id,
                          char hash_out[AUDIT_HASH_BYTES]);

/* The last id and its hash, for keeping elsewhere. */
MUST_CHECK
enum status audit_head(struct store *store, int64_t *id_out,
                       char hash_out[AUDIT_HASH_BYTES]);

/* The first record that is there, and its time. STATUS_NOT_FOUND: none is. */
MUST_CHECK
enum status audit_first(struct store *store, int64_t *id_out,
                        int64_t *wall_ms_out);

/* When a record was written. STATUS_NOT_FOUND: it is not there. */
MUST_CHECK
enum status audit_time_at(struct store *store, int64_t id,
                          int64_t *wall_ms_out);

/* Which records may go, from the beginning. */
struct audit_removal {
    int64_t before_ms; /* older than this */
    int64_t last;      /* up to this id at most */
    int64_t n_max;
};

/*
 * Removes records behind the start, within a change, and moves the start on.
 * One that does not fit the chain stays, with all behind it: to remove it would
 * hide who changed it. broken_out is its id, or 0. Ends at the first record
 * that is not old enough.
 */
MUST_CHECK
enum status audit_remove(struct store *store,
                         const struct audit_removal *removal,
                         struct audit_start *start, int64_t *n_out,
                         int64_t *broken_out);

/* ---- Inside this room ---- */

/* Without a look at them. */
MUST_CHECK
enum status audit_delete_up_to(struct store *store, int64_t id);

/* One order of the columns, for audit.sql, the chain and the reply. */
enum audit_column {
    COLUMN_ID,
    COLUMN_WALL,
    COLUMN_MONO,
    COLUMN_BOOT,
    COLUMN_EVENT,
    COLUMN_USER,
    COLUMN_METHOD,
    COLUMN_LEVEL,
    COLUMN_PEER,
    COLUMN_SESSION,
    COLUMN_CLASS,
    COLUMN_KEY,
    COLUMN_OPERATION,
    COLUMN_OUTCOME,
    COLUMN_REASON,
    COLUMN_GRANT,
    COLUMN_DETAIL,
    COLUMN_MESSAGE,
    N_COLUMNS,
    COLUMN_HASH = N_COLUMNS,
};

/* One record, in the order of the columns. */
struct audit_entry {
    int64_t numbers[N_COLUMNS];
    struct text texts[N_COLUMNS];
};

/* The next record of the chain: its id is filled in. */
MUST_CHECK
enum status audit_chain_append(struct store *store, struct audit_entry *entry);
