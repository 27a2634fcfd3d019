#include "provider/host/host_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/log.h"
#include "provider/base/whole.h"

enum { STORE_MAX_BYTES = 4 * 1024 * 1024 };

static const char store_name[] = "offline.json";
static const char fresh_name[] = "offline.json.new";
static const char ended_name[] =
    "offline.json.ended"; /* its answers are none */

static void drop_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum status fail(const char *what)
{
    log_error("host.store path=%s why=%s", HOST_STORE_DIRECTORY, what);
    return STATUS_INVALID;
}

/* ---- Opening ---- */

static bool is_mine(int fd, mode_t others)
{
    struct stat info;

    return fstat(fd, &info) == 0 && info.st_uid == geteuid() &&
           !(info.st_mode & others);
}

static enum status open_directory(int *fd_out)
{
    SCOPED(drop_fd) int fd = -1;

    umask(S_IRWXG | S_IRWXO); /* smshostd's leaves nothing to anybody */
    if (mkdir(HOST_STORE_DIRECTORY, 0700) != 0 && errno != EEXIST)
        return fail(strerror(errno));
    fd = open(HOST_STORE_DIRECTORY,
              O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX) != 0)
        return fail(strerror(errno));
    if (!is_mine(fd, S_IRWXG | S_IRWXO))
        return fail("others can look into the directory");
    *fd_out = fd;
    fd = -1;
    return STATUS_OK;
}

static bool is_state(const json_t *state)
{
    return json_is_array(json_object_get(state, "answers")) &&
           json_is_array(json_object_get(state, "uses")) &&
           json_is_integer(json_object_get(state, "clock")) &&
           json_is_integer(json_object_get(state, "number"));
}

static enum status make_state(json_t **state_out)
{
    *state_out = json_pack("{s:[],s:[],s:i,s:i}", "answers", "uses", "clock", 0,
                           "number", 0);
    return *state_out ? STATUS_OK : STATUS_NO_MEMORY;
}

/* STATUS_NOT_FOUND: there is none of this name. */
static enum status read_named(int directory, const char *name,
                              json_t **state_out)
{
    SCOPED(buf_free) struct buf text = buf_make(STORE_MAX_BYTES);
    SCOPED(drop_fd)
    int fd =
        openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT)
        return STATUS_NOT_FOUND;
    if (fd < 0)
        return fail(strerror(errno));
    if (!is_mine(fd, S_IRWXG | S_IRWXO))
        return fail("others can look into the file");
    if (whole_read(fd, &text) != STATUS_OK)
        return fail("it cannot be read, or is too long");
    *state_out = json_loadb(buf_text(&text).data, buf_text(&text).size,
                            JSON_REJECT_DUPLICATES, NULL);
    if (is_state(*state_out))
        return STATUS_OK;
    json_decref(*state_out);
    *state_out = NULL;
    return fail("it is none of smshostd's: remove it");
}

static enum status read_state(int directory, json_t **state_out)
{
    enum status status = read_named(directory, store_name, state_out);

    if (status != STATUS_NOT_FOUND)
        return status;
    status = read_named(directory, ended_name, state_out);
    if (status == STATUS_OK)
        json_array_clear(json_object_get(*state_out, "answers"));
    return status == STATUS_NOT_FOUND ? make_state(state_out) : status;
}

enum status host_store_open(struct host_store *store_out)
{
    *store_out = (struct host_store){.directory = -1};
    TRY(open_directory(&store_out->directory));
    return read_state(store_out->directory, &store_out->state);
}

void host_store_close(struct host_store *store)
{
    json_decref(store->state);
    drop_fd(&store->directory);
    *store = (struct host_store){.directory = -1};
}

/* ---- Saving ---- */

static bool write_all(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left) {
        const ssize_t n = write(fd, text, left);

        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            text += n;
            left -= (size_t)n;
        }
    }
    return fsync(fd) == 0;
}

enum status host_store_save(const struct host_store *store)
{
    SCOPED(memory_drop) char *text = json_dumps(store->state, JSON_COMPACT);
    SCOPED(drop_fd) int fd = -1;

    if (!text)
        return STATUS_NO_MEMORY;
    (void)unlinkat(store->directory, fresh_name, 0);
    fd = openat(store->directory, fresh_name,
                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 || !write_all(fd, text) ||
        renameat(store->directory, fresh_name, store->directory, store_name) !=
            0 ||
        fsync(store->directory) != 0)
        return fail(strerror(errno));
    (void)unlinkat(store->directory, ended_name, 0);
    return STATUS_OK;
}

void host_store_end(const struct host_store *store)
{
    if (renameat(store->directory, store_name, store->directory, ended_name) !=
            0 ||
        fsync(store->directory) != 0)
        (void)fail(strerror(errno));
}
