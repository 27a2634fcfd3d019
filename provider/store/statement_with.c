/* Statements with their parameters, in one step. */
#include <assert.h>

#include "provider/store/store_private.h"

static void bind(struct store_stmt *stmt, int index,
                 const struct store_arg *arg)
{
    switch (arg->kind) {
    case STORE_ARG_NULL:
        store_bind_null(stmt, index);
        break;
    case STORE_ARG_INT:
        store_bind_int(stmt, index, arg->integer);
        break;
    case STORE_ARG_TEXT:
        store_bind_text(stmt, index, arg->bytes);
        break;
    case STORE_ARG_BLOB:
        store_bind_blob(stmt, index, arg->bytes);
        break;
    }
}

enum status store_prepare_with(struct store *store, const char *sql,
                               struct store_args args,
                               struct store_stmt **stmt_out)
{
    size_t n_named;

    TRY(store_prepare(store, sql, stmt_out));
    n_named = (size_t)sqlite3_bind_parameter_count((*stmt_out)->handle);
    assert(n_named <= args.n); /* nothing is null by mistake */
    for (size_t i = 0; i < n_named; i++)
        bind(*stmt_out, (int)i + 1, &args.of[i]);
    return STATUS_OK;
}

enum status store_run_with(struct store *store, const char *sql,
                           struct store_args args)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare_with(store, sql, args, &stmt));
    return store_run(stmt);
}

enum status store_run_quietly(struct store *store, const char *sql,
                              struct store_args args)
{
    enum status status;

    store->stamps.is_quiet = true;
    status = store_run_with(store, sql, args);
    store->stamps.is_quiet = false;
    return status;
}

enum status store_row_with(struct store *store, const char *sql,
                           struct store_args args, struct store_stmt **stmt_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare_with(store, sql, args, &stmt));
    TRY(store_step(stmt));
    *stmt_out = TAKE(stmt);
    return STATUS_OK;
}

enum status store_find_with(struct store *store, const char *sql,
                            struct store_args args, bool *is_found_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(store, sql, args, &stmt));
    found = store_step(stmt);
    *is_found_out = found == STATUS_OK;
    return found == STATUS_END ? STATUS_OK : found;
}

enum status store_int_with(struct store *store, const char *sql,
                           struct store_args args, int64_t *value_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(store, sql, args, &stmt));
    *value_out = store_int(stmt, 0);
    return STATUS_OK;
}
