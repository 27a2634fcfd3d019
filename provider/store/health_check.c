#include "provider/store/health.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/store/health_sql.h"
#include "provider/store/seal_sum.h"
#include "provider/store/store_private.h"

enum { CHECK_MS = 1000, TABLE_CHECK_MS = 100, PATH_MAX_BYTES = 4096 };

/* ---- Pages ---- */

static int note_problem(void *context, int n, char **texts, char **names)
{
    struct buf *problems = context;

    (void)names;
    if (n > 0 && texts[0] && strcmp(texts[0], "ok") != 0)
        buf_append_format(problems, "the database is damaged: %.200s\n",
                          texts[0]);
    return 0;
}

/* STATUS_END: it did not finish in time. */
static enum status run_check(struct store *store, const char *sql,
                             int64_t until_ms, struct buf *problems)
{
    int code;

    store->deadline_ms = until_ms;
    code = sqlite3_exec(store->db, sql, note_problem, problems, NULL);
    store->deadline_ms = 0;
    if (code == SQLITE_INTERRUPT)
        return STATUS_END;
    if (code != SQLITE_CORRUPT && code != SQLITE_NOTADB)
        return store_status(store, code, "check");
    buf_append_format(problems, "the database is damaged: %s\n",
                      sqlite3_errmsg(store->db));
    return STATUS_OK;
}

/* If a view is first in the library's list of tables, its check takes that for
 * "partial" and skips the free pages: a page in use among them would be
 * overwritten later. The program of the check shows that. */
static enum status check_reach(struct store *store, const char *sql,
                               struct buf *problems)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const struct text in_part = TEXT("[0,");
    enum { OPCODE = 1, ROOTS = 5 };
    enum status found;
    struct text roots;

    TRY(store_prepare(store, sql, &stmt));
    do
        found = store_step(stmt);
    while (found == STATUS_OK &&
           !text_equal(store_text(stmt, OPCODE), TEXT("IntegrityCk")));
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_UNAVAILABLE : found;
    roots = store_text(stmt, ROOTS);
    if (roots.size > in_part.size &&
        memcmp(roots.data, in_part.data, in_part.size) != 0)
        return STATUS_OK;
    buf_append_string(problems, "its free pages cannot be looked at: a view "
                                "stands last in its schema\n");
    return STATUS_OK;
}

/* A wrong index gives its users other rows than those that are sealed. So this
 * check has no time limit for tables with indexes: those of the seal. */
static enum status check_table(struct store *store, struct text table,
                               struct text sql, int64_t until_ms,
                               struct buf *problems, bool *is_through)
{
    SCOPED(memory_drop) char *name = text_dup(table);
    SCOPED(memory_drop) char *check = text_dup(sql);
    const int64_t end_ms = clock_mono_ms() + TABLE_CHECK_MS;
    enum status status;

    if (!name || !check)
        return STATUS_NO_MEMORY;
    if (end_ms > until_ms && MUTANT("a7-index-in-part"))
        return STATUS_OK; /* its time was up */
    if (sum_counts(name)) {
        status = run_check(store, check, 0, problems);
        return status == STATUS_END ? STATUS_UNAVAILABLE : status;
    }
    status = run_check(store, check, end_ms < until_ms ? end_ms : until_ms,
                       problems);
    *is_through = *is_through && status != STATUS_END;
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status check_tables(struct store *store, int64_t until_ms,
                                struct buf *problems, bool *is_through)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_HEALTH_TABLES, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        TRY(check_table(store, store_text(stmt, 0), store_text(stmt, 1),
                        until_ms, problems, is_through));
        if (problems->size > 0)
            return STATUS_OK;
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status check_pages(struct store *store, struct buf *problems,
                               bool *is_through)
{
    const int64_t until_ms = clock_mono_ms() + CHECK_MS;
    enum status status = check_tables(store, until_ms, problems, is_through);

    if (status == STATUS_OK && problems->size == 0)
        status = check_reach(store, SQL_HEALTH_QUICK_PROGRAM, problems);
    if (status == STATUS_OK && problems->size == 0)
        status = run_check(store, SQL_HEALTH_QUICK, until_ms + TABLE_CHECK_MS,
                           problems);
    *is_through = *is_through && status != STATUS_END;
    return status == STATUS_END ? STATUS_OK : status;
}

enum status health_check_pages(struct store *store, struct buf *problems)
{
    const bool was_sealed = store->is_sealed;
    bool is_through = true;
    enum status status;

    store->is_sealed = false;
    status = check_pages(store, problems, &is_through);
    store->is_sealed = was_sealed;
    if (status == STATUS_OK && !is_through)
        log_info("store.checked_in_part why=%s",
                 "it is large: run smsctl store verify to check all of it");
    return status;
}

enum status health_check_all(struct store *store, struct buf *problems)
{
    const bool was_sealed = store->is_sealed;
    enum status status;

    store->is_sealed = false;
    status = check_reach(store, SQL_HEALTH_WHOLE_PROGRAM, problems);
    if (status == STATUS_OK)
        status = run_check(store, SQL_HEALTH_WHOLE, 0, problems);
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
