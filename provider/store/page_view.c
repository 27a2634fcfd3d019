#include "provider/store/page_view.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/memory.h"

/* ---- What the files look like ---- */

enum {
    INDEX_VERSION = 3007000,
    INDEX_BYTES = 32768, /* of the part of the log's index that has its head */
    LOG_HEAD_BYTES = 32,
    LOG_SALT_AT = 16,
    FRAME_HEAD_BYTES = 24,
    FRAME_BYTES = FRAME_HEAD_BYTES + VIEW_PAGE_BYTES,
    LOCK_OF_READERS = 3, /* of readers of the database alone; the next one: of
                            the log too */
    N_LOCKS = 2,
    WAIT_MS = 1,
    WAITS_MAX = 5000,
};

/* The head of the log's index, twice, then how far the log was moved into the
 * database: in the byte order of the machine. */
struct index_head {
    uint32_t version;
    uint32_t unused;
    uint32_t n_changes;
    uint8_t is_made;
    uint8_t is_big_endian;
    uint16_t page_bytes;
    uint32_t n_frames;
    uint32_t n_pages;
    uint32_t frame_sum[2];
    unsigned char salt[8];
    uint32_t sum[2];
};
struct index {
    struct index_head head, again;
    uint32_t n_moved;
    uint32_t marks[5];
    uint8_t locks[8];
    uint32_t n_tried; /* to move */
    uint32_t unused;
};
_Static_assert(sizeof(struct index_head) == 48, "as SQLite has it");
_Static_assert(sizeof(struct index) == 136, "as SQLite has it");

/* A page in the log. */
struct frame {
    uint32_t page;
    uint32_t n_pages; /* of the database, if a change ends with it; or 0 */
    uint32_t before;  /* the frame that had this page before; 0: none */
};

struct page_view {
    sqlite3_filename name;
    sqlite3_file *file;   /* the database, as SQLite opens it */
    void volatile *index; /* of the log, in memory that all share */
    int n_locks;
    int log;
    struct frame *frames; /* from 1 */
    uint32_t least;       /* frames that may be the last one are not below */
    uint32_t last;        /* frame that is seen; 0: the database alone */
    uint32_t n_pages;
    uint32_t *slots; /* frames, by their pages: open addressing */
    uint32_t n_slots;
};

/* ---- Opening and locks ---- */

static void unlock(struct page_view *view)
{
    while (view->n_locks > 0)
        (void)view->file->pMethods->xShmLock(
            view->file, LOCK_OF_READERS + --view->n_locks, 1,
            SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
}

void page_view_free(struct page_view *view)
{
    if (!view)
        return;
    unlock(view);
    if (view->file && view->file->pMethods) {
        (void)view->file->pMethods->xShmUnmap(view->file, 0);
        (void)view->file->pMethods->xUnlock(view->file, SQLITE_LOCK_NONE);
        (void)view->file->pMethods->xClose(view->file);
    }
    if (view->log >= 0)
        close(view->log);
    sqlite3_free_filename(view->name);
    free(view->file);
    free(view->frames);
    free(view->slots);
    free(view);
}

static enum status open_files(struct page_view *view, const char *path)
{
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB;

    view->name = sqlite3_create_filename(path, "", "", 0, NULL);
    view->file = calloc(1, (size_t)system->szOsFile);
    if (!view->name || !view->file)
        return STATUS_NO_MEMORY;
    if (system->xOpen(system, view->name, view->file, flags, &flags) !=
            SQLITE_OK ||
        view->file->pMethods->xLock(view->file, SQLITE_LOCK_SHARED) !=
            SQLITE_OK)
        return STATUS_END;
    if (view->file->pMethods->iVersion < 2 ||
        view->file->pMethods->xShmMap(view->file, 0, INDEX_BYTES, 0,
                                      &view->index) != SQLITE_OK ||
        !view->index)
        return STATUS_END;
    return STATUS_OK;
}

static enum status open_log(struct page_view *view, const char *path)
{
    SCOPED(memory_drop) char *name = malloc(strlen(path) + sizeof("-wal"));

    if (!name)
        return STATUS_NO_MEMORY;
    strcpy(name, path);
    strcat(name, "-wal");
    view->log = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return view->log >= 0 ? STATUS_OK : STATUS_END;
}

/* Others hold them for themselves only while the log is moved. */
static enum status lock(struct page_view *view, struct page_view_wait wait)
{
    int n_waits = 0;

    while (view->n_locks < N_LOCKS) {
        const int code = view->file->pMethods->xShmLock(
            view->file, LOCK_OF_READERS + view->n_locks, 1,
            SQLITE_SHM_LOCK | SQLITE_SHM_SHARED);

        if (code == SQLITE_OK) {
            view->n_locks++;
            continue;
        }
        if (code != SQLITE_BUSY || n_waits++ == WAITS_MAX)
            return STATUS_END;
        if (wait.is_over(wait.context))
            return STATUS_LIMIT;
        sqlite3_sleep(WAIT_MS);
    }
    return STATUS_OK;
}

/* ---- The log ---- */

/* A head that is being written is read again. */
static enum status read_index(struct page_view *view,
                              struct page_view_wait wait, struct index *index)
{
    const struct sqlite3_io_methods *as = view->file->pMethods;
    const struct index volatile *from = view->index;

    for (;;) {
        index->head = from->head;
        as->xShmBarrier(view->file);
        index->again = from->again;
        if (memcmp(&index->head, &index->again, sizeof(index->head)) == 0)
            break;
        if (wait.is_over(wait.context))
            return STATUS_LIMIT;
    }
    index->n_tried = from->n_tried;
    return index->head.is_made && index->head.version == INDEX_VERSION &&
                   index->head.page_bytes == VIEW_PAGE_BYTES
               ? STATUS_OK
               : STATUS_END;
}

static bool read_log(const struct page_view *view, void *into, size_t size,
                     uint64_t at)
{
    return pread(view->log, into, size, (off_t)at) == (ssize_t)size;
}

static uint64_t frame_at(uint32_t frame)
{
    return LOG_HEAD_BYTES + (uint64_t)(frame - 1) * FRAME_BYTES;
}

static uint32_t read_u32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

/* The slot of a page, or where it would be. */
static uint32_t slot_of(const struct page_view *view, uint32_t page)
{
    uint32_t at = page * UINT32_C(2654435761);

    for (;; at++) {
        const uint32_t frame = view->slots[at & (view->n_slots - 1)];

        if (frame == 0 || view->frames[frame].page == page)
            return at & (view->n_slots - 1);
    }
}

static bool read_frame(struct page_view *view, uint32_t number)
{
    struct frame *frame = &view->frames[number];
    unsigned char head[8];
    uint32_t slot;

    if (!read_log(view, head, sizeof(head), frame_at(number)))
        return false;
    frame->page = read_u32(head);
    frame->n_pages = read_u32(head + 4);
    slot = slot_of(view, frame->page);
    frame->before = view->slots[slot];
    view->slots[slot] = number;
    return true;
}

/* Before all that is in the log: as large as its file is. */
static bool step_to_file(struct page_view *view)
{
    sqlite3_int64 n_bytes = 0;

    if (view->file->pMethods->xFileSize(view->file, &n_bytes) != SQLITE_OK)
        return false;
    view->last = 0;
    view->n_pages = (uint32_t)(n_bytes / VIEW_PAGE_BYTES);
    return true;
}

static enum status read_frames(struct page_view *view,
                               const struct index *index)
{
    const uint32_t n = index->head.n_frames;
    unsigned char salt[sizeof(index->head.salt)];

    for (view->n_slots = 64; view->n_slots < 2 * n; view->n_slots *= 2)
        ;
    view->frames = calloc((size_t)n + 1, sizeof(*view->frames));
    view->slots = calloc(view->n_slots, sizeof(*view->slots));
    if (!view->frames || !view->slots)
        return STATUS_NO_MEMORY;
    if (n && (!read_log(view, salt, sizeof(salt), LOG_SALT_AT) ||
              memcmp(salt, index->head.salt, sizeof(salt)) != 0))
        return STATUS_END;
    for (uint32_t i = 1; i <= n; i++)
        if (!read_frame(view, i))
            return STATUS_END;
    view->last = n;
    view->least = index->n_tried;
    view->n_pages = index->head.n_pages;
    return view->n_pages || step_to_file(view) ? STATUS_OK : STATUS_END;
}

enum status page_view_open(const char *path, struct page_view_wait wait,
                           struct page_view **view_out)
{
    OWNED(page_view) view = calloc(1, sizeof(*view));
    struct index index;

    if (!view)
        return STATUS_NO_MEMORY;
    view->log = -1;
    TRY(open_files(view, path));
    TRY(open_log(view, path));
    TRY(lock(view, wait));
    TRY(read_index(view, wait, &index));
    TRY(read_frames(view, &index));
    *view_out = TAKE(view);
    return STATUS_OK;
}

/* ---- Seeing ---- */

bool page_view_step_back(struct page_view *view)
{
    uint32_t at = view->last;

    if (at <= view->least)
        return false;
    do
        at--;
    while (at > view->least && view->frames[at].n_pages == 0);
    if (at == 0)
        return step_to_file(view);
    view->last = at;
    view->n_pages = view->frames[at].n_pages;
    return view->n_pages != 0;
}

uint32_t page_view_count(const struct page_view *view)
{
    return view->n_pages;
}

enum status page_view_read(const struct page_view *view, uint32_t page,
                           unsigned char into[VIEW_PAGE_BYTES])
{
    uint32_t frame = view->slots[slot_of(view, page)];

    if (page == 0 || page > view->n_pages)
        return STATUS_NOT_FOUND;
    while (frame > view->last)
        frame = view->frames[frame].before;
    if (frame)
        return read_log(view, into, VIEW_PAGE_BYTES,
                        frame_at(frame) + FRAME_HEAD_BYTES)
                   ? STATUS_OK
                   : STATUS_UNAVAILABLE;
    return view->file->pMethods->xRead(view->file, into, VIEW_PAGE_BYTES,
                                       (sqlite3_int64)(page - 1) *
                                           VIEW_PAGE_BYTES) == SQLITE_OK
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}
