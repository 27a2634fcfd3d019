/*
 * Statements: prepared once, lent, and kept for reuse.
 *
 * A statement written in the code is kept by the address of its text, so
 * finding it again costs no comparison. One made from class descriptions is
 * kept by its text; of those the least recently used is dropped when there are
 * too many.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/store/seal_private.h"
#include "provider/store/store_private.h"

static void stmt_free(struct store_stmt *stmt)
{
    if (!stmt)
        return;
    sqlite3_finalize(stmt->handle);
    free((char *)(uintptr_t)stmt->text.data);
    free(stmt);
}

static void stmt_drop(struct store_stmt **stmt)
{
    stmt_free(*stmt);
}

void store_drop_statements(struct store *store)
{
    for (size_t i = 0; i < STATEMENTS_MAX; i++) {
        stmt_free(store->constants[i]);
        store->constants[i] = NULL;
    }
    store->n_constants = 0;
    for (size_t i = 0; i < TEXTS_MAX; i++) {
        stmt_free(store->texts[i]);
        store->texts[i] = NULL;
    }
}

/* It is SQL, but of more parts within each other than SQLite takes. */
static bool is_too_deep(struct store *store)
{
    static const char *const whys[] = {"parser stack overflow",
                                       "Expression tree is too large"};
    const char *why = sqlite3_errmsg(store->db);

    for (size_t i = 0; i < ARRAY_SIZE(whys); i++)
        if (strncmp(why, whys[i], strlen(whys[i])) == 0)
            return true;
    return false;
}

static enum status make_stmt(struct store *store, struct text sql,
                             struct store_stmt **stmt_out)
{
    SCOPED(stmt_drop) struct store_stmt *stmt = calloc(1, sizeof(*stmt));
    int code;

    if (!stmt)
        return STATUS_NO_MEMORY;
    stmt->store = store;
    code = sqlite3_prepare_v3(store->db, sql.data, (int)sql.size,
                              SQLITE_PREPARE_PERSISTENT, &stmt->handle, NULL);
    if (code == SQLITE_ERROR && is_too_deep(store))
        return STATUS_INVALID;
    if (code != SQLITE_OK || !stmt->handle)
        return store_status(store, code == SQLITE_OK ? SQLITE_MISUSE : code,
                            "prepare");
    *stmt_out = TAKE(stmt);
    return STATUS_OK;
}

static enum status lend(struct store_stmt *stmt, struct store_stmt **stmt_out)
{
    stmt->is_lent = true;
    stmt->is_bad = false;
    stmt->used = ++stmt->store->n_lent;
    *stmt_out = stmt;
    return STATUS_OK;
}

/* The constant's place, or where it would be. */
static size_t find_constant(const struct store *store, const char *sql)
{
    const uintptr_t address = (uintptr_t)sql;
    size_t at = (size_t)((address >> 4) * 0x9E3779B97F4A7C15u >> 40);

    for (;; at++) {
        const struct store_stmt *stmt = store->constants[at % STATEMENTS_MAX];

        if (!stmt || stmt->constant == sql)
            return at % STATEMENTS_MAX;
    }
}

enum status store_prepare(struct store *store, const char *sql,
                          struct store_stmt **stmt_out)
{
    const size_t at = find_constant(store, sql);
    struct store_stmt *stmt = store->constants[at];

    if (stmt && !stmt->is_lent)
        return lend(stmt, stmt_out);
    TRY(make_stmt(store, text_of(sql), &stmt));
    /* Lent twice at once, or no room: lives until it is returned. */
    if (!store->constants[at] && store->n_constants < STATEMENTS_MAX / 2) {
        stmt->constant = sql;
        stmt->is_kept = true;
        store->constants[at] = stmt;
        store->n_constants++;
    }
    return lend(stmt, stmt_out);
}

/* The kept statement of this text, or a place for a new one. */
static size_t find_text(const struct store *store, struct text sql)
{
    size_t oldest = TEXTS_MAX;

    for (size_t i = 0; i < TEXTS_MAX; i++) {
        const struct store_stmt *stmt = store->texts[i];

        if (stmt && text_equal(stmt->text, sql))
            return i;
    }
    for (size_t i = 0; i < TEXTS_MAX; i++) {
        const struct store_stmt *stmt = store->texts[i];

        if (!stmt)
            return i;
        if (!stmt->is_lent &&
            (oldest == TEXTS_MAX || stmt->used < store->texts[oldest]->used))
            oldest = i;
    }
    return oldest;
}

enum status store_prepare_text(struct store *store, struct text sql,
                               struct store_stmt **stmt_out)
{
    const size_t at = find_text(store, sql);
    SCOPED(stmt_drop) struct store_stmt *made = NULL;
    struct store_stmt *stmt = at < TEXTS_MAX ? store->texts[at] : NULL;
    const bool is_same = stmt && text_equal(stmt->text, sql);

    if (is_same && !stmt->is_lent)
        return lend(stmt, stmt_out);
    TRY(make_stmt(store, sql, &made));
    if (at < TEXTS_MAX && !is_same) {
        made->text = (struct text){text_dup(sql), sql.size};
        if (!made->text.data)
            return STATUS_NO_MEMORY;
        made->is_kept = true;
        stmt_free(stmt);
        store->texts[at] = made;
    }
    return lend(TAKE(made), stmt_out);
}

enum status store_prepare_own(struct store *store, struct text sql,
                              struct store_stmt **stmt_out)
{
    store->reads = 0;
    store->reads_more = false;
    TRY(make_stmt(store, sql, stmt_out));
    (*stmt_out)->reads = store->reads_more ? 0 : store->reads;
    return STATUS_OK;
}

uint64_t store_stamp_of(const struct store *store, uint64_t tables)
{
    return store->seal && tables ? stamps_of(&store->stamps, tables) : 0;
}

uint64_t store_shape_of(const struct store *store, uint64_t tables)
{
    return store->seal && tables ? stamps_loud(&store->stamps, tables) : 0;
}

uint64_t store_stamp(const struct store_stmt *stmt)
{
    return store_stamp_of(stmt->store, stmt->reads);
}

void store_again(struct store_stmt *stmt)
{
    sqlite3_reset(stmt->handle);
    stmt->is_bad = false;
}

void store_stmt_drop(struct store_stmt **stmt)
{
    stmt_drop(stmt);
    *stmt = NULL;
}

void *store_kept(const struct store *store, void (*drop)(void *thing))
{
    for (size_t i = 0; i < store->n_kept; i++)
        if (store->kept[i].drop == drop)
            return store->kept[i].thing;
    return NULL;
}

void store_keep(struct store *store, void *thing, void (*drop)(void *thing))
{
    assert(store->n_kept < KEPT_MAX && !store_kept(store, drop));
    store->kept[store->n_kept].thing = thing;
    store->kept[store->n_kept++].drop = drop;
}

void store_done(struct store_stmt **lent)
{
    struct store_stmt *stmt = *lent;

    if (!stmt)
        return;
    *lent = NULL;
    if (!stmt->is_kept) {
        stmt_free(stmt);
        return;
    }
    sqlite3_reset(stmt->handle);
    sqlite3_clear_bindings(
        stmt->handle); /* what they borrowed may be freed now */
    stmt->is_lent = false;
}

/* ---- Binding ---- */

static void note_bind(struct store_stmt *stmt, int code)
{
    if (code != SQLITE_OK)
        stmt->is_bad = true;
}

void store_bind_int(struct store_stmt *stmt, int index, int64_t value)
{
    note_bind(stmt, sqlite3_bind_int64(stmt->handle, index, value));
}

void store_bind_text(struct store_stmt *stmt, int index, struct text value)
{
    note_bind(stmt, sqlite3_bind_text64(
                        stmt->handle, index, value.data ? value.data : "",
                        value.size, SQLITE_STATIC, SQLITE_UTF8));
}

void store_bind_blob(struct store_stmt *stmt, int index, struct text value)
{
    note_bind(stmt, sqlite3_bind_blob64(stmt->handle, index,
                                        value.data ? value.data : "",
                                        value.size, SQLITE_STATIC));
}

void store_bind_null(struct store_stmt *stmt, int index)
{
    note_bind(stmt, sqlite3_bind_null(stmt->handle, index));
}

/* ---- Running ---- */

enum { TRY_WALL_TIMES = 4 };

static int64_t longest_ms(const struct store *store)
{
    if (store->until_us != 0 && store->is_changing)
        return STORE_CHANGE_MAX_MS;
    return store->bound_ms ? store->bound_ms : STORE_STATEMENT_MAX_MS;
}

/* What is tried is bounded by what it costs: a machine that has other work does
 * not make it cost more. */
static void begin_time(struct store *store)
{
    const int64_t longest = longest_ms(store);

    store->deadline_ms = clock_mono_ms() + longest;
    if (!store->is_trying)
        return;
    store->deadline_ms += (TRY_WALL_TIMES - 1) * longest;
    store->try_until_us = clock_thread_us() + longest * 1000;
}

/* What a statement did before it failed is undone in the sums too. */
static enum status step_followed(struct store_stmt *stmt)
{
    struct store *store = stmt->store;
    const bool is_followed = store->seal && store->is_writing &&
                             !sqlite3_stmt_readonly(stmt->handle);
    int code;

    if (is_followed)
        seal_step_begin(store->seal);
    code = sqlite3_step(stmt->handle);
    if (is_followed)
        seal_step_end(store->seal, code != SQLITE_DONE && code != SQLITE_ROW);
    if (is_followed && code != SQLITE_DONE && code != SQLITE_ROW)
        store->stamps.n_undone++;
    return store_status(store, code, "step");
}

enum status store_step(struct store_stmt *stmt)
{
    const bool is_write = !sqlite3_stmt_readonly(stmt->handle);
    struct store *store = stmt->store;

    if (stmt->is_bad)
        return STATUS_LIMIT; /* too long, or out of memory: never half bound */
    store->is_changing = is_write && !store->is_private;
    if (!sqlite3_stmt_busy(stmt->handle)) {
        /* The progress handler checks reads often enough. */
        if (is_write ? store_look(store) : store->is_spent)
            return STATUS_LIMIT;
        begin_time(store);
    }
    return step_followed(stmt);
}

enum status store_run_always(struct store_stmt *stmt)
{
    struct store *store = stmt->store;
    const int64_t until_us = store->until_us;
    const bool was_spent = store->is_spent;
    enum status outcome;

    store->until_us = 0;
    store->is_spent = false;
    outcome = store_run(stmt);
    store->until_us = until_us;
    store->is_spent = was_spent;
    return outcome;
}

enum status store_run(struct store_stmt *stmt)
{
    const enum status outcome = store_step(stmt);

    sqlite3_reset(stmt->handle);
    return outcome == STATUS_END ? STATUS_OK : outcome;
}

void store_bound(struct store *store, int64_t max_ms)
{
    assert(max_ms >= 0 && max_ms <= STORE_STATEMENT_MAX_MS);
    store->bound_ms = max_ms;
    store->is_trying = false;
}

void store_try(struct store *store, int64_t max_ms)
{
    store_bound(store, max_ms);
    store->is_trying = true;
}

void store_allow(struct store *store, const struct store_allowance *allowance)
{
    store->is_spent = false;
    store->is_function_cut = false;
    store->until_us = 0;
    if (!allowance)
        return;
    store->allowance = *allowance;
    store->until_us = clock_thread_us() + allowance->cpu_us;
}

bool store_is_spent(const struct store *store)
{
    return store->is_spent;
}

int64_t store_int(struct store_stmt *stmt, int column)
{
    return sqlite3_column_int64(stmt->handle, column);
}

struct text store_text(struct store_stmt *stmt, int column)
{
    const void *data = sqlite3_column_blob(stmt->handle, column);
    const int size = sqlite3_column_bytes(stmt->handle, column);

    return (struct text){data, data ? (size_t)size : 0};
}

bool store_is_null(struct store_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt->handle, column) == SQLITE_NULL;
}

int64_t store_last_row(struct store *store)
{
    return sqlite3_last_insert_rowid(store->db);
}

int64_t store_n_changed(struct store *store)
{
    return sqlite3_changes64(store->db);
}

/* ---- Functions that SQL may call ---- */

enum { ARGUMENTS_MAX = 8, BYTES_MAX = 1024 * 1024 };

/* At most ARGUMENTS_MAX. */
static void read_arguments(int n_args, sqlite3_value **args,
                           struct store_value *values)
{
    for (int i = 0; i < n_args; i++) {
        const bool has_bytes = sqlite3_value_type(args[i]) == SQLITE_TEXT ||
                               sqlite3_value_type(args[i]) == SQLITE_BLOB;
        const void *data = has_bytes ? sqlite3_value_blob(args[i]) : NULL;
        const int size = has_bytes ? sqlite3_value_bytes(args[i]) : 0;

        values[i].integer = has_bytes ? 0 : sqlite3_value_int64(args[i]);
        values[i].bytes = (struct text){data, data ? (size_t)size : 0};
    }
}

static void answer_sql(sqlite3_context *sql, int n_args, sqlite3_value **args)
{
    const struct store_entry *entry = sqlite3_user_data(sql);
    struct store_value values[ARGUMENTS_MAX];

    if (!entry->function || n_args > ARGUMENTS_MAX) {
        sqlite3_result_int(sql, 0);
        return;
    }
    read_arguments(n_args, args, values);
    entry->store->is_function_cut = false;
    if (entry->function(entry->context, values, (size_t)n_args))
        sqlite3_result_int(sql, 1);
    else
        sqlite3_result_int(sql, 0);
    if (entry->store->is_function_cut)
        sqlite3_result_error_code(sql, SQLITE_INTERRUPT);
}

static void answer_bytes(sqlite3_context *sql, int n_args, sqlite3_value **args)
{
    const struct store_entry *entry = sqlite3_user_data(sql);
    SCOPED(buf_free) struct buf out = buf_make(BYTES_MAX);
    struct store_value values[ARGUMENTS_MAX];
    enum status status = STATUS_LIMIT;

    if (n_args <= ARGUMENTS_MAX) {
        read_arguments(n_args, args, values);
        status = entry->bytes(values, &out);
    }
    if (status == STATUS_OK)
        status = buf_status(&out);
    if (status == STATUS_OK)
        sqlite3_result_blob64(sql, out.size ? buf_text(&out).data : "",
                              out.size, SQLITE_TRANSIENT);
    else if (status == STATUS_NO_MEMORY)
        sqlite3_result_error_nomem(sql);
    else
        sqlite3_result_null(sql);
}

static void answer(sqlite3_context *sql, int n_args, sqlite3_value **args)
{
    const struct store_entry *entry = sqlite3_user_data(sql);

    if (entry->bytes)
        answer_bytes(sql, n_args, args);
    else
        answer_sql(sql, n_args, args);
}

static struct store_entry *find_function(struct store *store, const char *name)
{
    for (size_t i = 0; i < store->n_functions; i++)
        if (strcmp(store->functions[i].name, name) == 0)
            return &store->functions[i];
    return NULL;
}

/* Adds what a new entry says. */
static enum status add_function(struct store *store, const char *name,
                                int n_args, const struct store_entry *of)
{
    struct store_entry *entry = &store->functions[store->n_functions];
    const int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY |
                      (of->bytes ? SQLITE_DETERMINISTIC : 0);

    if (store->n_functions == FUNCTIONS_MAX || n_args > ARGUMENTS_MAX ||
        strlen(name) >= sizeof(entry->name))
        return STATUS_LIMIT;
    *entry = *of;
    memcpy(entry->name, name, strlen(name) + 1);
    entry->store = store;
    TRY(store_status(store,
                     sqlite3_create_function_v2(store->db, name, n_args, flags,
                                                entry, answer, NULL, NULL,
                                                NULL),
                     "register"));
    store->n_functions++;
    return STATUS_OK;
}

enum status store_register(struct store *store, const char *name, int n_args,
                           store_function function, void *context)
{
    struct store_entry *entry = find_function(store, name);

    if (!entry)
        return add_function(
            store, name, n_args,
            &(struct store_entry){.function = function, .context = context});
    entry->function = function;
    entry->context = context;
    return STATUS_OK;
}

enum status store_register_bytes(struct store *store, const char *name,
                                 int n_args, store_bytes_function function)
{
    struct store_entry *entry = find_function(store, name);

    if (!entry)
        return add_function(store, name, n_args,
                            &(struct store_entry){.bytes = function});
    entry->bytes = function;
    return STATUS_OK;
}
