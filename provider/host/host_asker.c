#include "provider/host/host_asker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/host/host_answer.h"
#include "provider/host/host_child.h"
#include "provider/host/host_link.h"

enum {
    SEND_MS = 1000,           /* an answer is one packet */
    LOOK_MS = 60 * 1000,      /* between looks whether the session is open */
    LOOK_AGAIN_MS = 10 * 1000 /* while it is not */
};

enum { BUSY = 'b', IDLE = 'i' }; /* what it says of itself */

static void drop_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* ---- A question, with the socket of whoever asked ---- */

union passed {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
};

static bool send_question(int to, char *packet, size_t size, int fd)
{
    struct iovec part = {packet, size};
    union passed passed = {.bytes = {0}};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = passed.bytes,
                             .msg_controllen = sizeof(passed.bytes)};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);

    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(fd));
    memcpy(CMSG_DATA(head), &fd, sizeof(fd));
    return size &&
           sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)size;
}

/* The size of the packet; 0: smshostd is gone. fd_out -1: none came with it. */
static size_t receive_question(int from, char packet[LOGIN_PACKET_BYTES],
                               int *fd_out)
{
    struct iovec part = {packet, LOGIN_PACKET_BYTES};
    union passed passed = {.bytes = {0}};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = passed.bytes,
                             .msg_controllen = sizeof(passed.bytes)};
    const struct cmsghdr *head;
    ssize_t n;

    do
        n = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    head = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    *fd_out = -1;
    if (head && head->cmsg_level == SOL_SOCKET &&
        head->cmsg_type == SCM_RIGHTS &&
        head->cmsg_len == CMSG_LEN(sizeof(*fd_out)))
        memcpy(fd_out, CMSG_DATA(head), sizeof(*fd_out));
    return n > 0 ? (size_t)n : 0;
}

static void send_reply(int fd, const struct login_reply *reply)
{
    char packet[LOGIN_PACKET_BYTES];
    const size_t size = login_reply_write(reply, packet);

    if (size)
        (void)!login_send(fd, packet, size, login_now_ms() + SEND_MS);
}

void host_asker_refuse(const struct login_request *request, int fd,
                       const char *why)
{
    struct login_reply reply;

    host_reply_set(request, LOGIN_UNAVAILABLE, why, &reply);
    send_reply(fd, &reply);
}

/* ---- The process ---- */

/* Whether it can be given a question that is not to wait. */
static bool say(int to, char word)
{
    return send(to, &word, 1, MSG_NOSIGNAL) == 1;
}

/* Between questions: a session that is not used would end. */
static int keep_open(struct host_link *link, int from)
{
    const struct login_request request = {.act = LOGIN_STATUS};
    struct login_reply reply;

    (void)say(from, BUSY);
    host_link_look(link, &request, &reply);
    (void)say(from, IDLE);
    return link->is_open ? LOOK_MS : LOOK_AGAIN_MS;
}

static void ask(struct host_link *link, const struct login_request *request,
                int fd)
{
    struct login_reply reply;

    if (request->act == LOGIN_ACCOUNT || login_is_of_key(request->act))
        host_link_ask(link, request, &reply);
    else
        host_link_look(link, request, &reply);
    send_reply(fd, &reply);
}

/* False: smshostd is gone. */
static bool serve_one(struct host_link *link, int from)
{
    SCOPED(drop_fd) int fd = -1;
    char packet[LOGIN_PACKET_BYTES];
    struct login_request request;
    const size_t size = receive_question(from, packet, &fd);

    if (!size)
        return false;
    if (fd >= 0 && login_request_read(packet, size, &request))
        ask(link, &request, fd);
    return say(from, IDLE);
}

_Noreturn static void run(const struct host_config *config, bool is_standing,
                          int from)
{
    struct pollfd watched = {.fd = from, .events = POLLIN};
    struct host_link link;
    int wait_ms = -1;

    host_child_begin(from, -1);
    if (host_link_make(config, &link) != STATUS_OK)
        _exit(1);
    if (is_standing)
        wait_ms = keep_open(&link, from);
    for (;;) {
        const int n = poll(&watched, 1, wait_ms);

        if (n == 0 && is_standing)
            wait_ms = keep_open(&link, from);
        if (n > 0 && !serve_one(&link, from))
            break;
    }
    host_link_drop(&link);
    _exit(0);
}

/* ---- What smshostd does with it ---- */

enum status host_asker_start(const struct host_config *config, bool is_standing,
                             struct host_asker *asker_out)
{
    int ends[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        log_error("host.asker why=%s", strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    pid = fork();
    if (pid == 0)
        run(config, is_standing, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        log_error("host.asker why=%s", strerror(errno));
        close(ends[0]);
        return STATUS_UNAVAILABLE;
    }
    *asker_out = (struct host_asker){.pid = pid, .fd = ends[0]};
    return STATUS_OK;
}

void host_asker_end(struct host_asker *asker)
{
    if (asker->pid <= 0)
        return;
    close(asker->fd);
    kill(asker->pid, SIGKILL);
    (void)waitpid(asker->pid, NULL, 0);
    *asker = (struct host_asker){.pid = 0};
}

bool host_asker_give(struct host_asker *asker,
                     const struct login_request *request, int fd,
                     int64_t until_ms)
{
    char packet[LOGIN_PACKET_BYTES];
    const size_t size = login_request_write(request, packet);

    if (!send_question(asker->fd, packet, size, fd))
        return false;
    asker->is_busy = true;
    asker->until_ms = until_ms;
    return true;
}

bool host_asker_look(struct host_asker *asker)
{
    char word;

    if (recv(asker->fd, &word, 1, MSG_DONTWAIT) != 1)
        return false;
    asker->is_busy = word == BUSY;
    return true;
}
