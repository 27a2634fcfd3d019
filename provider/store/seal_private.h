/*
 * How a sealed store follows its changes; for this room only.
 */
#pragma once

#include "provider/store/anchor.h"
#include "provider/store/changes.h"
#include "provider/store/row_ledger.h"
#include "provider/store/seal.h"
#include "provider/store/seal_sum.h"

enum { PARTS_MAX = 64 };

/* The last numbers that were given to rows, as of the last change. */
struct seal_numbers {
    int64_t n; /* tables */
    int64_t sum;
    bool is_known;
};

struct seal {
    struct seal_key *key; /* owned */
    struct sum_hasher hasher;
    struct anchor anchor;
    struct sums now;       /* of the open change */
    struct sums committed; /* of the last one */
    struct sums before;    /* of tables that the statement has changed */
    bool is_step;          /* a statement runs that may fail */
    struct sums *parts;    /* owned [n_parts]: changed since each savepoint */
    size_t n_parts;
    size_t n_parts_room;
    size_t part_at[PARTS_MAX]; /* where each began in the ledger */
    struct row_ledger ledger;
    struct changes changes;
    size_t changes_at[PARTS_MAX]; /* where each part began in the changes */
    unsigned char schema[SUM_HASH_BYTES];
    struct seal_numbers numbers;
    bool is_attached;
    bool is_schema_new;
    bool is_bad; /* a change could not be followed: it must not be committed */
    struct seal_line line;
    char text[SEAL_LINE_BYTES];
    struct seal_line next; /* of the change being committed */
    char next_text[SEAL_LINE_BYTES];
    bool has_next;
    struct seal_start start; /* of the audit */
    char start_text[SEAL_LINE_BYTES];
    struct seal_start next_start; /* of the open change */
    char next_start_text[SEAL_LINE_BYTES];
    int64_t n_changes; /* of the connection when the change began */
    unsigned data_version;
    int64_t logged;    /* serial of the last one logged */
    int64_t logged_ms; /* when */
};

/* With a key of either half, which it takes over; not attached. */
MUST_CHECK
enum status seal_new(struct seal_key *key, struct seal **seal_out);
void seal_free(struct seal *seal);
DEFINE_DROP(seal)

/* What to check besides the checkpoint and the audit's end. */
enum {
    SEAL_LOOK_ROWS = 1,        /* needs the private key */
    SEAL_LOOK_ALL_RECORDS = 2, /* otherwise the audit's last ones */
    SEAL_LOOK_ADDED = 4,      /* sums and schema are filled already */
};

/* Appends faults; fills seal with the store's line and sums. */
MUST_CHECK
enum status seal_look(struct store *store, struct seal *seal, unsigned how,
                      struct seal_report *report);

/* Begins to follow the changes of the store's connection. Takes it over. */
void seal_attach(struct store *store, struct seal *seal);

/* As in the store; "" for none. */
MUST_CHECK
enum status seal_read_start_text(struct store *store,
                                 char text_out[SEAL_LINE_BYTES]);

/* The audit starts there, once the open change is committed. Signs it, except
 * for id 0: with record 1. */
MUST_CHECK
enum status seal_set_start(struct store *store, struct seal_start start);

/* A checkpoint of the attached store, on top of its line. */
MUST_CHECK
enum status seal_write(struct store *store);

/* Finishes or discards an interrupted rotation. */
MUST_CHECK
enum status seal_settle(struct store *store, const struct seal_place *place);

/* ---- Called around every change of a sealed store ---- */

/* STATUS_INVALID: somebody else has written to it. */
MUST_CHECK
enum status seal_begin(struct store *store);
/* Has nobody else written to it since the last change? */
bool seal_is_alone(struct store *store);
/* The checkpoint, if anything was changed. */
MUST_CHECK
enum status seal_prepare_commit(struct store *store);
/* STATUS_UNAVAILABLE: the anchor cannot be written. */
MUST_CHECK
enum status seal_committed(struct store *store);
void seal_rolled_back(struct store *store);

MUST_CHECK
enum status seal_part_begin(struct seal *seal);
void seal_part_back(struct seal *seal); /* as it began */
void seal_part_end(struct seal *seal);

void seal_step_begin(struct seal *seal);
void seal_step_end(struct seal *seal, bool has_failed);
