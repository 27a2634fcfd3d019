#include "provider/daemon/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/datetime.h"
#include "provider/base/log.h"
#include "provider/daemon/site_store.h"
#include "provider/store/anchor.h"
#include "provider/store/seal_inspect.h"
#include "provider/store/seal_key.h"

enum {
    PATH_BYTES = 4096,
    PART_BYTES = PATH_BYTES + 8,
    COPY_BYTES = 256 * 1024,
    QUESTION_BYTES = 512,
    KEPT_MAX = 1000, /* in one second */
};

/* What a database consists of; the mark of an orderly end goes with it, and a
 * journal that SQLite would play back into whatever takes the name. */
static const char *const parts[] = {"", "-wal", "-shm", "-mark", "-journal"};

struct restoring {
    const struct config *config;
    char fresh[PATH_BYTES]; /* the backup's bytes, before they are in place */
    char kept[PATH_BYTES];  /* the present store's other name */
    bool is_kept;           /* a part of it at least */
    bool is_placed;         /* the backup has the store's name */
    struct anchor anchor;   /* held: nobody else has the store meanwhile */
    bool has_anchor;
    struct anchor_lines lines; /* as it was; none: there was no anchor */
};

static enum status fail(const char *path, const char *what)
{
    log_error("restore.failed file=%s what=%s why=%s", path, what,
              strerror(errno));
    return STATUS_UNAVAILABLE;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* ---- A database's parts ---- */

static bool is_there(const char *path)
{
    struct stat file;

    return lstat(path, &file) == 0;
}

static void name_part(char out[PART_BYTES], const char *path, size_t part)
{
    snprintf(out, PART_BYTES, "%s%s", path, parts[part]);
}

/* A log alone is something too: what takes the database's name would be read
 * together with it. */
static bool has_parts(const char *path)
{
    char part[PART_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        name_part(part, path, i);
        if (is_there(part))
            return true;
    }
    return false;
}

/* Renames a database with all that belongs to it. */
static enum status move(const char *from, const char *to)
{
    char a[PART_BYTES], b[PART_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        name_part(a, from, i);
        name_part(b, to, i);
        if (is_there(a) && rename(a, b) != 0)
            return fail(a, "rename");
    }
    return STATUS_OK;
}

static void remove_parts(const char *path)
{
    char part[PART_BYTES];

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        name_part(part, path, i);
        unlink(part);
    }
}

/* ---- Copying ---- */

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t n = write(fd, bytes, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* "Could not be read" is not its end. */
static enum status copy_bytes(int from, int to, const char *path)
{
    SCOPED(memory_drop) char *bytes = malloc(COPY_BYTES);
    ssize_t n;

    if (!bytes)
        return STATUS_NO_MEMORY;
    while ((n = read(from, bytes, COPY_BYTES)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(path, "read");
        if (!write_all(to, bytes, (size_t)n))
            return fail(path, "copy");
    }
    return fsync(to) == 0 ? STATUS_OK : fail(path, "sync");
}

static enum status copy_backup(struct restoring *restoring,
                               const struct restore_order *order)
{
    SCOPED(close_fd) int to = -1;

    remove_parts(restoring->fresh); /* of a restore that was interrupted */
    to = open(restoring->fresh,
              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (to < 0)
        return fail(restoring->fresh, "create");
    return copy_bytes(order->fd, to, order->file);
}

/* ---- Checking ---- */

static void log_problems(const char *file, struct text problems)
{
    while (problems.size > 0) {
        const char *end = memchr(problems.data, '\n', problems.size);
        const size_t size = end ? (size_t)(end - problems.data) : problems.size;
        SCOPED(memory_drop)
        char *line = text_dup((struct text){problems.data, size});

        log_error("restore.refused file=%s why=%s", file, line);
        problems.data += size + (end ? 1 : 0);
        problems.size -= size + (end ? 1 : 0);
    }
}

/* Every row, and the whole audit. */
static enum status check_backup(const struct restoring *restoring,
                                const char *file, struct seal_line *line_out)
{
    SCOPED(seal_found_clear) struct seal_found found = {0};
    const struct seal_inspection what = {
        .file = restoring->fresh,
        .key = restoring->config->store_key,
        .has_rows = true,
    };
    const enum status status = seal_inspect(&what, &found);

    if (status != STATUS_OK) {
        log_error("restore.refused file=%s why=%s", file,
                  status == STATUS_INVALID ? "it is no store"
                  : status == STATUS_NOT_FOUND
                      ? "the key that seals it is missing"
                      : status_name(status));
        return status == STATUS_NOT_FOUND ? STATUS_INVALID : status;
    }
    if (found.report.problems.size > 0) {
        log_problems(file, buf_text(&found.report.problems));
        return STATUS_INVALID;
    }
    if (!found.report.has_rows || found.report.line.serial == 0) {
        log_error("restore.refused file=%s why=%s", file,
                  "it is not sealed with the key of this site");
        return STATUS_INVALID;
    }
    *line_out = found.report.line;
    return STATUS_OK;
}

/* The latest that is known of this site's store; serial 0: nothing. */
static enum status hold_anchor(struct restoring *restoring,
                               struct seal_line *line_out)
{
    const struct config *config = restoring->config;
    OWNED(seal_key) key = NULL;
    char text[SEAL_LINE_BYTES];
    enum status status = anchor_open(config->store_anchor, &restoring->anchor);

    *line_out = (struct seal_line){0};
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_UNAVAILABLE) {
        log_error("restore.refused why=%s",
                  "the provider is running: stop it first");
        return STATUS_CONFLICT;
    }
    TRY(status);
    restoring->has_anchor = true;
    TRY(anchor_keep(&restoring->anchor, &restoring->lines));
    TRY(seal_key_open(config->store_key, &key));
    status = anchor_read(&restoring->anchor, key, line_out, text);
    if (status != STATUS_OK)
        *line_out = (struct seal_line){0};
    return status == STATUS_UNAVAILABLE ? status : STATUS_OK;
}

static void release_anchor(struct restoring *restoring)
{
    if (restoring->has_anchor)
        anchor_close(&restoring->anchor);
    restoring->has_anchor = false;
}

static void write_time(const struct seal_line *line, char out[DATETIME_BYTES])
{
    datetime_write(line->time_ms / 1000, out);
}

static bool is_confirmed(const struct restore_order *order,
                         const struct seal_line *backup,
                         const struct seal_line *present)
{
    char question[QUESTION_BYTES], then[DATETIME_BYTES], now[DATETIME_BYTES];

    write_time(backup, then);
    write_time(present, now);
    if (present->serial > backup->serial)
        snprintf(question, sizeof(question),
                 "The backup is of %s (change %lld). The store is of %s "
                 "(change %lld): %lld changes since are given up, revocations "
                 "among them. Restore?",
                 then, (long long)backup->serial, now,
                 (long long)present->serial,
                 (long long)(present->serial - backup->serial));
    else
        snprintf(question, sizeof(question),
                 "The backup is of %s (change %lld). Restore?", then,
                 (long long)backup->serial);
    return order->confirm(order->context, question);
}

/* ---- In its place ---- */

static enum status sync_directory(const char *path)
{
    SCOPED(memory_drop) char *copy = strdup(path);
    SCOPED(close_fd) int fd = -1;

    if (!copy)
        return STATUS_NO_MEMORY;
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && fsync(fd) == 0 ? STATUS_OK : fail(path, "sync");
}

static enum status put_in_place(struct restoring *restoring)
{
    const char *path = restoring->config->store_path;

    if (has_parts(path)) {
        restoring->is_kept = true;
        TRY(move(path, restoring->kept));
    }
    if (rename(restoring->fresh, path) != 0)
        return fail(path, "rename");
    restoring->is_placed = true;
    TRY(sync_directory(path));
    release_anchor(restoring); /* sealing opens it anew */
    return site_store_restore(restoring->config);
}

/* The anchor may have seen the restored one: the present one, put back, would
 * be taken for an older database. */
static enum status return_anchor(struct restoring *restoring)
{
    if (restoring->lines.size == 0)
        return STATUS_OK;
    if (!restoring->has_anchor)
        TRY(anchor_open(restoring->config->store_anchor, &restoring->anchor));
    restoring->has_anchor = true;
    return anchor_return(&restoring->anchor, &restoring->lines);
}

/* Nothing is removed but what the backup has put there: the parts that were
 * not moved have the store's name still. */
static void put_back(struct restoring *restoring)
{
    const char *path = restoring->config->store_path;

    if (!restoring->is_kept)
        return;
    if (restoring->is_placed)
        remove_parts(path);
    if (move(restoring->kept, path) != STATUS_OK ||
        (restoring->is_placed && return_anchor(restoring) != STATUS_OK))
        log_error("restore.not_undone path=%s before=%s why=%s", path,
                  restoring->kept, "restore a backup again");
    else
        log_warn("restore.undone path=%s", path);
}

static enum status name_files(struct restoring *restoring)
{
    const char *path = restoring->config->store_path;
    const long long now_s = clock_wall_s();
    const int most = PATH_BYTES;
    int n = 0;

    if (snprintf(restoring->fresh, PATH_BYTES, "%s.restoring", path) >= most)
        return STATUS_INVALID;
    do {
        if (snprintf(restoring->kept, PATH_BYTES, "%s.before-restore-%lld.%d",
                     path, now_s, n) >= most)
            return STATUS_INVALID;
    } while (has_parts(restoring->kept) && n++ < KEPT_MAX);
    return n <= KEPT_MAX ? STATUS_OK : STATUS_CONFLICT;
}

/* The question is asked when the backup is known to be sound. */
static enum status do_restore(struct restoring *restoring,
                              const struct restore_order *order)
{
    struct seal_line backup = {0}, present;
    enum status status;

    TRY(hold_anchor(restoring, &present));
    TRY(copy_backup(restoring, order));
    TRY(check_backup(restoring, order->file, &backup));
    if (!is_confirmed(order, &backup, &present))
        return STATUS_DENIED;
    status = put_in_place(restoring);
    if (status != STATUS_OK)
        put_back(restoring);
    return status;
}

enum status restore_store(const struct config *config,
                          const struct restore_order *order)
{
    struct restoring restoring = {.config = config};
    enum status status;

    TRY(name_files(&restoring));
    status = do_restore(&restoring, order);
    release_anchor(&restoring);
    if (status != STATUS_CONFLICT)
        remove_parts(restoring.fresh);
    if (status == STATUS_OK)
        log_info("restore.done path=%s before=%s", config->store_path,
                 restoring.is_kept ? restoring.kept : NULL);
    return status;
}
