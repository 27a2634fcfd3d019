#include "auth/pam_keeper.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/base/log.h"

/* It answers in less than a millisecond; one that does not is given up, for a
 * loop waits. */
enum { ANSWER_MAX_S = 2 };

struct pam_keeper {
    pthread_mutex_t mutex; /* over an order and its answer */
    int fd;                /* -1: given up */
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
    return sendmsg(to, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(copy);
}

static bool receive_answer(int from, struct keeper_answer *answer)
{
    ssize_t size;

    do
        size = recv(from, answer, sizeof(*answer), 0);
    while (size < 0 && errno == EINTR);
    return size == (ssize_t)sizeof(*answer);
}

/* 0 if it cannot be asked. An answer that came too late would be taken for the
 * next one's, so it is not asked again. */
static int32_t ask(struct pam_keeper *keeper, struct keeper_order order,
                   int control)
{
    struct keeper_answer answer = {0};

    pthread_mutex_lock(&keeper->mutex);
    if (keeper->fd >= 0 && !(send_order(keeper->fd, &order, control) &&
                             receive_answer(keeper->fd, &answer))) {
        log_error("pam.keeper_lost why=%s",
                  "passwords cannot be checked until a restart");
        close(keeper->fd);
        keeper->fd = -1;
        answer.value = 0;
    }
    pthread_mutex_unlock(&keeper->mutex);
    return answer.value;
}

pid_t pam_keeper_start(struct pam_keeper *keeper, int64_t timeout_ms,
                       int control)
{
    return ask(keeper, (struct keeper_order){KEEPER_START, 0, timeout_ms},
               control);
}

enum pam_keeper_sight pam_keeper_look(struct pam_keeper *keeper, pid_t worker)
{
    return (enum pam_keeper_sight)ask(
        keeper, (struct keeper_order){KEEPER_LOOK, worker, 0}, -1);
}

void pam_keeper_end(struct pam_keeper *keeper, pid_t worker)
{
    (void)ask(keeper, (struct keeper_order){KEEPER_END, worker, 0}, -1);
}
