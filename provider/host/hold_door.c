#include "provider/host/hold_door.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/base/secret.h"

enum { BACKLOG = 64, RANDOM_BYTES = (LOGIN_SESSION_BYTES - 1) / 2 };

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void hold_door_close(struct hold_door *door)
{
    close_one(&door->opener);
    close_one(&door->asker);
    explicit_bzero(door->handle, sizeof(door->handle));
}

static bool make_handle(char handle[LOGIN_SESSION_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char random[RANDOM_BYTES];

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return false;
    for (size_t i = 0; i < sizeof(random); i++) {
        handle[2 * i] = digits[random[i] >> 4];
        handle[2 * i + 1] = digits[random[i] & 15];
    }
    handle[2 * sizeof(random)] = '\0';
    explicit_bzero(random, sizeof(random));
    return true;
}

static int open_at(const char *handle, int type)
{
    struct sockaddr_un at;
    const size_t size = login_session_address(handle, &at);
    const int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd >= 0 &&
        bind(fd, (const struct sockaddr *)&at, (socklen_t)size) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

enum status hold_door_make(struct hold_door *door_out)
{
    SCOPED(hold_door_close) struct hold_door door = {.opener = -1, .asker = -1};

    if (make_handle(door.handle)) {
        door.opener = open_at(door.handle, SOCK_SEQPACKET);
        door.asker = open_at(door.handle, SOCK_STREAM);
    }
    if (door.opener < 0 || door.asker < 0) {
        log_error("host.session why=%s", strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    *door_out = door;
    door.opener = door.asker = -1; /* they have moved on */
    return STATUS_OK;
}

int hold_door_take(int listener, uid_t user)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t size = sizeof(peer);
    const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0)
        return -1;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
        size == sizeof(peer) && peer.uid == user)
        return fd;
    close(fd);
    return -1;
}

bool hold_door_opens(const struct hold_door *door, const char *secret)
{
    return secret_equal(text_of(door->handle + LOGIN_SESSION_NAME),
                        text_of(secret));
}
