/*
 * A store's bytes as its last change left them, while it goes on being used.
 *
 * They are the database file itself, whole and without a log: sealed like the
 * store, so that whoever has the key can tell whether a byte was changed. While
 * a backup is open the store's log is not begun anew and grows with every
 * change: its reader must not dawdle.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/store/store.h"

enum {
    BACKUP_PAGE_BYTES = 4096,
    BACKUP_PAGES_MAX = 256, /* of one reading */
};

struct backup;

/* STATUS_LIMIT: it could not be had in time; try again. */
MUST_CHECK
enum status backup_open(struct store *store, struct backup **backup_out);
void backup_free(struct backup *backup);
DEFINE_DROP(backup)

int64_t backup_n_pages(const struct backup *backup);

/*
 * Appends up to BACKUP_PAGES_MAX pages, from the given one, which counts from
 * 0. STATUS_NOT_FOUND: it has no such page.
 */
MUST_CHECK
enum status backup_read(const struct backup *backup, int64_t from,
                        struct buf *out);
