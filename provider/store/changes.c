#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include "provider/store/changes.h"

#include <stdlib.h>
#include <string.h>

#include "provider/store/change_log.h"
#include "provider/store/change_log_sql.h"

enum {
    RUNS_MAX = CHANGE_RUNS_MAX,
    FIRST_ROOM = 64,
    VERSION_COLUMN = 1, /* behind "row", in every table of a class */
    ROWS_MAX_BYTES = 16 * RUNS_MAX,
};

void changes_clear(struct changes *changes)
{
    free(changes->tables);
    free(changes->runs);
    *changes = (struct changes){0};
}

/* ---- Which tables ---- */

static void stmt_drop(sqlite3_stmt **stmt)
{
    sqlite3_finalize(*stmt);
}

static enum status add_table(struct changes *changes, const char *name)
{
    void *grown;

    if (!name || strlen(name) >= SUM_NAME_BYTES)
        return STATUS_LIMIT;
    grown = realloc(changes->tables,
                    (changes->n_tables + 1) * sizeof(*changes->tables));
    if (!grown)
        return STATUS_NO_MEMORY;
    changes->tables = grown;
    strcpy(changes->tables[changes->n_tables++], name);
    return STATUS_OK;
}

static enum status read_tables(struct changes *changes, sqlite3 *db)
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(db, SQL_CHANGE_LOG_TABLES, -1, &stmt, NULL);

    changes->n_tables = 0;
    while (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        TRY(add_table(changes, (const char *)sqlite3_column_text(stmt, 0)));
        code = SQLITE_OK;
    }
    return code == SQLITE_DONE ? STATUS_OK : STATUS_UNAVAILABLE;
}

static enum status look_for_log(struct changes *changes, sqlite3 *db)
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(db, SQL_CHANGE_LOG_IS_THERE, -1, &stmt, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    changes->has_log = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? STATUS_OK
                                                     : STATUS_UNAVAILABLE;
}

enum status changes_begin(struct changes *changes, sqlite3 *db)
{
    changes->n = changes->fixed = changes->step_at = 0;
    changes->is_too_much = false;
    if (changes->is_known)
        return STATUS_OK;
    TRY(look_for_log(changes, db));
    TRY(read_tables(changes, db));
    changes->is_known = true;
    return STATUS_OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* ---- Noting ---- */

static bool has_room(struct changes *changes)
{
    const size_t room = changes->n_room ? 2 * changes->n_room : FIRST_ROOM;
    struct changed_run *grown;

    if (changes->n < changes->n_room)
        return true;
    if (room > RUNS_MAX)
        return false;
    grown = realloc(changes->runs, room * sizeof(*grown));
    if (!grown)
        return false;
    changes->runs = grown;
    changes->n_room = room;
    return true;
}

/* Lengthens the last run if the row follows it. */
static void note_row(struct changes *changes, size_t table, int64_t row)
{
    struct changed_run *last =
        changes->n > changes->fixed ? &changes->runs[changes->n - 1] : NULL;

    if (last && last->table == table &&
        (row == last->rows.last || row == last->rows.last + 1))
        last->rows.last = row;
    else if (has_room(changes))
        changes->runs[changes->n++] = (struct changed_run){table, {row, row}};
    else
        changes->is_too_much = true;
}

/* A failure to read it is taken for a change. */
static bool has_other_version(sqlite3 *db)
{
    sqlite3_value *before = NULL, *after = NULL;

    return sqlite3_preupdate_old(db, VERSION_COLUMN, &before) != SQLITE_OK ||
           sqlite3_preupdate_new(db, VERSION_COLUMN, &after) != SQLITE_OK ||
           sqlite3_value_int64(before) != sqlite3_value_int64(after);
}

static const char *find_table(const struct changes *changes, const char *name)
{
    return changes->n_tables ? bsearch(name, changes->tables, changes->n_tables,
                                       sizeof(*changes->tables), compare_names)
                             : NULL;
}

void changes_note(struct changes *changes, sqlite3 *db, int operation,
                  const char *table, const struct row_run *before_after)
{
    const char *found = find_table(changes, table);
    size_t at;

    if (!found || (operation == SQLITE_UPDATE && !has_other_version(db)))
        return;
    at = (size_t)(found - changes->tables[0]) / sizeof(*changes->tables);
    if (operation != SQLITE_INSERT)
        note_row(changes, at, before_after->first);
    if (operation != SQLITE_DELETE)
        note_row(changes, at, before_after->last);
}

size_t changes_mark(struct changes *changes)
{
    return changes->fixed = changes->n;
}

void changes_undo(struct changes *changes, size_t mark)
{
    changes->n = changes->fixed = mark;
}

/* ---- Writing ---- */

static int compare_runs(const void *a, const void *b)
{
    const struct changed_run *left = a;
    const struct changed_run *right = b;

    if (left->table != right->table)
        return left->table < right->table ? -1 : 1;
    return (left->rows.first > right->rows.first) -
           (left->rows.first < right->rows.first);
}

/* Those of one table, from a place on; answers where the next begins. */
static size_t put_table(const struct changes *changes, size_t at,
                        struct buf *rows)
{
    const size_t table = changes->runs[at].table;
    struct row_run open = changes->runs[at].rows;
    int64_t last = 0;

    for (at++; at < changes->n && changes->runs[at].table == table; at++) {
        const struct row_run *run = &changes->runs[at].rows;

        if (run->first <= open.last + 1) {
            open.last = run->last > open.last ? run->last : open.last;
            continue;
        }
        row_run_append(rows, last, open);
        last = open.last;
        open = *run;
    }
    row_run_append(rows, last, open);
    return at;
}

static enum status put(struct store *store, int64_t position, const char *table,
                       struct text rows)
{
    return store_run_with(store, SQL_CHANGE_LOG_PUT,
                          STORE_ARGS(STORE_INT(position),
                                     STORE_TEXT(text_of(table)),
                                     STORE_BLOB(rows)));
}

static enum status put_all(struct store *store, struct changes *changes,
                           int64_t *position)
{
    if (changes->is_too_much)
        return put(store, ++*position, "", TEXT(""));
    qsort(changes->runs, changes->n, sizeof(*changes->runs), compare_runs);
    for (size_t at = 0; at < changes->n;) {
        SCOPED(buf_free) struct buf rows = buf_make(ROWS_MAX_BYTES);
        const char *table = changes->tables[changes->runs[at].table];

        at = put_table(changes, at, &rows);
        TRY(buf_status(&rows));
        TRY(put(store, ++*position, table, buf_text(&rows)));
    }
    return STATUS_OK;
}

enum status changes_write(struct store *store, struct changes *changes)
{
    int64_t first, last;

    if (!changes->has_log || (changes->n == 0 && !changes->is_too_much))
        return STATUS_OK;
    TRY(change_log_ends(store, &first, &last));
    TRY(put_all(store, changes, &last));
    changes->n = 0;
    if (first == 0 || last - first < CHANGE_LOG_KEPT + CHANGE_LOG_SPARE)
        return STATUS_OK;
    return store_run_with(store, SQL_CHANGE_LOG_CUT,
                          STORE_ARGS(STORE_INT(last - CHANGE_LOG_KEPT)));
}
