#include "provider/store/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"

enum { SLOT_BYTES = SEAL_LINE_BYTES, N_SLOTS = 2, SYNC_EVERY_MS = 1000 };

void anchor_close(struct anchor *anchor)
{
    if (anchor->fd >= 0) {
        (void)fdatasync(anchor->fd);
        close(anchor->fd);
    }
    free(anchor->path);
    *anchor = (struct anchor){.fd = -1};
}

static enum status fail(const char *path, enum status status)
{
    log_error("anchor.open path=%s why=%s", path, strerror(errno));
    return status;
}

/* Whoever can write to it could undo a change; another owner than the
 * provider's is allowed. */
static enum status note_identity(struct anchor *anchor, const char *path)
{
    struct stat about;

    if (fstat(anchor->fd, &about) != 0)
        return fail(path, STATUS_UNAVAILABLE);
    if (!S_ISREG(about.st_mode) || (about.st_mode & 007)) {
        log_error("anchor.open path=%s why=%s", path,
                  "must be a file that others can neither read nor write");
        return STATUS_INVALID;
    }
    anchor->device = about.st_dev;
    anchor->inode = about.st_ino;
    anchor->path = text_dup(text_of(path));
    return anchor->path ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Two writers of one store would take each other for manipulation. */
static enum status hold(const struct anchor *anchor)
{
    if (flock(anchor->fd, LOCK_EX | LOCK_NB) == 0)
        return STATUS_OK;
    log_error("store.in_use anchor=%s why=%s", anchor->path,
              errno == EWOULDBLOCK ? "another provider has it open"
                                   : strerror(errno));
    return STATUS_UNAVAILABLE;
}

static enum status open_unheld(const char *path, int flags,
                               struct anchor *anchor_out)
{
    struct anchor anchor = {.fd = -1};
    enum status status;

    anchor.fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (anchor.fd < 0)
        return fail(path, errno == EEXIST   ? STATUS_CONFLICT
                          : errno == ENOENT ? STATUS_NOT_FOUND
                                            : STATUS_UNAVAILABLE);
    status = note_identity(&anchor, path);
    if (status != STATUS_OK) {
        anchor_close(&anchor);
        return status;
    }
    *anchor_out = anchor;
    return STATUS_OK;
}

static enum status open_with(const char *path, int flags,
                             struct anchor *anchor_out)
{
    enum status status;

    TRY(open_unheld(path, flags, anchor_out));
    status = hold(anchor_out);
    if (status != STATUS_OK)
        anchor_close(anchor_out);
    return status;
}

enum status anchor_make(const char *path, struct anchor *anchor_out)
{
    TRY(open_with(path, O_RDWR | O_CREAT | O_EXCL, anchor_out));
    /* Its blocks are allocated now: a full disk cannot stop it. */
    if (posix_fallocate(anchor_out->fd, 0, N_SLOTS * SLOT_BYTES) == 0)
        return STATUS_OK;
    anchor_close(anchor_out);
    unlink(path);
    return STATUS_UNAVAILABLE;
}

enum status anchor_open(const char *path, struct anchor *anchor_out)
{
    return open_with(path, O_RDWR, anchor_out);
}

static enum status read_slot(const struct anchor *anchor, off_t at,
                             const struct seal_key *key,
                             struct seal_line *line_out,
                             char text_out[SEAL_LINE_BYTES])
{
    char slot[SLOT_BYTES];
    const ssize_t size = pread(anchor->fd, slot, sizeof(slot), at);
    const char *end = size > 0 ? memchr(slot, '\n', (size_t)size) : NULL;

    if (size < 0) {
        log_error("anchor.read why=%s", strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    if (!end)
        return STATUS_INVALID;
    memcpy(text_out, slot, (size_t)(end - slot));
    text_out[end - slot] = '\0';
    return seal_line_read(text_of(text_out), key, line_out);
}

enum status anchor_read(const struct anchor *anchor, const struct seal_key *key,
                        struct seal_line *line_out,
                        char text_out[SEAL_LINE_BYTES])
{
    enum status status = STATUS_INVALID;

    *line_out = (struct seal_line){0};
    for (off_t i = 0; i < N_SLOTS; i++) {
        struct seal_line line;
        char text[SEAL_LINE_BYTES];
        const enum status found =
            read_slot(anchor, i * SLOT_BYTES, key, &line, text);

        if (found == STATUS_UNAVAILABLE)
            return found; /* it may be the later one */
        if (found != STATUS_OK || line.serial <= line_out->serial)
            continue;
        *line_out = line;
        memcpy(text_out, text, sizeof(text));
        status = STATUS_OK;
    }
    return status;
}

enum status anchor_look(const char *path, const struct seal_key *key,
                        struct seal_line *line_out)
{
    struct anchor anchor = {.fd = -1};
    char text[SEAL_LINE_BYTES];
    enum status status;

    TRY(open_unheld(path, O_RDONLY, &anchor));
    status = anchor_read(&anchor, key, line_out, text);
    anchor_close(&anchor);
    return status;
}

enum status anchor_write(struct anchor *anchor, int64_t serial,
                         const char *text, bool is_urgent)
{
    const off_t at = serial % N_SLOTS * SLOT_BYTES;
    const int64_t now_ms = clock_mono_ms();
    const size_t size = strlen(text);
    char slot[SLOT_BYTES];

    memset(slot, ' ', sizeof(slot));
    memcpy(slot, text, size < sizeof(slot) ? size : 0);
    slot[size] = '\n';
    slot[sizeof(slot) - 1] = '\n';
    if (pwrite(anchor->fd, slot, sizeof(slot), at) != (ssize_t)sizeof(slot))
        return fail(anchor->path, STATUS_UNAVAILABLE);
    if (!is_urgent && now_ms - anchor->synced_ms < SYNC_EVERY_MS)
        return STATUS_OK;
    anchor->synced_ms = now_ms;
    return fdatasync(anchor->fd) == 0 ? STATUS_OK
                                      : fail(anchor->path, STATUS_UNAVAILABLE);
}

_Static_assert(sizeof(((struct anchor_lines *)0)->bytes) ==
                   N_SLOTS * SLOT_BYTES,
               "all of its lines");

enum status anchor_keep(const struct anchor *anchor,
                        struct anchor_lines *lines_out)
{
    const ssize_t size =
        pread(anchor->fd, lines_out->bytes, sizeof(lines_out->bytes), 0);

    lines_out->size = size > 0 ? (size_t)size : 0;
    return size >= 0 ? STATUS_OK : fail(anchor->path, STATUS_UNAVAILABLE);
}

enum status anchor_return(const struct anchor *anchor,
                          const struct anchor_lines *lines)
{
    const ssize_t size = (ssize_t)lines->size;

    if (pwrite(anchor->fd, lines->bytes, lines->size, 0) == size &&
        fdatasync(anchor->fd) == 0)
        return STATUS_OK;
    return fail(anchor->path, STATUS_UNAVAILABLE);
}

bool anchor_is_in_place(const struct anchor *anchor)
{
    struct stat about;

    return stat(anchor->path, &about) == 0 && about.st_dev == anchor->device &&
           about.st_ino == anchor->inode;
}
