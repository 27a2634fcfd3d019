#include "auth/pam_keeper.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/base/log_rate.h"

/* It answers in less than a millisecond; for one that does not, nobody waits
 * again until it has answered what it was asked: a loop waits. */
enum { ANSWER_MAX_S = 2, UNKNOWN = -1 };

struct pam_keeper {
    pthread_mutex_t mutex; /* over an order and its answer */
    int fd;                /* -1: it has ended */
    uint64_t asked;        /* number of the last order */
    uint64_t answered;     /* and of the last answer */
    pid_t pid;
    char *worker; /* owned */
};

static enum status connect_keeper(struct pam_keeper *keeper,
                                  pam_keeper_wall *wall)
{
    const struct timeval most = {.tv_sec = ANSWER_MAX_S};
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return STATUS_UNAVAILABLE;
    keeper->pid = fork();
    if (keeper->pid == 0)
        pam_keeper_run(ends[1], keeper->worker, wall);
    close(ends[1]);
    keeper->fd = ends[0];
    if (keeper->pid < 0 ||
        setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most)) != 0)
        return STATUS_UNAVAILABLE;
    return STATUS_OK;
}

enum status pam_keeper_open(const char *worker, pam_keeper_wall *wall,
                            struct pam_keeper **keeper_out)
{
    OWNED(pam_keeper) keeper = calloc(1, sizeof(*keeper));

    if (!keeper)
        return STATUS_NO_MEMORY;
    pthread_mutex_init(&keeper->mutex, NULL);
    keeper->fd = -1;
    keeper->worker = strdup(worker ? worker : SMS_PAM_WORKER);
    if (!keeper->worker)
        return STATUS_NO_MEMORY;
    TRY(connect_keeper(keeper, wall));
    *keeper_out = TAKE(keeper);
    return STATUS_OK;
}

void pam_keeper_free(struct pam_keeper *keeper)
{
    if (!keeper)
        return;
    if (keeper->fd >= 0)
        close(keeper->fd);
    if (keeper->pid > 0) /* a confined process may not wait, nor needs to */
        (void)waitpid(keeper->pid, NULL, 0);
    pthread_mutex_destroy(&keeper->mutex);
    free(keeper->worker);
    free(keeper);
}

const char *pam_keeper_worker(const struct pam_keeper *keeper)
{
    return keeper->worker;
}

/* ---- Orders ---- */

static bool send_order(int to, const struct keeper_order *order, int control)
{
    struct keeper_order copy = *order;
    struct iovec part = {&copy, sizeof(copy)};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } ancillary = {.bytes = {0}};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (control >= 0) {
        message.msg_control = ancillary.bytes;
        message.msg_controllen = sizeof(ancillary.bytes);
        *CMSG_FIRSTHDR(&message) =
            (struct cmsghdr){.cmsg_level = SOL_SOCKET,
                             .cmsg_type = SCM_RIGHTS,
                             .cmsg_len = CMSG_LEN(sizeof(int))};
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &control, sizeof(control));
    }
    return sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT) ==
           (ssize_t)sizeof(copy);
}

static bool receive_answer(int from, int flags, struct keeper_answer *answer)
{
    ssize_t size;

    do
        size = recv(from, answer, sizeof(*answer), flags);
    while (size < 0 && errno == EINTR);
    if (size >= 0)
        errno = EPIPE; /* if it is none */
    return size == (ssize_t)sizeof(*answer);
}

/* What is said of an order that was not answered. */
static void note_silence(struct pam_keeper *keeper)
{
    static struct log_rate rate;

    if (errno == EAGAIN) {
        log_rarely(LOG_WARN, &rate, "pam.keeper_late number=%llu",
                   (unsigned long long)keeper->asked);
        return;
    }
    log_error("pam.keeper_lost why=%s",
              "passwords cannot be checked until a restart");
    close(keeper->fd);
    keeper->fd = -1;
}

/* Answers that came too late are nobody's. */
static bool has_caught_up(struct pam_keeper *keeper)
{
    struct keeper_answer late;

    while (keeper->answered < keeper->asked) {
        if (!receive_answer(keeper->fd, MSG_DONTWAIT, &late))
            return false;
        keeper->answered = late.number;
    }
    return true;
}

static bool exchange(struct pam_keeper *keeper, struct keeper_order order,
                     int control, struct keeper_answer *answer)
{
    if (!has_caught_up(keeper))
        return false;
    order.number = keeper->asked + 1;
    if (!send_order(keeper->fd, &order, control))
        return false;
    keeper->asked = order.number;
    if (!receive_answer(keeper->fd, 0, answer))
        return false;
    keeper->answered = answer->number;
    return true;
}

/* UNKNOWN: there was no answer. */
static int32_t ask(struct pam_keeper *keeper, struct keeper_order order,
                   int control)
{
    struct keeper_answer answer = {.value = UNKNOWN};

    pthread_mutex_lock(&keeper->mutex);
    if (keeper->fd >= 0 && !exchange(keeper, order, control, &answer)) {
        note_silence(keeper);
        answer.value = UNKNOWN;
    }
    pthread_mutex_unlock(&keeper->mutex);
    return answer.value;
}

pid_t pam_keeper_start(struct pam_keeper *keeper, int64_t timeout_ms,
                       int control)
{
    return ask(
        keeper,
        (struct keeper_order){.verb = KEEPER_START, .timeout_ms = timeout_ms},
        control);
}

enum pam_keeper_sight pam_keeper_look(struct pam_keeper *keeper, pid_t worker)
{
    const int32_t seen =
        ask(keeper,
            (struct keeper_order){.verb = KEEPER_LOOK, .worker = worker}, -1);

    return seen == UNKNOWN ? PAM_WORKER_RUNS : (enum pam_keeper_sight)seen;
}

void pam_keeper_end(struct pam_keeper *keeper, pid_t worker)
{
    (void)ask(keeper,
              (struct keeper_order){.verb = KEEPER_END, .worker = worker}, -1);
}
