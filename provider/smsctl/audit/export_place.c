#include "provider/smsctl/audit/export_place.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <jansson.h>

#include "provider/client/answer.h"

enum { PATH_MAX_BYTES = 4096, CONTENT_MAX_BYTES = 256 };

int64_t export_place_again(const struct export_place *place)
{
    const int64_t least = place->taken - EXPORT_AGAIN_MAX;

    return place->proved > least ? place->proved : least;
}

static bool read_number(const json_t *root, const char *name, int64_t *out)
{
    const json_t *value = json_object_get(root, name);

    *out = json_integer_value(value);
    return json_is_integer(value) && *out >= 0;
}

enum status export_place_read(const char *path, struct export_place *place_out)
{
    SCOPED(answer_drop) json_t *root = NULL;

    if (access(path, F_OK) != 0)
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_UNAVAILABLE;
    root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    if (!read_number(root, "taken", &place_out->taken) ||
        !read_number(root, "proved", &place_out->proved) ||
        place_out->proved > place_out->taken)
        return STATUS_INVALID;
    return snprintf(place_out->hash, EXPORT_HASH_BYTES, "%s",
                    answer_text(root, "hash")) < EXPORT_HASH_BYTES
               ? STATUS_OK
               : STATUS_INVALID;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum status write_synced(const char *path, struct text content)
{
    SCOPED(close_fd)
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

    if (fd < 0 ||
        write(fd, content.data, content.size) != (ssize_t)content.size ||
        fsync(fd) != 0)
        return STATUS_UNAVAILABLE;
    return STATUS_OK;
}

/* The name is on the disk, too. */
static enum status sync_directory(const char *path)
{
    char copy[PATH_MAX_BYTES];
    SCOPED(close_fd) int fd = -1;

    snprintf(copy, sizeof(copy), "%s", path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && fsync(fd) == 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

enum status export_place_put(const char *path, struct text content)
{
    char next[PATH_MAX_BYTES];

    if (snprintf(next, sizeof(next), "%s.next", path) >= (int)sizeof(next))
        return STATUS_INVALID;
    TRY(write_synced(next, content));
    if (rename(next, path) != 0)
        return STATUS_UNAVAILABLE;
    return sync_directory(path);
}

enum status export_place_write(const char *path,
                               const struct export_place *place)
{
    char content[CONTENT_MAX_BYTES];

    snprintf(content, sizeof(content),
             "{\"v\":1,\"taken\":%" PRId64 ",\"proved\":%" PRId64
             ",\"hash\":\"%s\"}\n",
             place->taken, place->proved, place->hash);
    return export_place_put(path, text_of(content));
}

enum status export_place_lock(const char *path)
{
    char name[PATH_MAX_BYTES];
    int fd;

    if (snprintf(name, sizeof(name), "%s.lock", path) >= (int)sizeof(name))
        return STATUS_INVALID;
    fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0)
        return STATUS_UNAVAILABLE;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return STATUS_OK; /* fd stays open, and with it the lock */
    close(fd);
    return errno == EWOULDBLOCK ? STATUS_CONFLICT : STATUS_UNAVAILABLE;
}
