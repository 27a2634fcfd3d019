#include "provider/store/health.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/store/health_sql.h"
#include "provider/store/store_private.h"

enum {
    TABLE_CHECK_MS = 100,
    PATH_MAX_BYTES = 4096,
    CHECK_SQL_BYTES = 256,
    HIDING_MAX_BYTES = 64 * 1024,
};

/* ---- Pages ---- */

struct findings {
    struct buf *problems; /* borrowed */
    bool is_unread;       /* a page could not be read */
};

/* "Page 7: unable to get the page. error code=266" */
static bool tells_unread(const char *text)
{
    static const char mark[] = "error code=";

    while ((text = strstr(text, mark))) {
        text += sizeof(mark) - 1;
        switch (strtol(text, NULL, 10) & 0xFF) {
        case SQLITE_IOERR:
        case SQLITE_NOMEM:
            return true;
        default:
            break;
        }
    }
    return false;
}

static int note_problem(void *context, int n, char **texts, char **names)
{
    struct findings *findings = context;

    (void)names;
    if (n == 0 || !texts[0] || strcmp(texts[0], "ok") == 0)
        return 0;
    findings->is_unread |= tells_unread(texts[0]);
    buf_append_format(findings->problems, "the database is damaged: %.200s\n",
                      texts[0]);
    return 0;
}

/* Pages that cannot be read now tell nothing: the next start may read them. */
static enum status need_read(const struct findings *findings)
{
    if (!findings->is_unread)
        return STATUS_OK;
    log_error("store.check why=%s", "pages of the database cannot be read");
    return STATUS_UNAVAILABLE;
}

static enum status run_check(struct store *store, const char *sql,
                             struct buf *problems)
{
    struct findings findings = {problems, false};
    const int code =
        sqlite3_exec(store->db, sql, note_problem, &findings, NULL);

    TRY(need_read(&findings));
    if (code == SQLITE_INTERRUPT)
        return STATUS_END;
    if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB)
        return store_status(store, code, "check");
    buf_append_format(problems, "the database is damaged: %s\n",
                      sqlite3_errmsg(store->db));
    return STATUS_OK;
}

/* STATUS_END: it did not finish in time. */
static enum status run_until(struct store *store, const char *sql,
                             int64_t until_ms, struct buf *problems)
{
    enum status status;

    store->deadline_ms = until_ms;
    status = run_check(store, sql, problems);
    store->deadline_ms = 0;
    return status;
}

static void stmt_drop(sqlite3_stmt **stmt)
{
    sqlite3_finalize(*stmt);
}

/* The step of the program that looks at pages, which at_out numbers, tells
 * which. A statement that is kept would tell of the schema of before. */
static enum status find_reach(struct store *store, const char *sql,
                              int64_t *at_out, bool *is_whole_out)
{
    enum { ADDRESS, OPCODE, ROOTS = 5 };
    static const char in_part[] = "[0,";
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    const char *opcode, *roots;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);

    while (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        code = SQLITE_OK;
        opcode = (const char *)sqlite3_column_text(stmt, OPCODE);
        if (!opcode || strcmp(opcode, "IntegrityCk") != 0)
            continue;
        roots = (const char *)sqlite3_column_text(stmt, ROOTS);
        *at_out = sqlite3_column_int64(stmt, ADDRESS);
        *is_whole_out =
            roots && strncmp(roots, in_part, sizeof(in_part) - 1) != 0;
        return STATUS_OK;
    }
    return code == SQLITE_DONE ? STATUS_UNAVAILABLE
                               : store_status(store, code, "check");
}

static enum status write_hiding(struct store *store, struct buf *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_HEALTH_HIDE_VIEWS, &stmt));
    TRY(store_step(stmt));
    buf_append_string(sql, SQL_HEALTH_HIDE_BEGIN);
    buf_append_text(sql, store_text(stmt, 0));
    buf_append_char(sql, '\0');
    return buf_status(sql);
}

/* Until show_views(). */
static enum status hide_views(struct store *store, struct buf *problems)
{
    SCOPED(buf_free) struct buf sql = buf_make(HIDING_MAX_BYTES);

    TRY(write_hiding(store, &sql));
    return run_check(store, sql.data, problems);
}

/* What was dropped must not be kept: who ends the reading commits. */
static enum status show_views(struct store *store, bool is_hidden,
                              enum status status)
{
    if (!is_hidden || sqlite3_exec(store->db, SQL_HEALTH_HIDE_END, NULL, NULL,
                                   NULL) == SQLITE_OK)
        return status;
    store_must_undo(store);
    return STATUS_UNAVAILABLE;
}

/*
 * If a view is first in the library's list of tables, the check takes that for
 * "partial" and skips the free pages: a page in use among them would be
 * overwritten later. Which one is first depends on order and names; views that
 * came with a step stand last. So where it is one, none is there while the
 * check runs: they are dropped in a transaction that is undone.
 */
static enum status reach_all(struct store *store, const char *sql,
                             struct buf *problems, int64_t *at_out,
                             bool *is_hidden_out)
{
    bool is_whole;

    TRY(find_reach(store, sql, at_out, &is_whole));
    if (is_whole)
        return STATUS_OK;
    if (store->mode <= STORE_LOOK) {
        log_info("store.checked_in_part why=%s",
                 "free pages are looked at when a provider starts");
        return STATUS_OK;
    }
    *is_hidden_out = true;
    TRY(hide_views(store, problems));
    TRY(find_reach(store, sql, at_out, &is_whole));
    if (!is_whole)
        buf_append_string(problems, "its free pages cannot be looked at\n");
    return STATUS_OK;
}

/* ---- How the pages hang together ---- */

/* As far as the first look at the clock: how many steps were that? */
static enum status begin_quick(struct store *store, int64_t *n_steps_out,
                               struct buf *problems)
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    struct findings findings = {problems, false};
    int code;

    *n_steps_out = INT64_MAX;
    if (sqlite3_prepare_v2(store->db, SQL_HEALTH_QUICK, -1, &stmt, NULL) !=
        SQLITE_OK)
        return run_check(store, SQL_HEALTH_QUICK, problems);
    store->deadline_ms = 1;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        char *text = (char *)(uintptr_t)sqlite3_column_text(stmt, 0);

        (void)note_problem(&findings, 1, &text, NULL);
    }
    store->deadline_ms = 0;
    TRY(need_read(&findings));
    if (code == SQLITE_INTERRUPT)
        *n_steps_out =
            sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, false);
    if (code == SQLITE_DONE || code == SQLITE_INTERRUPT)
        return STATUS_OK;
    if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB)
        return store_status(store, code, "check");
    buf_append_format(problems, "the database is damaged: %s\n",
                      sqlite3_errmsg(store->db));
    return STATUS_OK;
}

/* The library looks at all pages in one step, and then at every row, which the
 * seal proves better: so it is stopped there. If it looked at the clock within
 * that step, it must go through. */
static enum status check_structure(struct store *store, struct buf *problems,
                                   bool *is_hidden_out)
{
    int64_t at = 0, n_steps;

    TRY(reach_all(store, SQL_HEALTH_QUICK_PROGRAM, problems, &at,
                  is_hidden_out));
    if (problems->size > 0)
        return STATUS_OK;
    TRY(begin_quick(store, &n_steps, problems));
    if (n_steps > at + 1 || problems->size > 0)
        return STATUS_OK;
    return run_check(store, SQL_HEALTH_QUICK, problems);
}

enum status health_check_structure(struct store *store, struct buf *problems)
{
    const bool was_sealed = store->is_sealed;
    bool is_hidden = false;
    enum status status;

    store->is_sealed = false;
    status = check_structure(store, problems, &is_hidden);
    status = show_views(store, is_hidden, status);
    store->is_sealed = was_sealed;
    return status;
}

/* ---- A table ---- */

static enum status check_table(struct store *store, const char *sql,
                               bool is_whole, struct buf *problems)
{
    enum status status;

    if (is_whole) {
        status = run_check(store, sql, problems);
        return status == STATUS_END ? STATUS_UNAVAILABLE : status;
    }
    status = run_until(store, sql, clock_mono_ms() + TABLE_CHECK_MS, problems);
    if (status != STATUS_END)
        return status;
    log_info("store.checked_in_part why=%s",
             "it is large: run smsctl store verify to check all of it");
    return STATUS_OK;
}

enum status health_check_table(struct store *store, const char *table,
                               bool is_whole, struct buf *problems)
{
    const bool was_sealed = store->is_sealed;
    char sql[CHECK_SQL_BYTES];
    enum status status;

    if (snprintf(sql, sizeof(sql), SQL_HEALTH_TABLE, table) >= (int)sizeof(sql))
        return STATUS_LIMIT;
    store->is_sealed = false;
    status = check_table(store, sql, is_whole, problems);
    store->is_sealed = was_sealed;
    return status;
}

enum status health_check_all(struct store *store, struct buf *problems)
{
    const bool was_sealed = store->is_sealed;
    bool is_hidden = false;
    enum status status;
    int64_t at;

    store->is_sealed = false;
    status =
        reach_all(store, SQL_HEALTH_WHOLE_PROGRAM, problems, &at, &is_hidden);
    if (status == STATUS_OK)
        status = run_check(store, SQL_HEALTH_WHOLE, problems);
    status = show_views(store, is_hidden, status);
    store->is_sealed = was_sealed;
    return status;
}

/* ---- Files ---- */

static enum status note_file(const char *path, const char *suffix,
                             struct health_file *file)
{
    char name[PATH_MAX_BYTES];
    struct stat about;

    if (snprintf(name, sizeof(name), "%s%s", path, suffix) >= (int)sizeof(name))
        return STATUS_LIMIT;
    if (stat(name, &about) != 0) {
        log_error("store.watch path=%s why=%s", name, strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    free(file->path);
    file->path = text_dup(text_of(name));
    file->device = about.st_dev;
    file->inode = about.st_ino;
    return file->path ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status health_note(struct store *store, struct health *health)
{
    const char *path = sqlite3_db_filename(store->db, "main");

    if (!path || !*path) /* in memory */
        return STATUS_OK;
    TRY(note_file(path, "", &health->database));
    return note_file(path, "-wal", &health->log);
}

static bool is_same(const struct health_file *file)
{
    struct stat about;

    return !file->path ||
           (stat(file->path, &about) == 0 && about.st_dev == file->device &&
            about.st_ino == file->inode);
}

bool health_is_in_place(const struct health *health)
{
    return is_same(&health->database) && is_same(&health->log);
}

void health_clear(struct health *health)
{
    free(health->database.path);
    free(health->log.path);
    *health = (struct health){0};
}

int64_t store_room_bytes(const struct store *store)
{
    const char *path = sqlite3_db_filename(store->db, "main");
    struct statvfs disk;

    if (!path || statvfs(path, &disk) != 0)
        return 0;
    return (int64_t)(disk.f_bavail * disk.f_frsize);
}
