#include "provider/store/change_log.h"

#include <stdlib.h>

#include "provider/store/change_log_sql.h"

enum { FIRST_ROOM = 64 };

enum status change_log_ends(struct store *store, int64_t *first_out,
                            int64_t *last_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(store, SQL_CHANGE_LOG_ENDS, STORE_NO_ARGS, &stmt));
    *first_out = store_int(stmt, 0);
    *last_out = store_int(stmt, 1);
    return STATUS_OK;
}

void row_runs_clear(struct row_runs *runs)
{
    free(runs->of);
    *runs = (struct row_runs){0};
}

/* Those that touch are joined first. */
static enum status make_room(struct row_runs *runs)
{
    const size_t room = runs->room ? 2 * runs->room : FIRST_ROOM;
    struct row_run *grown;

    if (runs->n < runs->room)
        return STATUS_OK;
    runs->n = row_runs_join(runs->of, runs->n);
    if (runs->n < runs->room / 2)
        return STATUS_OK;
    if (room > CHANGE_RUNS_MAX)
        return STATUS_NOT_FOUND;
    grown = realloc(runs->of, room * sizeof(*grown));
    if (!grown)
        return STATUS_NO_MEMORY;
    runs->of = grown;
    runs->room = room;
    return STATUS_OK;
}

static enum status add(struct row_runs *runs, struct row_run run)
{
    TRY(make_room(runs));
    runs->of[runs->n++] = run;
    return STATUS_OK;
}

/* The row of the log that the statement stands on. */
static enum status add_row(struct store_stmt *stmt, struct row_runs *runs)
{
    struct row_walk walk = {.rest = store_text(stmt, 1)};
    enum status status;

    if (store_text(stmt, 0).size == 0)
        return STATUS_NOT_FOUND; /* of this change nothing is known */
    while ((status = row_walk_next(&walk)) == STATUS_OK)
        TRY(add(runs, walk.run));
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status add_rows(struct store *store, const char *table,
                            int64_t position, struct row_runs *runs)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(
        store, SQL_CHANGE_LOG_SINCE,
        STORE_ARGS(STORE_INT(position), STORE_TEXT(text_of(table))), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(add_row(stmt, runs));
    return found == STATUS_END ? STATUS_OK : found;
}

enum status change_log_since(struct store *store, const char *table,
                             int64_t position, struct row_runs *runs_out)
{
    struct row_runs runs = {0};
    int64_t first, last;
    enum status status;

    TRY(change_log_ends(store, &first, &last));
    if (position > last || position + 1 < first)
        return STATUS_NOT_FOUND;
    status = add_rows(store, table, position, &runs);
    if (status != STATUS_OK) {
        row_runs_clear(&runs);
        return status;
    }
    runs.n = row_runs_join(runs.of, runs.n);
    *runs_out = runs;
    return STATUS_OK;
}
