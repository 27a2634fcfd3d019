/*
 * The audit's chain: each record has the SHA-256 of its canonical bytes and of
 * the record before it.
 *
 * It begins with record 1, or after the last record that was removed, as
 * declared by a signed start (seal_start.h).
 */
#pragma once

#include "provider/store/store.h"

enum { AUDIT_HASH_BYTES = 65 }; /* in hexadecimal, NUL-terminated */

/* The record after which the chain begins, and its hash. */
struct audit_start {
    int64_t id; /* 0: it begins with record 1; the hash is ignored */
    char hash[AUDIT_HASH_BYTES];
};

/*
 * Walks the chain inside the caller's read transaction, the last limit records
 * of it (INT64_MAX: all). start NULL: from record 1. n_out: records that fit;
 * broken_out: id of the first that does not, 0 if all are well. A truncated end
 * is detected by the head, unless that was set back with it: keep the head
 * (audit_head) elsewhere to detect that too.
 */
MUST_CHECK
enum status audit_verify(struct store *store, const struct audit_start *start,
                         int64_t n_last, int64_t *n_out, int64_t *broken_out);

/* Of a record by id; zeros if there is none. */
MUST_CHECK
enum status audit_hash_at(struct store *store, int64_t id,
                          char hash_out[AUDIT_HASH_BYTES]);

/* The last id and its hash, for keeping elsewhere. */
MUST_CHECK
enum status audit_head(struct store *store, int64_t *id_out,
                       char hash_out[AUDIT_HASH_BYTES]);

/* The first record present, and its time. STATUS_NOT_FOUND: there is none. */
MUST_CHECK
enum status audit_first(struct store *store, int64_t *id_out,
                        int64_t *wall_ms_out);

/* When a record was written. STATUS_NOT_FOUND: there is none. */
MUST_CHECK
enum status audit_time_at(struct store *store, int64_t id,
                          int64_t *wall_ms_out);

/* Which records may be removed, from the beginning. */
struct audit_removal {
    int64_t before_ms; /* older than this */
    int64_t last;      /* up to this id at most */
    int64_t n_max;
};

/*
 * Removes records after the start, within a change, and moves the start on. A
 * record that does not fit the chain is kept, with all that follow it: removing
 * it would hide who changed it. broken_out is its id, or 0. Ends at the first
 * record that is not old enough.
 */
MUST_CHECK
enum status audit_remove(struct store *store,
                         const struct audit_removal *removal,
                         struct audit_start *start, int64_t *n_out,
                         int64_t *broken_out);

/* ---- Inside this room ---- */

/* Without checking them. */
MUST_CHECK
enum status audit_delete_up_to(struct store *store, int64_t id);

/* The order of the columns, for audit.sql, the chain and the reply. */
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
    COLUMN_REQUEST, /* from here on: added to the first version */
    COLUMN_TRACE,
    COLUMN_SPAN,
    N_COLUMNS,
    N_FIRST_COLUMNS = COLUMN_REQUEST,
    COLUMN_HASH = N_COLUMNS,
};

/* Is it one of the numbers of an entry? Else one of its texts. */
bool audit_column_is_number(int column);

/* One record, in the order of the columns. */
struct audit_entry {
    int64_t numbers[N_COLUMNS];
    struct text texts[N_COLUMNS];
};

/* The records behind an id, at most n_max (-1: all), and the one that a step
 * has found; its texts are the statement's. */
MUST_CHECK
enum status audit_select_after(struct store *store, int64_t after,
                               int64_t n_max, struct store_stmt **stmt_out);
void audit_entry_read(struct store_stmt *stmt, struct audit_entry *entry);

enum { AUDIT_SUM_BYTES = 32 };

/* The hash of an entry that follows the one with the hash before. */
MUST_CHECK
enum status audit_entry_sum(const unsigned char before[AUDIT_SUM_BYTES],
                            const struct audit_entry *entry,
                            unsigned char hash_out[AUDIT_SUM_BYTES]);

/* In hexadecimal; reading gives zeros for anything that is none. */
void audit_sum_write(const unsigned char hash[AUDIT_SUM_BYTES],
                     char hash_out[AUDIT_HASH_BYTES]);
void audit_sum_read(const char hash[AUDIT_HASH_BYTES],
                    unsigned char hash_out[AUDIT_SUM_BYTES]);

/* The next record of the chain: fills in its id. */
MUST_CHECK
enum status audit_chain_append(struct store *store, struct audit_entry *entry);
