#include "provider/store/store_copy.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/buf.h"
#include "provider/store/store_copy_sql.h"
#include "provider/store/store_private.h"

enum {
    SQL_BYTES = 64 * 1024,
    NAME_BYTES = 128,
    COLUMNS_MAX = 128,
    LOOK_EVERY = 256, /* rows */
};

/* ---- Rows ---- */

static enum status put_row(sqlite3_stmt *to, struct store_stmt *from,
                           struct store *copy)
{
    const int n = sqlite3_column_count(from->handle);
    int code = SQLITE_OK;

    for (int i = 0; i < n && code == SQLITE_OK; i++)
        code = sqlite3_bind_value(to, i + 1,
                                  sqlite3_column_value(from->handle, i));
    if (code == SQLITE_OK)
        code = sqlite3_step(to);
    sqlite3_reset(to);
    if (code == SQLITE_FULL) /* larger than a copy may be */
        return STATUS_LIMIT;
    return code == SQLITE_DONE ? STATUS_OK : store_status(copy, code, "copy");
}

static enum status prepare_insert(struct store *copy, const char *table,
                                  int n_columns, struct store_stmt **stmt_out)
{
    SCOPED(buf_free) struct buf sql = buf_make(SQL_BYTES);

    buf_append_format(&sql, SQL_COPY_ADD, table);
    for (int i = 0; i < n_columns; i++)
        buf_append_string(&sql, i ? ", ?" : "?");
    buf_append_char(&sql, ')');
    TRY(buf_status(&sql));
    return store_prepare_text(copy, buf_text(&sql), stmt_out);
}

static enum status copy_rows(struct store *store, struct store *copy,
                             const char *table)
{
    SCOPED(store_done) struct store_stmt *from = NULL;
    SCOPED(store_done) struct store_stmt *to = NULL;
    char sql[2 * NAME_BYTES];
    enum status found;

    snprintf(sql, sizeof(sql), SQL_COPY_READ, table);
    TRY(store_prepare_text(store, text_of(sql), &from));
    TRY(prepare_insert(copy, table, sqlite3_column_count(from->handle), &to));
    for (size_t n = 1; (found = store_step(from)) == STATUS_OK; n++) {
        TRY(put_row(to->handle, from, copy));
        if (n % LOOK_EVERY == 0 && store_look(store))
            return STATUS_LIMIT;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

/* ---- Tables ---- */

static enum status has_name(struct store *copy, const char *name,
                            bool *is_there_out)
{
    return store_find_with(copy, SQL_COPY_HAS,
                           STORE_ARGS(STORE_TEXT(text_of(name))), is_there_out);
}

/* A new store has some of them, and rows in them. */
static enum status make_empty(struct store *copy, const char *table,
                              const char *sql)
{
    char script[2 * NAME_BYTES];
    bool is_there;

    TRY(has_name(copy, table, &is_there));
    if (!is_there)
        return store_run_script(copy, sql);
    snprintf(script, sizeof(script), SQL_COPY_EMPTY, table);
    return store_run_script(copy, script);
}

static bool has_rows_to_copy(const char *table)
{
    return strcmp(table, "audit") != 0 && strcmp(table, "seal") != 0;
}

static enum status copy_table(struct store *store, struct store *copy,
                              const char *table, const char *sql)
{
    TRY(make_empty(copy, table, sql));
    return has_rows_to_copy(table) ? copy_rows(store, copy, table) : STATUS_OK;
}

/* Indexes, views and triggers: after the rows, so that none of them acts. */
static enum status make_rest(struct store *copy, const char *name,
                             const char *sql)
{
    bool is_there;

    TRY(has_name(copy, name, &is_there));
    return is_there ? STATUS_OK : store_run_script(copy, sql);
}

static enum status visit_schema(struct store *store, struct store *copy,
                                bool wants_tables)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, wants_tables ? SQL_COPY_TABLES : SQL_COPY_REST,
                      &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        SCOPED(memory_drop) char *name = text_dup(store_text(stmt, 0));
        SCOPED(memory_drop) char *sql = text_dup(store_text(stmt, 1));

        if (!name || !sql)
            return STATUS_NO_MEMORY;
        if (strlen(name) >= NAME_BYTES || strchr(name, '"'))
            return STATUS_INVALID;
        TRY(wants_tables ? copy_table(store, copy, name, sql)
                         : make_rest(copy, name, sql));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

/* ---- As a whole ---- */

static enum status set_keys(struct store *copy, int on)
{
    return store_status(
        copy,
        sqlite3_db_config(copy->db, SQLITE_DBCONFIG_ENABLE_FKEY, on, (int *)0),
        "configure");
}

static enum status fill(struct store *store, struct store *copy)
{
    TRY(store_run_script(copy, SQL_COPY_ROOM));
    TRY(set_keys(copy, 0));
    TRY(store_write_begin(copy));
    TRY(visit_schema(store, copy, true));
    TRY(visit_schema(store, copy, false));
    TRY(store_write_commit(copy));
    return set_keys(copy, 1);
}

enum status store_copy(struct store *store, struct store **copy_out)
{
    OWNED(store) copy = NULL;
    enum status status;

    TRY(store_open(":memory:", STORE_WRITE, &copy));
    copy->is_sealed = false;
    status = fill(store, copy);
    copy->is_sealed = true;
    TRY(status);
    store_drop_statements(copy);
    copy->is_private = true;
    copy->allowance = store->allowance;
    copy->until_us = store->until_us;
    *copy_out = TAKE(copy);
    return STATUS_OK;
}
