/*
 * A sealed store: write access to the database gives no rights (T78), and any
 * foreign change or restore is detected (T83, T93).
 *
 * Every change ends with a checkpoint, signed with a key that is not in the
 * database: over a keyed sum of all rows but the audit's, the schema, the last
 * audit record, and an increasing serial number. The checkpoint is kept in the
 * store, in the anchor beside the key, and from time to time in the log. The
 * start of the audit, once its oldest records were removed, is signed as well.
 *
 * Detected: rows that were added, changed, copied or removed, also tables,
 * views and triggers; an audit that starts or ends elsewhere; another or an
 * older database; and, while it is open, a database that somebody else writes
 * to or removes. Not detected: a database, anchor and key that were put back
 * together, which only a copy of the log elsewhere shows.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/store/seal_start.h"
#include "provider/store/store.h"

struct seal_place {
    const char *key;    /* of the private key */
    const char *anchor; /* NULL: not checked (a copy elsewhere) */
};

/* Findings about a store. */
struct seal_report {
    struct buf problems;     /* a sentence a line; empty: no fault */
    struct seal_line line;   /* serial 0: there is no checkpoint of this key */
    struct seal_start start; /* of the audit, as claimed */
    int64_t broken;          /* the first record that does not fit; 0: none */
    bool has_rows;           /* the rows were compared, with the private key */
    int64_t n_records;       /* of the audit that were checked */
};
struct seal_report seal_report_make(void);
void seal_report_clear(struct seal_report *report);

/*
 * Seals a new store as it is, and from now on in every change. Creates the key
 * if there is none. STATUS_CONFLICT: there is an anchor, so there was a store.
 */
MUST_CHECK
enum status seal_make(struct store *store, const struct seal_place *place);

/*
 * Checks the store and keeps it sealed. STATUS_INVALID: it is not as it was
 * left, and the report says how; nothing is open then.
 */
MUST_CHECK
enum status seal_open(struct store *store, const struct seal_place *place,
                      struct seal_report *report);

/*
 * Before a store is closed that nobody uses any more: leaves a mark beside the
 * database, with which the next seal_open need not read every row unless
 * somebody wrote to it meanwhile. It reads the database once.
 */
void seal_leave(struct store *store);

/*
 * Like seal_open, but accepts the store as it is, whatever the report says,
 * with a serial above all seen, and with the time of the host's clock, even if
 * checkpoints were later. The caller records who ordered that.
 */
MUST_CHECK
enum status seal_accept(struct store *store, const struct seal_place *place,
                        struct seal_report *report);

/*
 * Changes the key: seals the open store with a new one, which replaces the old
 * one. The next seal_open completes an interrupted change.
 */
MUST_CHECK
enum status seal_rotate(struct store *store, const struct seal_place *place);

/* A store's own checkpoint, as text. STATUS_NOT_FOUND: it has none. */
MUST_CHECK
enum status seal_read_text(struct store *store, char text_out[SEAL_LINE_BYTES]);

/* The last checkpoint; NULL while the store is not sealed. */
const struct seal_line *seal_last(const struct store *store);

/* Its key, whose public half any thread may use; NULL: not sealed. */
const struct seal_key *seal_key_of(const struct store *store);

/*
 * Checks the whole audit, its start and its checkpoint, by another connection
 * to an open store. key NULL: not sealed, so only the chain.
 */
MUST_CHECK
enum status seal_look_audit(struct store *store, const struct seal_key *key,
                            struct seal_report *report);

/*
 * Reads tables again and compares them with what this process left there;
 * within a change. STATUS_INVALID: the rows differ, and the store is lost.
 * STATUS_OK if nothing is sealed.
 */
MUST_CHECK
enum status seal_check_tables(struct store *store, const char *const *tables,
                              size_t n_tables);

/* ---- Tables that are followed row by row (seal_rows.c) ---- */

struct seal_followed {
    const char *name;
    bool is_by_row; /* it may be long; its key is the number "row" */
};

/*
 * Like seal_check_tables, for tables that are checked again and again: borrowed
 * from the first time on, when it begins to follow them. Of a long table that
 * is followed by row, the rows that the change has changed are compared, and a
 * part of the others, which goes round; all of them if seal_note_all_read() was
 * called in this change. Whatever a statement changes is compared before.
 */
MUST_CHECK
enum status seal_check_followed(struct store *store,
                                const struct seal_followed *tables,
                                size_t n_tables);

/* Decisions of the open change rest on all rows of the followed tables. */
void seal_note_all_read(struct store *store);

/* ---- What changed in them, for what is built from their rows ---- */

struct seal_row {
    int64_t row;
    uint64_t tick; /* when it was changed */
    unsigned char hash[32];
};

/* The moment of the last change; it increases. 0: it is not known. */
uint64_t seal_tick(const struct store *store);

/* Is it known what has changed since? false: anything may have. */
bool seal_knows_since(const struct store *store, uint64_t tick);

/* Was a table [index of those followed] changed since then, or undone? */
bool seal_has_changed(const struct store *store, size_t table, uint64_t tick);

/* The rows [*n_out] that a table has which is followed by row, by number. */
const struct seal_row *seal_rows(const struct store *store, size_t table,
                                 size_t *n_out);
