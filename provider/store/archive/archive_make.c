#include "provider/store/archive/archive_make.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/store/archive/archive_line.h"
#include "provider/store/archive/archive_look.h"
#include "provider/store/seal_private.h"

enum {
    BLOCK_RECORDS = 500,
    FLUSH_BYTES = 256 * 1024,
    STORE_DIGITS = 8, /* of a store's id, in names of files */
};

struct making {
    struct store *store;
    const struct seal_key *key;
    const struct archive_order *order;
    struct archive_seal seal; /* grows with the records */
    unsigned char hash[AUDIT_SUM_BYTES];
    bool is_through; /* there is no more that is old enough */
    int fd;
    int64_t n_bytes;
    struct buf out; /* not written yet */
    char part[PATH_MAX];
};

static void making_clear(struct making *making)
{
    if (making->fd >= 0)
        close(making->fd);
    buf_free(&making->out);
}

static enum status fail(const char *path)
{
    log_error("audit.archive path=%s why=%s", path, strerror(errno));
    return STATUS_UNAVAILABLE;
}

/* A file, or the names in a directory. */
static enum status sync_path(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const bool is_synced = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return is_synced ? STATUS_OK : fail(path);
}

/* ---- Where it begins ---- */

static enum status read_start(struct making *making)
{
    char text[SEAL_LINE_BYTES];
    struct seal_start start = {0};
    struct seal_line line = {0};

    TRY(seal_read_text(making->store, text));
    TRY(seal_line_read(text_of(text), making->key, &line));
    TRY(seal_read_start_text(making->store, text));
    TRY(seal_start_read(text_of(text), making->key, &start));
    making->seal = (struct archive_seal){.before = start.from};
    memcpy(making->seal.store, line.store, sizeof(line.store));
    snprintf(making->seal.key, sizeof(making->seal.key), "%s",
             seal_key_id(making->key));
    audit_sum_read(start.from.hash, making->hash); /* zeros for none */
    audit_sum_write(making->hash, making->seal.before.hash);
    making->seal.last = making->seal.before;
    return STATUS_OK;
}

static enum status find_start(struct making *making)
{
    enum status status;

    TRY(store_read_begin(making->store));
    status = read_start(making);
    store_read_end(making->store);
    return status;
}

/* ---- One that is there ---- */

/* The name of an archive of this store: its first and last record. */
static bool read_name(const struct making *making, const char *name,
                      int64_t *first_out, int64_t *last_out)
{
    char again[NAME_MAX + 1];
    long long first, last;

    if (sscanf(name, "audit-%*8[0-9a-f]-%lld-%lld.jsonl", &first, &last) != 2)
        return false;
    snprintf(again, sizeof(again), "audit-%.*s-%012lld-%012lld.jsonl",
             STORE_DIGITS, making->seal.store, first, last);
    *first_out = first;
    *last_out = last;
    return strcmp(again, name) == 0;
}

static enum status hash_in_store(struct making *making, int64_t id,
                                 char hash_out[AUDIT_HASH_BYTES])
{
    enum status status;

    TRY(store_read_begin(making->store));
    status = audit_hash_at(making->store, id, hash_out);
    store_read_end(making->store);
    return status;
}

/* Its last record is the store's own, hash and all: so are those before. */
static enum status take_over(struct making *making, const char *path,
                             int64_t last)
{
    struct archive_found found;
    char hash[AUDIT_HASH_BYTES];

    TRY(archive_look(path, making->key, &found));
    TRY(hash_in_store(making, last, hash));
    if (!found.is_whole || found.seal.last.id != last ||
        strcmp(found.seal.last.hash, hash) != 0) {
        log_error("audit.archive path=%s why=%s", path,
                  found.is_whole ? "it has other records than the store"
                                 : found.problem);
        return STATUS_CONFLICT;
    }
    /* What made it may have ended before it was on the disk. */
    TRY(sync_path(path));
    TRY(sync_path(making->order->directory));
    making->seal.last.id = last;
    return STATUS_OK;
}

/* One that was made before the last end, and whose records are still there. */
static enum status find_made(struct making *making, DIR *directory)
{
    const int64_t next = making->seal.before.id + 1;
    const struct dirent *entry;
    char path[PATH_MAX];
    int64_t first, last;

    while ((entry = readdir(directory)) != NULL) {
        if (!read_name(making, entry->d_name, &first, &last) || first > next ||
            last < next)
            continue;
        if (snprintf(path, sizeof(path), "%s/%s", making->order->directory,
                     entry->d_name) >= (int)sizeof(path))
            return STATUS_LIMIT;
        return take_over(making, path, last);
    }
    return STATUS_NOT_FOUND;
}

static enum status look_for_made(struct making *making)
{
    DIR *directory = opendir(making->order->directory);
    enum status status;

    if (!directory)
        return fail(making->order->directory);
    status = find_made(making, directory);
    closedir(directory);
    return status;
}

/* ---- A new one ---- */

static enum status flush(struct making *making, size_t least)
{
    while (making->out.size > least) {
        const struct text rest = buf_text(&making->out);
        const ssize_t n = write(making->fd, rest.data, rest.size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(making->part);
        making->n_bytes += n;
        buf_consume(&making->out, (size_t)n);
    }
    return buf_status(&making->out);
}

static enum status begin_file(struct making *making)
{
    if (snprintf(making->part, sizeof(making->part), "%s/audit-%.*s.part",
                 making->order->directory, STORE_DIGITS,
                 making->seal.store) >= (int)sizeof(making->part))
        return STATUS_LIMIT;
    making->fd =
        open(making->part,
             O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (making->fd < 0)
        return fail(making->part);
    archive_line_head(&making->seal, &making->out);
    return buf_status(&making->out);
}

static enum status take_record(struct making *making, struct store_stmt *stmt)
{
    struct audit_entry entry = {0};
    char hash[AUDIT_HASH_BYTES];

    audit_entry_read(stmt, &entry);
    TRY(audit_entry_sum(making->hash, &entry, making->hash));
    if (entry.numbers[COLUMN_ID] != making->seal.last.id + 1 ||
        !text_equal(
            store_text(stmt, COLUMN_HASH),
            (struct text){(const char *)making->hash, sizeof(making->hash)})) {
        log_error("audit.archive record=%lld why=%s",
                  (long long)making->seal.last.id + 1,
                  "it does not fit the chain: smsctl audit verify");
        return STATUS_INVALID;
    }
    archive_line_record(&entry, making->hash, &making->out);
    audit_sum_write(making->hash, hash);
    memcpy(making->seal.last.hash, hash, sizeof(hash));
    making->seal.last.id++;
    return flush(making, FLUSH_BYTES);
}

static bool is_wanted(const struct making *making, struct store_stmt *stmt)
{
    return store_int(stmt, COLUMN_ID) <= making->order->last &&
           store_int(stmt, COLUMN_WALL) < making->order->before_ms;
}

static enum status take_block(struct making *making)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found = STATUS_OK;
    int n = 0;

    TRY(audit_select_after(making->store, making->seal.last.id, BLOCK_RECORDS,
                           &stmt));
    while (!making->is_through && (found = store_step(stmt)) == STATUS_OK) {
        making->is_through = !is_wanted(making, stmt);
        if (!making->is_through)
            TRY(take_record(making, stmt));
        n++;
    }
    if (found != STATUS_OK && found != STATUS_END)
        return found;
    making->is_through |= n < BLOCK_RECORDS;
    return STATUS_OK;
}

static enum status take_blocks(struct making *making)
{
    while (!making->is_through && making->n_bytes < ARCHIVE_MAX_BYTES) {
        enum status status;

        if (making->order->is_ending && *making->order->is_ending)
            return STATUS_LIMIT;
        TRY(store_read_begin(making->store));
        status = take_block(making);
        store_read_end(making->store);
        TRY(status);
    }
    return making->seal.last.id > making->seal.before.id ? STATUS_OK
                                                         : STATUS_END;
}

static enum status end_file(struct making *making)
{
    char text[SEAL_LINE_BYTES];

    making->seal.time_ms = clock_wall_ms();
    TRY(archive_seal_write(&making->seal, making->key, text));
    archive_line_seal(text, &making->out);
    TRY(flush(making, 0));
    return fsync(making->fd) == 0 ? STATUS_OK : fail(making->part);
}

/* What can be read again can be removed from the store. */
static enum status read_again(const struct making *making)
{
    struct archive_found found;

    TRY(archive_look(making->part, making->key, &found));
    if (found.is_whole && found.is_signed &&
        found.seal.last.id == making->seal.last.id &&
        strcmp(found.seal.last.hash, making->seal.last.hash) == 0)
        return STATUS_OK;
    log_error("audit.archive path=%s why=%s", making->part,
              *found.problem ? found.problem : "it is not what was written");
    return STATUS_CONFLICT;
}

static enum status put_in_place(const struct making *making)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof(path), "%s/audit-%.*s-%012lld-%012lld.jsonl",
                 making->order->directory, STORE_DIGITS, making->seal.store,
                 (long long)making->seal.before.id + 1,
                 (long long)making->seal.last.id) >= (int)sizeof(path))
        return STATUS_LIMIT;
    if (renameat2(AT_FDCWD, making->part, AT_FDCWD, path, RENAME_NOREPLACE) !=
        0)
        return fail(path);
    TRY(sync_path(making->order->directory));
    log_info("audit.archived path=%s records=%lld", path,
             (long long)(making->seal.last.id - making->seal.before.id));
    return STATUS_OK;
}

static enum status write_file(struct making *making)
{
    TRY(take_blocks(making));
    TRY(end_file(making));
    TRY(read_again(making));
    return put_in_place(making);
}

/* A full disk gets back what was tried. */
static enum status make_new(struct making *making)
{
    enum status status;

    TRY(begin_file(making));
    status = write_file(making);
    if (status != STATUS_OK)
        (void)unlink(making->part);
    return status;
}

enum status archive_make(struct store *store, const struct seal_key *key,
                         const struct archive_order *order, int64_t *last_out)
{
    SCOPED(making_clear)
    struct making making = {.store = store,
                            .key = key,
                            .order = order,
                            .fd = -1,
                            .out = buf_make(2 * ARCHIVE_LINE_MAX_BYTES)};
    enum status status;

    TRY(find_start(&making));
    status = look_for_made(&making);
    if (status == STATUS_NOT_FOUND)
        status = make_new(&making);
    TRY(status);
    *last_out = making.seal.last.id;
    return STATUS_OK;
}
