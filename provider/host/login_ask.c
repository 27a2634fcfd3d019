#include "provider/host/login_ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

enum { FIRST_FREE_FD = 3 };

/* ---- Whose socket it is ---- */

/* Nobody but root can put a socket there, or another in its place. */
static bool is_roots_place(const char *path)
{
    struct stat info;
    const int directory =
        open(LOGIN_DIRECTORY, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool is_good;

    if (directory < 0)
        return false;
    is_good = fstat(directory, &info) == 0 && info.st_uid == 0 &&
              !(info.st_mode & (S_IWGRP | S_IWOTH)) &&
              fstatat(directory, path + sizeof(LOGIN_DIRECTORY), &info,
                      AT_SYMLINK_NOFOLLOW) == 0 &&
              S_ISSOCK(info.st_mode) && info.st_uid == 0;
    close(directory);
    return is_good;
}

/* Failing to know is not root (T106). */
static bool is_roots_process(int fd)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t size = sizeof(peer);

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           size == sizeof(peer) && peer.uid == 0;
}

/* ---- Connecting ---- */

/* Programs that closed their standard descriptors still write to them. */
static int open_socket(void)
{
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    int above;

    if (fd < 0 || fd >= FIRST_FREE_FD)
        return fd;
    above = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
    close(fd);
    return above;
}

static bool connect_to(int fd, const struct sockaddr_un *to, size_t size,
                       long long deadline_ms)
{
    for (;;) {
        const long long now_ms = login_now_ms();
        const long long left_ms = now_ms < 0 ? 0 : deadline_ms - now_ms;
        const struct timeval left = {.tv_sec = (time_t)(left_ms / 1000),
                                     .tv_usec = left_ms % 1000 * 1000};

        if (left_ms <= 0 ||
            setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &left, sizeof(left)) != 0)
            return false;
        if (connect(fd, (const struct sockaddr *)to, (socklen_t)size) == 0)
            return true;
        if (errno != EINTR)
            return false;
    }
}

/* The descriptor, of a process of root. */
static int open_at(const struct sockaddr_un *to, size_t size,
                   long long deadline_ms, const char **why)
{
    const int fd = open_socket();

    *why = "smshostd does not answer";
    if (fd < 0)
        return -1;
    if (!connect_to(fd, to, size, deadline_ms)) {
        close(fd);
        return -1;
    }
    if (!is_roots_process(fd)) {
        *why = "the process behind the socket is not root's";
        close(fd);
        return -1;
    }
    return fd;
}

int login_open_at(const char *path, long long deadline_ms, const char **why)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};

    *why = "there is no socket of smshostd that only root can change";
    if (!is_roots_place(path))
        return -1;
    memcpy(to.sun_path, path, strlen(path) + 1);
    return open_at(&to, sizeof(to), deadline_ms, why);
}

int login_open_session(const char *handle, long long deadline_ms,
                       const char **why)
{
    struct sockaddr_un to;

    *why = "it is no handle of a session";
    if (!login_session_is_handle(handle))
        return -1;
    return open_at(&to, login_session_address(handle, &to), deadline_ms, why);
}

int login_open(long long deadline_ms, const char **why)
{
    return login_open_at(LOGIN_SOCKET, deadline_ms, why);
}

/* ---- Asking ---- */

bool login_ask(int fd, const struct login_request *request,
               long long deadline_ms, struct login_reply *reply_out)
{
    char packet[LOGIN_PACKET_BYTES];
    size_t size = login_request_write(request, packet);
    bool is_answered = size > 0 && login_send(fd, packet, size, deadline_ms);

    explicit_bzero(packet, sizeof(packet));
    if (is_answered) {
        size = login_receive(fd, packet, deadline_ms);
        is_answered = login_reply_read(packet, size, reply_out) &&
                      strcmp(reply_out->user, request->user) == 0;
    }
    if (!is_answered)
        memset(reply_out, 0, sizeof(*reply_out));
    return is_answered;
}
