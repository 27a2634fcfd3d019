#include "provider/store/log_file.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* SQLite's files write less than 128 KiB at once. */
enum { KEPT_MAX_BYTES = 120 * 1024 };

/*
 * A piece that could not be written is lost, and with it the change that it is
 * of: the next write or sync fails, whereupon SQLite rolls back.
 */
struct log_file {
    sqlite3_file head; /* first: what SQLite sees */
    char *kept;        /* owned */
    size_t n_kept;
    sqlite3_int64 at; /* where they belong */
    int failed;       /* SQLITE_OK: nothing is lost, or SQLite knows */
    sqlite3_int64 failed_at;
    sqlite3_file *file; /* behind this struct */
};

static struct log_file *log_of(sqlite3_file *head)
{
    return (struct log_file *)head;
}

static void write_kept(struct log_file *log)
{
    const size_t n = log->n_kept;

    if (n == 0)
        return;
    log->n_kept = 0;
    log->failed =
        log->file->pMethods->xWrite(log->file, log->kept, (int)n, log->at);
    log->failed_at = log->at;
}

static int report(struct log_file *log)
{
    const int code = log->failed;

    log->failed = SQLITE_OK;
    return code;
}

static int close_log(sqlite3_file *head)
{
    struct log_file *log = log_of(head);
    int code;

    write_kept(log); /* no commit needs it */
    code = log->file->pMethods->xClose(log->file);
    free(log->kept);
    log->kept = NULL;
    return code;
}

static int read_log(sqlite3_file *head, void *into, int size, sqlite3_int64 at)
{
    struct log_file *log = log_of(head);

    write_kept(log);
    if (log->failed != SQLITE_OK && at + size > log->failed_at)
        return log->failed;
    return log->file->pMethods->xRead(log->file, into, size, at);
}

static bool is_next(const struct log_file *log, int size, sqlite3_int64 at)
{
    return at == log->at + (sqlite3_int64)log->n_kept &&
           log->n_kept + (size_t)size <= KEPT_MAX_BYTES;
}

static int write_log(sqlite3_file *head, const void *data, int size,
                     sqlite3_int64 at)
{
    struct log_file *log = log_of(head);

    if (!is_next(log, size, at)) {
        write_kept(log);
        log->at = at;
    }
    if (log->failed != SQLITE_OK)
        return report(log);
    if (size > KEPT_MAX_BYTES)
        return log->file->pMethods->xWrite(log->file, data, size, at);
    memcpy(log->kept + log->n_kept, data, (size_t)size);
    log->n_kept += (size_t)size;
    return SQLITE_OK;
}

static int truncate_log(sqlite3_file *head, sqlite3_int64 size)
{
    struct log_file *log = log_of(head);

    write_kept(log);
    return log->file->pMethods->xTruncate(log->file, size);
}

static int sync_log(sqlite3_file *head, int flags)
{
    struct log_file *log = log_of(head);

    write_kept(log);
    if (log->failed != SQLITE_OK)
        return report(log);
    return log->file->pMethods->xSync(log->file, flags);
}

static int size_log(sqlite3_file *head, sqlite3_int64 *size_out)
{
    struct log_file *log = log_of(head);

    write_kept(log);
    return log->file->pMethods->xFileSize(log->file, size_out);
}

/* ---- As the file itself ---- */

static int lock_log(sqlite3_file *head, int how)
{
    sqlite3_file *file = log_of(head)->file;

    return file->pMethods->xLock(file, how);
}

static int unlock_log(sqlite3_file *head, int how)
{
    sqlite3_file *file = log_of(head)->file;

    return file->pMethods->xUnlock(file, how);
}

static int is_locked(sqlite3_file *head, int *is_locked_out)
{
    sqlite3_file *file = log_of(head)->file;

    return file->pMethods->xCheckReservedLock(file, is_locked_out);
}

static int control_log(sqlite3_file *head, int what, void *argument)
{
    sqlite3_file *file = log_of(head)->file;

    return file->pMethods->xFileControl(file, what, argument);
}

static int sector_size(sqlite3_file *head)
{
    sqlite3_file *file = log_of(head)->file;

    return file->pMethods->xSectorSize(file);
}

static int device_of(sqlite3_file *head)
{
    sqlite3_file *file = log_of(head)->file;

    return file->pMethods->xDeviceCharacteristics(file);
}

static const sqlite3_io_methods log_methods = {
    .iVersion = 1, /* it is neither shared nor mapped */
    .xClose = close_log,
    .xRead = read_log,
    .xWrite = write_log,
    .xTruncate = truncate_log,
    .xSync = sync_log,
    .xFileSize = size_log,
    .xLock = lock_log,
    .xUnlock = unlock_log,
    .xCheckReservedLock = is_locked,
    .xFileControl = control_log,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_of,
};

/* ---- Opening ---- */

static sqlite3_vfs *plain; /* the system's own */

/* Not opened: without methods, which SQLite does not close then. */
static int open_log(const char *path, struct log_file *log, int how,
                    int *how_out)
{
    int code;

    *log = (struct log_file){.file = (sqlite3_file *)(log + 1)};
    log->kept = malloc(KEPT_MAX_BYTES);
    if (!log->kept)
        return SQLITE_NOMEM;
    memset(log->file, 0, (size_t)plain->szOsFile);
    code = plain->xOpen(plain, path, log->file, how, how_out);
    if (code != SQLITE_OK) {
        if (log->file->pMethods)
            (void)log->file->pMethods->xClose(log->file);
        free(log->kept);
        log->kept = NULL;
        return code;
    }
    log->head.pMethods = &log_methods;
    return SQLITE_OK;
}

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file,
                     int how, int *how_out)
{
    (void)vfs;
    if (how & SQLITE_OPEN_WAL)
        return open_log(path, (struct log_file *)file, how, how_out);
    return plain->xOpen(plain, path, file, how, how_out);
}

void log_file_register(void)
{
    static sqlite3_vfs vfs;

    plain = sqlite3_vfs_find(NULL);
    if (!plain)
        return;
    vfs = *plain;
    vfs.pNext = NULL;
    vfs.zName = LOG_FILE_VFS;
    vfs.szOsFile += (int)sizeof(struct log_file);
    vfs.xOpen = open_file;
    (void)sqlite3_vfs_register(&vfs, 0);
}
