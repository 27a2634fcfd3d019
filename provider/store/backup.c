#include "provider/store/backup.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "provider/base/clock.h"
#include "provider/store/page_view.h"
#include "provider/store/store_private.h"

_Static_assert((int)BACKUP_PAGE_BYTES == (int)VIEW_PAGE_BYTES,
               "a page is a page");

enum { WAIT_MAX_MS = 50 };

struct backup {
    struct page_view *view; /* owned */
};

static bool is_over(void *context)
{
    const int64_t *until_ms = context;

    return clock_mono_ms() >= *until_ms;
}

enum status backup_open(struct store *store, struct backup **backup_out)
{
    int64_t until_ms = clock_mono_ms() + WAIT_MAX_MS;
    const struct page_view_wait wait = {is_over, &until_ms};
    const char *path = sqlite3_db_filename(store->db, "main");
    OWNED(backup) backup = calloc(1, sizeof(*backup));
    enum status status;

    if (!backup)
        return STATUS_NO_MEMORY;
    status = path ? page_view_open(path, wait, &backup->view) : STATUS_END;
    if (status == STATUS_END) /* it has no log: nobody wrote to it yet */
        return STATUS_LIMIT;
    TRY(status);
    *backup_out = TAKE(backup);
    return STATUS_OK;
}

void backup_free(struct backup *backup)
{
    if (!backup)
        return;
    page_view_free(backup->view);
    free(backup);
}

int64_t backup_n_pages(const struct backup *backup)
{
    return page_view_count(backup->view);
}

enum status backup_read(const struct backup *backup, int64_t from,
                        struct buf *out)
{
    const int64_t n = backup_n_pages(backup);
    const int64_t until =
        from <= n - BACKUP_PAGES_MAX ? from + BACKUP_PAGES_MAX : n;
    unsigned char page[BACKUP_PAGE_BYTES];

    if (from < 0 || from >= n)
        return STATUS_NOT_FOUND;
    for (int64_t i = from; i < until; i++) {
        TRY(page_view_read(backup->view, (uint32_t)i + 1, page));
        buf_append(out, page, sizeof(page));
    }
    return buf_status(out);
}
