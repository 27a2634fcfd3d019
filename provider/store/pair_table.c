#include "provider/store/pair_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/store/store_private.h"
#include "provider/store/store_schema_sql.h"

enum { COLUMN_OWNER, COLUMN_MEMBER };

/* Constraints that are handed over, in the order of their arguments. */
enum { BY_OWNER = 1, BY_MEMBER = 2, BY_AFTER = 4 };

struct kept_table {
    sqlite3_vtab base; /* first: SQLite casts */
    const struct store_pairs *pairs;
};

struct kept_cursor {
    sqlite3_vtab_cursor base; /* first */
    bool is_one_owner;
    int64_t one_member; /* 0: all */
    int64_t after;      /* members above it */
    int64_t last_owner; /* owners above it are next */
    size_t owner_at;
    size_t member_at;
    bool is_at_end;
    struct pair_page owners;
    struct pair_page members;
};

/* ---- The table ---- */

static int connect_table(sqlite3 *db, void *context, int n,
                         const char *const *args, sqlite3_vtab **table_out,
                         char **why)
{
    const struct store_pairs *pairs = context;
    struct kept_table *made;
    char sql[256];

    (void)n;
    (void)args;
    (void)why;
    snprintf(sql, sizeof(sql), SQL_STORE_PAIR_COLUMNS, pairs->table->owner,
             pairs->table->member, pairs->table->owner, pairs->table->member);
    if (sqlite3_declare_vtab(db, sql) != SQLITE_OK ||
        sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS) != SQLITE_OK)
        return SQLITE_ERROR;
    made = sqlite3_malloc(sizeof(*made));
    if (!made)
        return SQLITE_NOMEM;
    *made = (struct kept_table){.pairs = pairs};
    *table_out = &made->base;
    return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* What each way costs: a pair is one look, a row has few owners, an owner may
 * have many members. */
static void put_cost(sqlite3_index_info *info, int by)
{
    static const double costs[] = {1e9, 2e4, 60, 2, 1e9, 5e3, 60, 2};
    static const int64_t rows[] = {100000000, 10000, 20, 1,
                                   100000000, 5000,  20, 1};

    info->estimatedCost = costs[by];
    info->estimatedRows = rows[by];
    if ((by & (BY_OWNER | BY_MEMBER)) == (BY_OWNER | BY_MEMBER))
        info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
}

static int usable_as(const struct sqlite3_index_constraint *constraint)
{
    const bool is_equal = constraint->op == SQLITE_INDEX_CONSTRAINT_EQ;

    if (!constraint->usable)
        return 0;
    if (constraint->iColumn == COLUMN_OWNER)
        return is_equal ? BY_OWNER : 0;
    if (constraint->iColumn != COLUMN_MEMBER)
        return 0;
    if (is_equal)
        return BY_MEMBER;
    return constraint->op == SQLITE_INDEX_CONSTRAINT_GT ? BY_AFTER : 0;
}

static int choose(sqlite3_vtab *table, sqlite3_index_info *info)
{
    int at[BY_AFTER + 1] = {0};
    int by = 0;
    int n = 0;

    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        const int use = usable_as(&info->aConstraint[i]);

        if (use && !(by & use)) {
            by |= use;
            at[use] = i;
        }
    }
    for (int use = BY_OWNER; use <= BY_AFTER; use <<= 1) {
        if (!(by & use))
            continue;
        info->aConstraintUsage[at[use]].argvIndex = ++n;
        /* Not of a bound: it may be of another type than a number. */
        info->aConstraintUsage[at[use]].omit = use != BY_AFTER;
    }
    info->idxNum = by;
    put_cost(info, by);
    if (by & BY_OWNER && info->nOrderBy == 1 &&
        info->aOrderBy[0].iColumn == COLUMN_MEMBER && !info->aOrderBy[0].desc)
        info->orderByConsumed = 1;
    return SQLITE_OK;
}

/* ---- A cursor ---- */

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor_out)
{
    struct kept_cursor *made = malloc(sizeof(*made));

    (void)table;
    if (!made)
        return SQLITE_NOMEM;
    memset(&made->base, 0, sizeof(made->base));
    made->is_at_end = true;
    *cursor_out = &made->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    free(cursor);
    return SQLITE_OK;
}

static int code_of(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return SQLITE_OK;
    case STATUS_NO_MEMORY:
        return SQLITE_NOMEM;
    case STATUS_LIMIT:
        return SQLITE_INTERRUPT;
    default:
        return SQLITE_ERROR;
    }
}

/* The statement that reads the table goes on as it was. */
struct outer {
    bool is_changing;
    int64_t deadline_ms;
    int64_t try_until_us;
};

static struct outer step_in(const struct store *store)
{
    return (struct outer){store->is_changing, store->deadline_ms,
                          store->try_until_us};
}

static void step_out(struct store *store, struct outer outer)
{
    store->is_changing = outer.is_changing;
    store->deadline_ms = outer.deadline_ms;
    store->try_until_us = outer.try_until_us;
}

/* The next owner; false in is_at_end's favour: there is none. */
static enum status next_owner(struct kept_cursor *cursor,
                              const struct kept_table *kept)
{
    if (++cursor->owner_at < cursor->owners.n)
        return STATUS_OK;
    cursor->owners.n = 0;
    cursor->owner_at = 0;
    if (!cursor->is_one_owner)
        TRY(kept->pairs->table->owners(kept->pairs->context, cursor->one_member,
                                       cursor->last_owner, &cursor->owners));
    if (cursor->owners.n == 0)
        cursor->is_at_end = true;
    else
        cursor->last_owner = cursor->owners.of[cursor->owners.n - 1];
    return STATUS_OK;
}

/* The members of the current owner above the place. */
static enum status read_members(struct kept_cursor *cursor,
                                const struct kept_table *kept, int64_t after)
{
    const int64_t owner = cursor->owners.of[cursor->owner_at];
    bool has = false;

    cursor->member_at = 0;
    cursor->members.n = 0;
    if (!cursor->one_member)
        return kept->pairs->table->members(kept->pairs->context, owner, after,
                                           &cursor->members);
    if (cursor->one_member <= after)
        return STATUS_OK;
    TRY(kept->pairs->table->has(kept->pairs->context, owner, cursor->one_member,
                                &has));
    if (has)
        cursor->members.of[cursor->members.n++] = cursor->one_member;
    return STATUS_OK;
}

/* Goes on with owners until one has members. */
static enum status settle(struct kept_cursor *cursor,
                          const struct kept_table *kept)
{
    while (!cursor->is_at_end && cursor->member_at == cursor->members.n) {
        const bool was_read = cursor->members.n > 0 && !cursor->one_member;

        if (was_read) {
            TRY(read_members(cursor, kept,
                             cursor->members.of[cursor->members.n - 1]));
            if (cursor->members.n > 0)
                return STATUS_OK;
        }
        TRY(next_owner(cursor, kept));
        if (!cursor->is_at_end)
            TRY(read_members(cursor, kept, cursor->after));
    }
    return STATUS_OK;
}

static const struct kept_table *kept_of(const struct kept_cursor *cursor)
{
    return (const struct kept_table *)(const void *)cursor->base.pVtab;
}

static int settle_within(struct kept_cursor *cursor)
{
    const struct kept_table *kept = kept_of(cursor);
    const struct outer outer = step_in(kept->pairs->store);
    const enum status settled = settle(cursor, kept);

    step_out(kept->pairs->store, outer);
    return code_of(settled);
}

static int filter_cursor(sqlite3_vtab_cursor *base, int by, const char *text,
                         int n, sqlite3_value **args)
{
    struct kept_cursor *cursor = (struct kept_cursor *)(void *)base;
    int at = 0;

    (void)text;
    (void)n;
    cursor->owners.n = 0;
    cursor->members.n = 0;
    cursor->member_at = 0;
    cursor->owner_at = SIZE_MAX; /* before the first */
    cursor->last_owner = INT64_MIN;
    cursor->one_member = 0;
    cursor->after = INT64_MIN;
    cursor->is_at_end = kept_of(cursor)->pairs->context == NULL;
    cursor->is_one_owner = by & BY_OWNER;
    if (by & BY_OWNER) {
        cursor->owners.of[cursor->owners.n++] = sqlite3_value_int64(args[at]);
        if (sqlite3_value_type(args[at++]) == SQLITE_NULL)
            cursor->is_at_end = true;
    }
    if (by & BY_MEMBER) {
        cursor->one_member = sqlite3_value_int64(args[at++]);
        if (cursor->one_member <= 0) /* no member is: and 0 would mean all */
            cursor->is_at_end = true;
    }
    if (by & BY_AFTER && sqlite3_value_type(args[at]) == SQLITE_INTEGER)
        cursor->after = sqlite3_value_int64(args[at]);
    return settle_within(cursor);
}

static int next_pair(sqlite3_vtab_cursor *base)
{
    struct kept_cursor *cursor = (struct kept_cursor *)(void *)base;

    cursor->member_at++;
    return settle_within(cursor);
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
    return ((const struct kept_cursor *)(const void *)base)->is_at_end;
}

static int read_column(sqlite3_vtab_cursor *base, sqlite3_context *sql,
                       int column)
{
    const struct kept_cursor *cursor =
        (const struct kept_cursor *)(const void *)base;

    sqlite3_result_int64(sql, column == COLUMN_OWNER
                                  ? cursor->owners.of[cursor->owner_at]
                                  : cursor->members.of[cursor->member_at]);
    return SQLITE_OK;
}

static int read_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *row_out)
{
    (void)base;
    (void)row_out;
    return SQLITE_ERROR; /* the table is declared without */
}

/* ---- Registering ---- */

/* The first statement that names the table declares it, which is no change of
 * the schema but looks like one to the authorizer. */
static enum status declare_table(struct store *store,
                                 const struct pair_table *table)
{
    const bool was_sealed = store->is_sealed;
    char sql[128];
    int code;

    snprintf(sql, sizeof(sql), SQL_STORE_PAIRS, table->name);
    store->is_sealed = false;
    code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    store->is_sealed = was_sealed;
    return store_status(store, code, "declare");
}

static enum status add_table(struct store *store, struct store_pairs *pairs)
{
    /* Without xCreate: it exists by its name alone, in no schema. */
    static const sqlite3_module module = {
        .xConnect = connect_table,
        .xBestIndex = choose,
        .xDisconnect = disconnect_table,
        .xOpen = open_cursor,
        .xClose = close_cursor,
        .xFilter = filter_cursor,
        .xNext = next_pair,
        .xEof = is_at_end,
        .xColumn = read_column,
        .xRowid = read_rowid,
    };

    TRY(store_status(store,
                     sqlite3_create_module_v2(store->db, pairs->table->name,
                                              &module, pairs, NULL),
                     "register"));
    return declare_table(store, pairs->table);
}

enum status pair_table_register(struct store *store,
                                const struct pair_table *table, void *context)
{
    struct store_pairs *pairs = store->pairs;

    while (pairs < store->pairs + store->n_pairs && pairs->table != table)
        pairs++;
    if (pairs == store->pairs + PAIR_TABLES_MAX)
        return STATUS_LIMIT;
    pairs->context = context;
    if (pairs->table == table)
        return STATUS_OK;
    *pairs = (struct store_pairs){table, context, store};
    TRY(add_table(store, pairs));
    store->n_pairs++;
    return STATUS_OK;
}
