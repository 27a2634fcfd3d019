#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/host/host_serve.h"

enum { DIRECTORY_MODE = 0755, BACKLOG = 64 };

/* The caller of the second is known once it has connected: this process may not
 * be able to give it to anybody. */
static const struct {
    const char *path;
    mode_t mode;
} doors[HOST_N_DOORS] = {
    [HOST_DOOR_LOGIN] = {LOGIN_SOCKET, 0600},
    [HOST_DOOR_KEYS] = {LOGIN_KEYS_SOCKET, 0666},
};

static void drop_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum status fail(const char *path, const char *what)
{
    log_error("host.socket path=%s why=%s", path, what);
    return STATUS_UNAVAILABLE;
}

/* Others could put a socket of their own into it (T108). */
static enum status open_directory(int *fd_out)
{
    SCOPED(drop_fd) int fd = -1;
    struct stat info;

    if (mkdir(LOGIN_DIRECTORY, DIRECTORY_MODE) != 0 && errno != EEXIST)
        return fail(LOGIN_DIRECTORY, strerror(errno));
    fd = open(LOGIN_DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0)
        return fail(LOGIN_DIRECTORY, strerror(errno));
    if (info.st_uid != geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)))
        return fail(LOGIN_DIRECTORY, "others can change the directory");
    *fd_out = fd;
    fd = -1;
    return STATUS_OK;
}

/* A socket that nobody serves any more is left of one that was killed. */
static enum status clear_place(const struct sockaddr_un *at)
{
    SCOPED(drop_fd) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return fail(at->sun_path, strerror(errno));
    if (connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0) {
        log_error("host.socket path=%s why=%s", at->sun_path,
                  "another smshostd serves here");
        return STATUS_CONFLICT;
    }
    if (unlink(at->sun_path) != 0 && errno != ENOENT)
        return fail(at->sun_path, strerror(errno));
    return STATUS_OK;
}

static enum status open_door(enum host_door door, int *fd_out)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    SCOPED(drop_fd) int fd = -1;

    strcpy(at.sun_path, doors[door].path);
    TRY(clear_place(&at));
    umask(0777 & ~doors[door].mode);
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 ||
        listen(fd, BACKLOG) != 0)
        return fail(at.sun_path, strerror(errno));
    *fd_out = fd;
    fd = -1;
    return STATUS_OK;
}

enum status host_listen(int fds_out[HOST_N_DOORS])
{
    SCOPED(drop_fd) int directory = -1;

    TRY(open_directory(&directory));
    if (flock(directory, LOCK_EX) != 0)
        return fail(LOGIN_DIRECTORY, strerror(errno));
    for (int door = 0; door < HOST_N_DOORS; door++)
        TRY(open_door((enum host_door)door, &fds_out[door]));
    umask(0777);
    return STATUS_OK;
}
