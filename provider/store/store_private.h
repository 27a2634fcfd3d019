/*
 * The inside of a store, for this room only.
 */
#pragma once

#include <sqlite3.h>
#include <stdatomic.h>

#include "provider/store/bytes_function.h"
#include "provider/store/health.h"
#include "provider/store/overlay.h"
#include "provider/store/stamp.h"
#include "provider/store/store.h"

enum {
    STATEMENTS_MAX = 1024, /* kept by constant, half of them used */
    TEXTS_MAX = 64,        /* kept by text */
    FUNCTIONS_MAX = 12,
    PAIR_TABLES_MAX = 2,
    KEPT_MAX = 4,
    BOOT_ID_BYTES = 36,
};

struct store_stmt {
    struct store *store;
    sqlite3_stmt *handle;
    const char *constant; /* the key, or NULL */
    struct text text;     /* owned; the key when made from a text */
    bool is_lent;
    bool is_kept;   /* stays prepared after store_done() */
    bool is_bad;    /* a bind failed: will not run */
    int64_t used;   /* when last lent, for dropping texts */
    uint64_t reads; /* bits of the tables; 0: not known, or not tables alone */
};

/* A path for store_open: SQLite keeps it in a file without a name. */
#define STORE_TEMPORARY ""

struct store_entry {
    char name[32];
    store_function function; /* NULL: no */
    store_bytes_function bytes;
    void *context;
    struct store *store; /* owner */
};

/* A table that is computed (pair_table.h). */
struct store_pairs {
    const struct pair_table *table;
    void *context; /* NULL: it is empty */
    struct store *store;
};

struct seal;

struct store {
    sqlite3 *db;
    enum store_mode mode;
    bool is_reading;
    bool is_writing;
    bool is_sealed;  /* the authorizer refuses what only the setup needed */
    int n_parts;     /* open */
    bool is_whole;   /* the outermost part is all of the change: no savepoint */
    int64_t version; /* of its tables; more than the sealed: store_upgrade */
    bool is_shaped;  /* the change has changed the schema */
    int64_t n_before; /* sqlite3_total_changes64() where it began */
    int64_t n_lent;   /* a clock for store_stmt.used */
    int64_t deadline_ms;
    int64_t bound_ms;     /* 0: STORE_STATEMENT_MAX_MS */
    bool is_trying;       /* store_try(): reaching it spends nothing */
    int64_t try_until_us; /* of CPU of this thread, if it is trying */
    struct store_allowance allowance;
    int64_t until_us; /* of this thread's CPU time; 0: no allowance */
    bool is_changing; /* the running statement is not a read */
    bool is_spent;
    bool is_private; /* a copy: losing a change loses nobody else's work */
    bool is_torn;    /* the change is incomplete: must not be kept */
    char boot_id[BOOT_ID_BYTES + 1];
    struct seal *seal;    /* owned; NULL: it is not sealed */
    struct stamps stamps; /* since it was opened; of one that is sealed */
    uint64_t reads;       /* of the statement that is being prepared */
    bool reads_more;
    uint64_t changed; /* tables of the change, by their bits; kept after it */
    struct health health; /* of the files, once it is sealed */
    atomic_bool is_lost;  /* nothing more is accepted: see store_is_lost() */
    struct store_stmt *constants[STATEMENTS_MAX]; /* open addressing */
    size_t n_constants;
    struct store_stmt *texts[TEXTS_MAX];
    struct store_entry functions[FUNCTIONS_MAX];
    size_t n_functions;
    struct store_pairs pairs[PAIR_TABLES_MAX];
    size_t n_pairs;
    struct {
        void *thing;
        void (*drop)(void *thing);
    } kept[KEPT_MAX]; /* store_keep() */
    size_t n_kept;
    struct overlay
        *overlay;         /* owned, of a copy; NULL: it has pages of its own */
    bool is_function_cut; /* the running statement was told to end */
};

/* A store over a view of another, which it takes. */
MUST_CHECK
enum status store_open_over(struct page_view *view, struct store **store_out);

/* The status for a result code of SQLite; logs unusual ones. */
enum status store_status(struct store *store, int code, const char *doing);

/* Is the caller's allowance used up, or the caller gone? Notes it. */
bool store_look(struct store *store);

/* Like store_run, regardless of the caller's allowance: for transactions. */
MUST_CHECK
enum status store_run_always(struct store_stmt *stmt);

/* Logs why, once; every change from now on is refused. */
void store_lose(struct store *store, const char *why);

/* No limit applies between the two: the store's own work. */
struct store_bounds {
    int64_t deadline_ms;
    int64_t until_us;
    bool is_spent;
};
struct store_bounds store_lift_bounds(struct store *store);
void store_put_bounds(struct store *store, struct store_bounds bounds);

/* Drops every kept statement; none may be lent. */
void store_drop_statements(struct store *store);

/* So that a transaction can be ended without memory. */
MUST_CHECK
enum status store_prepare_ends(struct store *store);

/* Takes back what was done in the open reading or change, whose end will find
 * nothing more to do; ends the process if that cannot be. */
void store_must_undo(struct store *store);

/* The tables of this room, brought up to date. */
MUST_CHECK
enum status store_migrate(struct store *store);
