/*
 * Compares rows of followed tables with what this process left there.
 */
#include <stdio.h>

#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/store/seal_private.h"
#include "provider/store/seal_sql.h"
#include "provider/store/store_private.h"

enum {
    SHORT_ROWS = 256,   /* a table of so many is compared as a whole */
    WALK_ROWS = 64,     /* of a longer one at each change */
    CHANGED_MAX = 1024, /* of more, the table is compared */
    RANGE_SQL_BYTES = SUM_NAME_BYTES + 96,
};

/* ---- A table as a whole ---- */

static enum status find_bent(struct store *store, const char *table)
{
    log_error("store.bent table=%s why=%s", table,
              "its rows are not those that the provider left there");
    store_lose(store, "rows were changed by another program");
    return STATUS_INVALID;
}

static enum status check_table(struct store *store, const char *table)
{
    struct seal *seal = store->seal;

    seal->before.n = 0;
    TRY(sums_scan_table(&seal->before, &seal->hasher, store->db, table));
    return sums_has(&seal->now, &seal->before.items[0])
               ? STATUS_OK
               : find_bent(store, table);
}

static bool may_check(const struct store *store)
{
    return store->seal && !MUTANT("a7-rows-unsealed");
}

enum status seal_check_tables(struct store *store, const char *const *tables,
                              size_t n_tables)
{
    struct store_bounds bounds;
    enum status status = STATUS_OK;

    if (!may_check(store))
        return STATUS_OK;
    bounds = store_lift_bounds(store);
    for (size_t i = 0; i < n_tables && status == STATUS_OK; i++)
        status = check_table(store, tables[i]);
    store_put_bounds(store, bounds);
    return status;
}

/* ---- Some rows of one ---- */

static void stmt_drop(sqlite3_stmt **stmt)
{
    sqlite3_finalize(*stmt);
}

struct range {
    size_t table;
    int64_t after;
    int64_t until; /* included */
};

static enum status select_range(struct store *store, const char *table,
                                const struct range *range,
                                sqlite3_stmt **stmt_out)
{
    char sql[RANGE_SQL_BYTES];

    snprintf(sql, sizeof(sql), SQL_SUM_RANGE, table);
    if (sqlite3_prepare_v2(store->db, sql, -1, stmt_out, NULL) != SQLITE_OK)
        return STATUS_UNAVAILABLE;
    sqlite3_bind_int64(*stmt_out, 1, range->after);
    sqlite3_bind_int64(*stmt_out, 2, range->until);
    return STATUS_OK;
}

/* The row that the statement has reached, if it is one of the range. */
static enum status take_row(struct store *store, const char *table,
                            sqlite3_stmt *stmt, struct seal_row *row_out)
{
    const int code = sqlite3_step(stmt);

    if (code == SQLITE_DONE)
        return STATUS_END;
    if (code != SQLITE_ROW)
        return code == SQLITE_NOMEM ? STATUS_NO_MEMORY : STATUS_UNAVAILABLE;
    row_out->row = sqlite3_column_int64(stmt, 0);
    return sum_hash_row(&store->seal->hasher, table, stmt, row_out->hash);
}

/* Are the rows of the range those of the ledger, and no others? */
static enum status check_range(struct store *store, const struct range *range)
{
    const struct row_ledger *ledger = &store->seal->ledger;
    const char *table = ledger->followed[range->table].name;
    const struct seal_row *left =
        ledger_behind(ledger, range->table, range->after);
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    struct seal_row row = {0};
    enum status found;

    TRY(select_range(store, table, range, &stmt));
    while ((found = take_row(store, table, stmt, &row)) == STATUS_OK) {
        if (!left || left->row != row.row ||
            memcmp(left->hash, row.hash, sizeof(row.hash)) != 0)
            return find_bent(store, table);
        left = ledger_behind(ledger, range->table, row.row);
    }
    if (found != STATUS_END)
        return found;
    return left && left->row <= range->until ? find_bent(store, table)
                                             : STATUS_OK;
}

static bool is_changed(const struct row_ledger *ledger,
                       const struct ledger_table *in, size_t i)
{
    return i < in->n && in->of[i].tick > ledger->checked;
}

/* Rows that were changed since the last time, neighbours together; done_out:
 * not too many. */
static enum status check_changed(struct store *store, size_t table,
                                 bool *done_out)
{
    const struct row_ledger *ledger = &store->seal->ledger;
    const struct ledger_table *in = &ledger->tables[table];
    size_t n = 0;

    for (size_t i = 0; i < in->n; i++)
        n += is_changed(ledger, in, i);
    *done_out = n <= CHANGED_MAX;
    for (size_t i = 0; n > 0 && i < in->n && *done_out; i++) {
        struct range range = {table, in->of[i].row - 1, 0};

        if (!is_changed(ledger, in, i))
            continue;
        while (is_changed(ledger, in, i + 1))
            i++;
        range.until = in->of[i].row;
        TRY(check_range(store, &range));
    }
    return STATUS_OK;
}

/* The next rows of the walk, which begins again behind the last. */
static enum status check_more(struct store *store, size_t table)
{
    struct ledger_table *in = &store->seal->ledger.tables[table];
    struct range range = {table, in->looked_at, INT64_MAX};
    const struct seal_row *next =
        ledger_behind(&store->seal->ledger, table, in->looked_at);

    if (next && in->of + in->n - next > WALK_ROWS)
        range.until = next[WALK_ROWS - 1].row;
    TRY(check_range(store, &range));
    in->looked_at = range.until == INT64_MAX ? INT64_MIN : range.until;
    return STATUS_OK;
}

static enum status check_part(struct store *store, size_t table)
{
    const struct row_ledger *ledger = &store->seal->ledger;
    bool is_done = false;

    if (ledger->followed[table].is_by_row &&
        ledger->tables[table].n > SHORT_ROWS) {
        TRY(check_changed(store, table, &is_done));
        if (is_done && MUTANT("l11-others-unread"))
            return STATUS_OK;
        if (is_done)
            return check_more(store, table);
    }
    return check_table(store, ledger->followed[table].name);
}

/* ---- All that is followed ---- */

/* The rows of a table, each noted, and all compared. */
static enum status fill_table(struct store *store, size_t table)
{
    struct seal *seal = store->seal;
    const char *name = seal->ledger.followed[table].name;
    const struct range all = {table, INT64_MIN, INT64_MAX};
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    struct seal_row row = {.tick = seal->ledger.tick};
    struct sum sum = {0};
    enum status found;

    snprintf(sum.table, sizeof(sum.table), "%s", name);
    seal->ledger.tables[table].looked_at = INT64_MIN;
    TRY(select_range(store, name, &all, &stmt));
    while ((found = take_row(store, name, stmt, &row)) == STATUS_OK) {
        sum_add(&sum, row.hash);
        TRY(ledger_add(&seal->ledger, table, &row));
    }
    if (found != STATUS_END)
        return found;
    return sums_has(&seal->now, &sum) ? STATUS_OK : find_bent(store, name);
}

static enum status begin_to_follow(struct store *store,
                                   const struct seal_followed *tables,
                                   size_t n_tables)
{
    struct row_ledger *ledger = &store->seal->ledger;

    ledger_start(ledger, tables, n_tables);
    for (size_t i = 0; i < n_tables; i++) {
        const enum status status = tables[i].is_by_row
                                       ? fill_table(store, i)
                                       : check_table(store, tables[i].name);

        if (status != STATUS_OK) {
            ledger_clear(ledger);
            return status;
        }
    }
    return STATUS_OK;
}

static enum status check_followed(struct store *store,
                                  const struct seal_followed *tables,
                                  size_t n_tables)
{
    struct row_ledger *ledger = &store->seal->ledger;

    if (ledger->is_bent)
        return find_bent(store, "(followed by row)");
    if (ledger->followed != tables || store->seal->is_schema_new)
        return begin_to_follow(store, tables, n_tables);
    for (size_t i = 0; i < n_tables; i++)
        TRY(ledger->is_all_read ? check_table(store, tables[i].name)
                                : check_part(store, i));
    ledger->checked = ledger->tick;
    return STATUS_OK;
}

enum status seal_check_followed(struct store *store,
                                const struct seal_followed *tables,
                                size_t n_tables)
{
    struct store_bounds bounds;
    enum status status;

    if (!may_check(store))
        return STATUS_OK;
    bounds = store_lift_bounds(store);
    status = check_followed(store, tables, n_tables);
    store_put_bounds(store, bounds);
    return status;
}

void seal_note_all_read(struct store *store)
{
    if (store->seal)
        store->seal->ledger.is_all_read = true;
}

/* ---- What has changed ---- */

static const struct row_ledger *ledger_of(const struct store *store)
{
    return store->seal && store->is_writing ? &store->seal->ledger : NULL;
}

uint64_t seal_tick(const struct store *store)
{
    const struct row_ledger *ledger = ledger_of(store);

    return ledger ? ledger->tick : 0;
}

bool seal_knows_since(const struct store *store, uint64_t tick)
{
    const struct row_ledger *ledger = ledger_of(store);

    return ledger && ledger->n_tables > 0 && tick >= ledger->began;
}

bool seal_has_changed(const struct store *store, size_t table, uint64_t tick)
{
    return store->seal->ledger.tables[table].tick > tick;
}

const struct seal_row *seal_rows(const struct store *store, size_t table,
                                 size_t *n_out)
{
    *n_out = store->seal->ledger.tables[table].n;
    return store->seal->ledger.tables[table].of;
}
