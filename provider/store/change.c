/*
 * Transactions, and the numbers kept under a name.
 */
#include <assert.h>
#include <string.h>

#include "provider/base/log.h"
#include "provider/base/memory.h"
#include "provider/base/mutant.h"
#include "provider/store/change_sql.h"
#include "provider/store/seal_private.h"
#include "provider/store/store_private.h"

enum { END_TRIES = 3 };

static enum status run_plain(struct store *store, const char *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    return store_run_always(stmt);
}

enum status store_read_begin(struct store *store)
{
    if (store->is_reading || store->is_writing)
        return STATUS_OK;
    TRY(run_plain(store, SQL_CHANGE_READ));
    store->is_reading = true;
    return STATUS_OK;
}

/* Until no transaction is open; a failure may have ended it already. */
static bool end_transaction(struct store *store, const char *sql)
{
    for (int tries = 0; tries < END_TRIES; tries++)
        if (sqlite3_get_autocommit(store->db) ||
            run_plain(store, sql) == STATUS_OK)
            return true;
    return sqlite3_get_autocommit(store->db);
}

/* One that stays open would be joined by everything that follows. */
static void must_end(struct store *store, const char *sql)
{
    if (end_transaction(store, sql))
        return;
    log_error("store.end doing=%s why=%s", sql, sqlite3_errmsg(store->db));
    memory_end(sql);
}

/* Prepared when the store is opened: memory may be short when they are
 * needed. */
enum status store_prepare_ends(struct store *store)
{
    SCOPED(store_done) struct store_stmt *first = NULL;
    SCOPED(store_done) struct store_stmt *second = NULL;

    TRY(store_prepare(store, SQL_CHANGE_COMMIT, &first));
    return store_prepare(store, SQL_CHANGE_ROLLBACK, &second);
}

void store_read_end(struct store *store)
{
    if (!store->is_reading)
        return;
    store->is_reading = false;
    must_end(store, SQL_CHANGE_COMMIT);
}

bool store_is_busy(const struct store *store)
{
    return store->is_reading || store->is_writing;
}

void store_lose(struct store *store, const char *why)
{
    if (!atomic_exchange(&store->is_lost, true))
        log_error("store.lost why=%s", why);
}

bool store_is_lost(const struct store *store)
{
    return store->is_lost;
}

static enum status check_place(struct store *store)
{
    if (MUTANT("e4-file-unwatched"))
        return STATUS_OK;
    if (!health_is_in_place(&store->health)) {
        store_lose(store, "its file was taken away or replaced");
        return STATUS_UNAVAILABLE;
    }
    if (store->seal->anchor.path && !anchor_is_in_place(&store->seal->anchor)) {
        store_lose(store, "its anchor was taken away or replaced");
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

/* Refuses to begin if somebody else has written, or the file is gone. */
static enum status begin_sealed(struct store *store)
{
    enum status status;

    if (!store->seal)
        return STATUS_OK;
    status = seal_begin(store);
    if (status == STATUS_OK && !store->health.database.path)
        status = health_note(store, &store->health);
    if (status == STATUS_OK)
        status = check_place(store);
    if (status != STATUS_OK)
        store_write_rollback(store);
    return status == STATUS_INVALID ? STATUS_UNAVAILABLE : status;
}

static void note_beginning(struct store *store)
{
    store->n_parts = 0;
    store->is_shaped = false;
    store->n_before = sqlite3_total_changes64(store->db);
}

enum status store_write_begin(struct store *store)
{
    assert(!store->is_writing);
    if (store->mode <= STORE_LOOK || store->is_lost)
        return STATUS_UNAVAILABLE;
    store_read_end(store);
    TRY(run_plain(store, SQL_CHANGE_WRITE));
    store->is_writing = true;
    store->is_torn = false;
    note_beginning(store);
    store->changed = 0;
    return begin_sealed(store);
}

/* What was committed into a removed file is not kept. */
static enum status end_sealed(struct store *store)
{
    if (!store->seal)
        return STATUS_OK;
    if (seal_committed(store) != STATUS_OK) {
        store_lose(store, "the anchor cannot be written");
        return STATUS_UNAVAILABLE;
    }
    return check_place(store);
}

enum status store_write_commit(struct store *store)
{
    enum status outcome;

    assert(store->is_writing && store->n_parts == 0);
    outcome = store->is_torn ? STATUS_UNAVAILABLE : STATUS_OK;
    if (outcome == STATUS_OK && store->seal)
        outcome = seal_prepare_commit(store);
    if (outcome == STATUS_OK)
        outcome = run_plain(store, SQL_CHANGE_COMMIT);
    if (outcome != STATUS_OK) {
        store_write_rollback(store); /* what is not kept did not happen */
        return outcome == STATUS_CONFLICT ? STATUS_CONFLICT
                                          : STATUS_UNAVAILABLE;
    }
    store->is_writing = false;
    return end_sealed(store);
}

void store_write_rollback(struct store *store)
{
    if (!store->is_writing)
        return;
    store->is_writing = false;
    store->n_parts = 0;
    store->stamps.n_undone++;
    /* A full disk may have rolled back already. */
    must_end(store, SQL_CHANGE_ROLLBACK);
    if (store->seal)
        seal_rolled_back(store);
}

void store_must_undo(struct store *store)
{
    must_end(store, SQL_CHANGE_ROLLBACK);
}

/* Bookkeeping, which no object is made of. */
static bool is_bookkeeping(const char *table)
{
    static const char *const names[] = {
        "audit",       "audit_head",     "seal",       "number",
        "used_token",  "shown_evidence", "change_log", "kept_watch",
        "object_lock", "export_mark"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (strcmp(table, names[i]) == 0)
            return true;
    return false;
}

uint64_t store_table_bit(const char *table)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    if (is_bookkeeping(table))
        return 0;
    for (; *table; table++)
        hash = (hash ^ (unsigned char)*table) * UINT64_C(1099511628211);
    return UINT64_C(1) << (hash >> 58);
}

uint64_t store_changed(const struct store *store)
{
    return store->seal ? store->changed : UINT64_MAX;
}

/*
 * Nothing was done before the part: undoing it is undoing the change. A
 * savepoint would copy every page before its first change.
 */
static bool is_beginning(const struct store *store)
{
    return store->n_parts == 0 && !store->is_shaped &&
           sqlite3_total_changes64(store->db) == store->n_before;
}

static bool is_all(const struct store *store)
{
    return store->n_parts == 1 && store->is_whole;
}

enum status store_part_begin(struct store *store)
{
    assert(store->is_writing);
    if (sqlite3_get_autocommit(store->db))
        return STATUS_UNAVAILABLE; /* the change is lost: there is none */
    if (store->n_parts == 0)
        store->is_whole = is_beginning(store);
    if (store->seal)
        TRY(seal_part_begin(store->seal));
    if (store->n_parts > 0 || !store->is_whole)
        TRY(run_plain(store, SQL_CHANGE_PART));
    if (store->seal)
        stamps_part_begin(&store->stamps, (size_t)store->n_parts);
    store->n_parts++;
    return STATUS_OK;
}

enum status store_part_keep(struct store *store)
{
    assert(store->n_parts > 0);
    if (!is_all(store))
        TRY(run_plain(store, SQL_CHANGE_PART_KEEP));
    store->n_parts--;
    if (!store->seal)
        return STATUS_OK;
    stamps_part_keep(&store->stamps, (size_t)store->n_parts);
    seal_part_end(store->seal);
    return STATUS_OK;
}

/* As if it had not begun; nobody else may have written between the two. */
static enum status begin_again(struct store *store)
{
    store->is_torn = true; /* if it does not succeed */
    TRY(run_plain(store, SQL_CHANGE_ROLLBACK));
    TRY(run_plain(store, SQL_CHANGE_WRITE));
    if (store->seal && !seal_is_alone(store))
        return STATUS_UNAVAILABLE;
    store->is_torn = false;
    return STATUS_OK;
}

/* With another schema rows may read otherwise. */
static void note_undone(struct store *store)
{
    if (store->is_shaped)
        store->stamps.n_undone++;
    if (store->seal)
        stamps_part_undo(&store->stamps, (size_t)store->n_parts - 1);
}

enum status store_part_undo(struct store *store)
{
    assert(store->n_parts > 0);
    if (sqlite3_get_autocommit(store->db))
        return STATUS_UNAVAILABLE; /* the whole change is lost */
    note_undone(store);
    if (is_all(store))
        TRY(begin_again(store));
    else
        TRY(run_plain(store, SQL_CHANGE_PART_UNDO));
    if (store->seal)
        seal_part_back(store->seal);
    TRY(store_part_keep(store));
    if (store->n_parts == 0 && store->is_whole)
        note_beginning(store);
    return STATUS_OK;
}

enum status store_number(struct store *store, const char *name,
                         int64_t *value_out)
{
    enum status found;

    *value_out = 0;
    found = store_int_with(store, SQL_NUMBER_FIND,
                           STORE_ARGS(STORE_TEXT(text_of(name))), value_out);
    return found == STATUS_END ? STATUS_OK : found;
}

enum status store_set_number(struct store *store, const char *name,
                             int64_t value)
{
    return store_run_with(
        store, SQL_NUMBER_PUT,
        STORE_ARGS(STORE_TEXT(text_of(name)), STORE_INT(value)));
}
