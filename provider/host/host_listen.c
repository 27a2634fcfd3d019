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

enum { DIRECTORY_MODE = 0755, SOCKET_MODE = 0600, BACKLOG = 64 };

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
        return fail(LOGIN_SOCKET, strerror(errno));
    if (connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0) {
        log_error("host.socket path=%s why=%s", LOGIN_SOCKET,
                  "another smshostd serves here");
        return STATUS_CONFLICT;
    }
    if (unlink(LOGIN_SOCKET) != 0 && errno != ENOENT)
        return fail(LOGIN_SOCKET, strerror(errno));
    return STATUS_OK;
}

enum status host_listen(int *fd_out)
{
    const struct sockaddr_un at = {.sun_family = AF_UNIX,
                                   .sun_path = LOGIN_SOCKET};
    SCOPED(drop_fd) int directory = -1;
    SCOPED(drop_fd) int fd = -1;

    TRY(open_directory(&directory));
    if (flock(directory, LOCK_EX) != 0)
        return fail(LOGIN_DIRECTORY, strerror(errno));
    TRY(clear_place(&at));
    umask(0777 & ~SOCKET_MODE);
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 ||
        listen(fd, BACKLOG) != 0)
        return fail(LOGIN_SOCKET, strerror(errno));
    *fd_out = fd;
    fd = -1;
    return STATUS_OK;
}
