#include "auth/lane.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* It answers in milliseconds, and a loop waits. */
enum { ANSWER_MAX_S = 2 };

bool lane_open(struct lane *lane, int *other_out)
{
    const struct timeval most = {.tv_sec = ANSWER_MAX_S};
    int ends[2];

    *lane = (struct lane){.fd = -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    if (setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most)) !=
        0) {
        close(ends[0]);
        close(ends[1]);
        return false;
    }
    lane->fd = ends[0];
    *other_out = ends[1];
    return true;
}

void lane_close(struct lane *lane)
{
    if (lane->fd >= 0)
        close(lane->fd);
    lane->fd = -1;
}

static bool send_order(int to, const struct lane_order *order)
{
    struct iovec part = {order->bytes, order->size};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } ancillary = {.bytes = {0}};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (order->control >= 0) {
        message.msg_control = ancillary.bytes;
        message.msg_controllen = sizeof(ancillary.bytes);
        *CMSG_FIRSTHDR(&message) =
            (struct cmsghdr){.cmsg_level = SOL_SOCKET,
                             .cmsg_type = SCM_RIGHTS,
                             .cmsg_len = CMSG_LEN(sizeof(int))};
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &order->control,
               sizeof(order->control));
    }
    return sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT) ==
           (ssize_t)order->size;
}

static bool receive_answer(struct lane *lane, int flags,
                           struct lane_answer *answer)
{
    ssize_t size;

    do
        size = recv(lane->fd, answer->bytes, answer->room, flags | MSG_TRUNC);
    while (size < 0 && errno == EINTR);
    if (size >= 0)
        errno = EPIPE; /* if it is none */
    if (size < (ssize_t)sizeof(lane->answered) || (size_t)size > answer->room)
        return false;
    answer->size = (size_t)size;
    memcpy(&lane->answered, answer->bytes, sizeof(lane->answered));
    return true;
}

/* Answers that came too late are nobody's. */
static bool has_caught_up(struct lane *lane, struct lane_answer *late)
{
    while (lane->answered != lane->asked)
        if (!receive_answer(lane, MSG_DONTWAIT, late))
            return false;
    return true;
}

static bool send_next(struct lane *lane, const struct lane_order *order)
{
    const uint64_t number = lane->asked + 1;

    memcpy(order->bytes, &number, sizeof(number));
    if (!send_order(lane->fd, order))
        return false;
    lane->asked = number;
    return true;
}

bool lane_post(struct lane *lane, const struct lane_order *order)
{
    return lane->fd >= 0 && lane->answered == lane->asked &&
           send_next(lane, order);
}

bool lane_is_answered(struct lane *lane, struct lane_answer *late)
{
    return lane->fd >= 0 && has_caught_up(lane, late);
}

bool lane_ask(struct lane *lane, const struct lane_order *order,
              struct lane_answer *answer)
{
    errno = EPIPE;
    if (lane->fd < 0 || !has_caught_up(lane, answer))
        return false;
    if (!send_next(lane, order))
        return false;
    if (!receive_answer(lane, 0, answer))
        return false;
    errno = EPIPE; /* if it is none */
    return lane->answered == lane->asked;
}

bool lane_is_ended(const struct lane *lane)
{
    char first;

    return lane->fd < 0 ||
           recv(lane->fd, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}
