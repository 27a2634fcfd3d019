/*
 * A sealed store: whoever can write the database is no administrator (T78),
 * and what they did, or put back, is found (T83, T93).
 *
 * Every change ends with a checkpoint, signed with a key that is not in the
 * database: over a keyed sum of all rows but the audit's, the schema, the last
 * audit record, and a serial that only grows. The checkpoint stands in the
 * store, in the anchor beside the key, and from time to time in the log. Where
 * the audit starts, once its oldest records were removed, is signed as well.
 *
 * What is found: rows that were added, changed, copied or taken out, tables,
 * views and triggers too; an audit that starts or ends elsewhere; another or an
 * older database; and, while it is open, a database that somebody else writes
 * to or takes away. What is not: a database, anchor and key that were put back
 * together, which only a copy of the log elsewhere tells.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/store/seal_start.h"
#include "provider/store/store.h"

struct seal_place {
    const char *key;    /* of the private key */
    const char *anchor; /* NULL: is not asked (a copy elsewhere) */
};

/* What there is to say of a store. */
struct seal_report {
    struct buf problems;     /* a sentence a line; none: all is well */
    struct seal_line line;   /* serial 0: there is no checkpoint of this key */
    struct seal_start start; /* of the audit; what it claims */
    int64_t broken;          /* the first record that does not fit; 0: none */
    bool has_rows;           /* the rows were added up: needs the private key */
    int64_t n_records;       /* of the audit that were looked at */
};
struct seal_report seal_report_make(void);
void seal_report_clear(struct seal_report *report);

/*
 * Seals a new store as it is, from now on in every change. Makes the key where
 * there is none. STATUS_CONFLICT: there is an anchor, so there was a store.
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
 * As seal_open, but takes the store as it is, whatever the report says, with a
 * serial above all that were seen. The caller records who wanted that.
 */
MUST_CHECK
enum status seal_accept(struct store *store, const struct seal_place *place,
                        struct seal_report *report);

/*
 * Another key from now on: seals the open store with a new one, which takes
 * the old one's place. A stop in between is mended by the next seal_open.
 */
MUST_CHECK
enum status seal_rotate(struct store *store, const struct seal_place *place);

/* A store's own checkpoint, as text. STATUS_NOT_FOUND: it has none. */
MUST_CHECK
enum status seal_read_text(struct store *store, char text_out[SEAL_LINE_BYTES]);

/* The last checkpoint; NULL while the store is not sealed. */
const struct seal_line *seal_last(const struct store *store);

/* Its key, whose public half any thread may look by; NULL: it is not sealed. */
const struct seal_key *seal_key_of(const struct store *store);

/*
 * Looks at the whole audit, its start and its checkpoint, by another connection
 * to a store that is open. key NULL: it is not sealed, so the chain alone.
 */
MUST_CHECK
enum status seal_look_audit(struct store *store, const struct seal_key *key,
                            struct seal_report *report);

/*
 * Reads tables anew and compares them with what this process left there;
 * within a change. STATUS_INVALID: they are other rows, and the store is lost.
 * STATUS_OK where nothing is sealed.
 */
MUST_CHECK
enum status seal_check_tables(struct store *store, const char *const *tables,
                              size_t n_tables);
