/*
 * It is a file system for SQLite, with one file that is more than a view. Pages
 * that were written, and journals, are in files without a name.
 */
#include "provider/store/overlay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/memory.h"

enum {
    WRITTEN_MAX = 4 << 20, /* pages: 16 GiB */
    SLOTS_LEAST = 1024,
    /* Of the database's head: which programs may write and read it; 2 is for
     * those that keep a log, 1 for those that keep none. */
    HEAD_HOW = 18,
    HEAD_NO_LOG = 1,
};

/* A page that was written, and where. */
struct written {
    uint32_t page; /* 0: none */
    uint32_t place;
};

struct overlay {
    sqlite3_vfs vfs; /* registered under name */
    sqlite3_vfs *system;
    char name[32];
    struct page_view *view; /* owned */
    uint32_t n_pages;
    sqlite3_file *pages;     /* owned: what was written */
    struct written *written; /* owned: [n_slots], open addressing */
    uint32_t n_slots;
    uint32_t n_written;
};

struct overlay_file {
    sqlite3_file as;
    struct overlay *overlay;
};

static struct overlay *overlay_of(sqlite3_file *file)
{
    return ((struct overlay_file *)(void *)file)->overlay;
}

/* ---- Pages that were written ---- */

static struct written *slot_of(const struct overlay *overlay, uint32_t page)
{
    uint32_t at = page * UINT32_C(2654435761);

    for (;; at++) {
        struct written *slot = &overlay->written[at & (overlay->n_slots - 1)];

        if (slot->page == 0 || slot->page == page)
            return slot;
    }
}

static int grow(struct overlay *overlay)
{
    const uint32_t n_old = overlay->n_slots;
    struct written *old = overlay->written;

    if (overlay->n_written < n_old / 2)
        return SQLITE_OK;
    overlay->written = calloc((size_t)2 * n_old, sizeof(*old));
    if (!overlay->written) {
        overlay->written = old;
        return SQLITE_NOMEM;
    }
    overlay->n_slots = 2 * n_old;
    for (uint32_t i = 0; i < n_old; i++)
        if (old[i].page)
            *slot_of(overlay, old[i].page) = old[i];
    free(old);
    return SQLITE_OK;
}

static int write_page(struct overlay *overlay, uint32_t page, const void *from)
{
    struct written *slot = slot_of(overlay, page);

    if (slot->page == 0) {
        if (overlay->n_written == WRITTEN_MAX)
            return SQLITE_FULL;
        if (grow(overlay) != SQLITE_OK)
            return SQLITE_NOMEM;
        slot = slot_of(overlay, page);
        *slot = (struct written){page, overlay->n_written++};
    }
    if (page > overlay->n_pages)
        overlay->n_pages = page;
    return overlay->pages->pMethods->xWrite(
        overlay->pages, from, VIEW_PAGE_BYTES,
        (sqlite3_int64)slot->place * VIEW_PAGE_BYTES);
}

static int read_view(const struct overlay *overlay, uint32_t page,
                     unsigned char into[VIEW_PAGE_BYTES])
{
    const enum status found = page_view_read(overlay->view, page, into);

    if (found == STATUS_NOT_FOUND) /* never written, beside others that are */
        memset(into, 0, VIEW_PAGE_BYTES);
    else if (found != STATUS_OK)
        return SQLITE_IOERR_READ;
    if (page == 1 && found == STATUS_OK)
        into[HEAD_HOW] = into[HEAD_HOW + 1] = HEAD_NO_LOG;
    return SQLITE_OK;
}

static int read_page(const struct overlay *overlay, uint32_t page,
                     unsigned char into[VIEW_PAGE_BYTES])
{
    const struct written *slot = slot_of(overlay, page);

    if (slot->page == 0)
        return read_view(overlay, page, into);
    return overlay->pages->pMethods->xRead(
        overlay->pages, into, VIEW_PAGE_BYTES,
        (sqlite3_int64)slot->place * VIEW_PAGE_BYTES);
}

/* ---- The file ---- */

static int close_file(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

/* Whole pages, but for looks at the head. */
static int read_file(sqlite3_file *file, void *into, int size, sqlite3_int64 at)
{
    const struct overlay *overlay = overlay_of(file);
    const uint32_t page = (uint32_t)(at / VIEW_PAGE_BYTES) + 1;
    const size_t first = (size_t)(at % VIEW_PAGE_BYTES);
    unsigned char bytes[VIEW_PAGE_BYTES];
    int code;

    if (size < 0 || first + (size_t)size > VIEW_PAGE_BYTES)
        return SQLITE_IOERR_READ;
    if (page > overlay->n_pages) {
        memset(into, 0, (size_t)size);
        return SQLITE_IOERR_SHORT_READ;
    }
    if (size == VIEW_PAGE_BYTES)
        return read_page(overlay, page, into);
    code = read_page(overlay, page, bytes);
    memcpy(into, bytes + first, (size_t)size);
    return code;
}

static int write_file(sqlite3_file *file, const void *from, int size,
                      sqlite3_int64 at)
{
    if (size != VIEW_PAGE_BYTES || at % VIEW_PAGE_BYTES != 0)
        return SQLITE_IOERR_WRITE;
    return write_page(overlay_of(file), (uint32_t)(at / VIEW_PAGE_BYTES) + 1,
                      from);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    overlay_of(file)->n_pages = (uint32_t)(size / VIEW_PAGE_BYTES);
    return SQLITE_OK;
}

static int size_file(sqlite3_file *file, sqlite3_int64 *size_out)
{
    *size_out = (sqlite3_int64)overlay_of(file)->n_pages * VIEW_PAGE_BYTES;
    return SQLITE_OK;
}

/* Nobody else has it, and nothing of it is kept. */
static int no_sync(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return SQLITE_OK;
}

static int no_lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int no_reserved(sqlite3_file *file, int *is_out)
{
    (void)file;
    *is_out = 0;
    return SQLITE_OK;
}

static int no_control(sqlite3_file *file, int operation, void *argument)
{
    (void)file;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_of(sqlite3_file *file)
{
    (void)file;
    return VIEW_PAGE_BYTES;
}

static int traits_of(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1, /* without shared memory: without a log */
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = no_sync,
    .xFileSize = size_file,
    .xLock = no_lock,
    .xUnlock = no_lock,
    .xCheckReservedLock = no_reserved,
    .xFileControl = no_control,
    .xSectorSize = sector_of,
    .xDeviceCharacteristics = traits_of,
};

/* ---- The file system ---- */

static int open_unnamed(sqlite3_vfs *system, sqlite3_file *file, int kind)
{
    return system->xOpen(system, NULL, file,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                             SQLITE_OPEN_EXCLUSIVE | SQLITE_OPEN_DELETEONCLOSE |
                             kind,
                         NULL);
}

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name,
                     sqlite3_file *file, int flags, int *flags_out)
{
    struct overlay *overlay = vfs->pAppData;
    struct overlay_file *own = (struct overlay_file *)(void *)file;

    (void)name;
    if (flags_out)
        *flags_out = flags;
    if (!(flags & SQLITE_OPEN_MAIN_DB))
        return open_unnamed(overlay->system, file, SQLITE_OPEN_TEMP_JOURNAL);
    own->as.pMethods = &methods;
    own->overlay = overlay;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)name;
    (void)sync;
    return SQLITE_OK;
}

static int find_file(sqlite3_vfs *vfs, const char *name, int flags, int *is_out)
{
    (void)vfs;
    (void)name;
    (void)flags;
    *is_out = 0;
    return SQLITE_OK;
}

static int full_name(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    return snprintf(out, (size_t)size, "%s", name) < size ? SQLITE_OK
                                                          : SQLITE_CANTOPEN;
}

static void describe(struct overlay *overlay)
{
    const size_t size = sizeof(struct overlay_file);

    overlay->vfs = *overlay->system;
    overlay->vfs.iVersion = 1;
    overlay->vfs.pNext = NULL;
    if (overlay->vfs.szOsFile < (int)size)
        overlay->vfs.szOsFile = (int)size;
    snprintf(overlay->name, sizeof(overlay->name), "overlay-%p",
             (void *)overlay);
    overlay->vfs.zName = overlay->name;
    overlay->vfs.pAppData = overlay;
    overlay->vfs.xOpen = open_file;
    overlay->vfs.xDelete = delete_file;
    overlay->vfs.xAccess = find_file;
    overlay->vfs.xFullPathname = full_name;
}

static enum status make_room(struct overlay *overlay)
{
    overlay->pages = calloc(1, (size_t)overlay->system->szOsFile);
    overlay->written = calloc(SLOTS_LEAST, sizeof(*overlay->written));
    overlay->n_slots = SLOTS_LEAST;
    if (!overlay->pages || !overlay->written)
        return STATUS_NO_MEMORY;
    return open_unnamed(overlay->system, overlay->pages, SQLITE_OPEN_TEMP_DB) ==
                   SQLITE_OK
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

enum status overlay_new(struct page_view *view, struct overlay **overlay_out)
{
    OWNED(overlay) overlay = calloc(1, sizeof(*overlay));

    if (!overlay) {
        page_view_free(view);
        return STATUS_NO_MEMORY;
    }
    overlay->view = view;
    overlay->n_pages = page_view_count(view);
    overlay->system = sqlite3_vfs_find(NULL);
    describe(overlay);
    TRY(make_room(overlay));
    if (sqlite3_vfs_register(&overlay->vfs, 0) != SQLITE_OK)
        return STATUS_NO_MEMORY;
    *overlay_out = TAKE(overlay);
    return STATUS_OK;
}

void overlay_free(struct overlay *overlay)
{
    if (!overlay)
        return;
    sqlite3_vfs_unregister(&overlay->vfs);
    if (overlay->pages && overlay->pages->pMethods)
        (void)overlay->pages->pMethods->xClose(overlay->pages);
    page_view_free(overlay->view);
    free(overlay->pages);
    free(overlay->written);
    free(overlay);
}

enum status overlay_open(struct overlay *overlay, sqlite3 **db_out)
{
    return sqlite3_open_v2("overlay", db_out,
                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                           overlay->name) == SQLITE_OK
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}
