#include "provider/agent/agent_pass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

union fd_message {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
};

enum status agent_pass_give(int control, struct text line, int fd)
{
    union fd_message sent = {.bytes = {0}};
    struct iovec part = {(void *)(uintptr_t)line.data, line.size};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &sent,
                             .msg_controllen = sizeof(sent)};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);

    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &fd, sizeof(fd));
    return sendmsg(control, &message, MSG_NOSIGNAL | MSG_DONTWAIT) ==
                   (ssize_t)line.size
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

static int fd_in(struct msghdr *message)
{
    const struct cmsghdr *head = CMSG_FIRSTHDR(message);
    int fd = -1;

    if (head && head->cmsg_level == SOL_SOCKET &&
        head->cmsg_type == SCM_RIGHTS &&
        head->cmsg_len == CMSG_LEN(sizeof(int)))
        memcpy(&fd, CMSG_DATA(head), sizeof(fd));
    return fd;
}

enum status agent_pass_take(int control, char *line, size_t size,
                            size_t *size_out, int *fd_out)
{
    union fd_message received = {.bytes = {0}};
    struct iovec part = {line, size};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &received,
                             .msg_controllen = sizeof(received)};
    const ssize_t n =
        recvmsg(control, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return STATUS_END;
    if (n <= 0)
        return STATUS_UNAVAILABLE;
    *size_out = (size_t)n;
    *fd_out = fd_in(&message);
    return *fd_out >= 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}
