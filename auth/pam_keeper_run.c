#include "auth/pam_keeper_wire.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/helper.h"
#include "auth/leftover.h"
#include "provider/base/log.h"

/* One for each reload whose connections are still there. */
enum { WORKERS_MAX = 64 };

struct keeping {
    int fd;
    const char *worker;
    pid_t started[WORKERS_MAX];
    size_t n;
    struct leftover leftover; /* of workers that were killed */
};

/* Its place; n if it is none of ours. */
static size_t place_of(const struct keeping *keeping, pid_t pid)
{
    size_t i = 0;

    while (i < keeping->n && keeping->started[i] != pid)
        i++;
    return pid > 0 ? i : keeping->n;
}

static void forget(struct keeping *keeping, size_t i)
{
    keeping->started[i] = keeping->started[--keeping->n];
}

/* ---- The orders ---- */

static pid_t spawn(const struct keeping *keeping, int64_t timeout_ms,
                   int control)
{
    static char *const no_environment[] = {NULL};
    char timeout[24], path[4096];
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    int error;

    snprintf(timeout, sizeof(timeout), "%lld", (long long)timeout_ms);
    snprintf(path, sizeof(path), "%s", keeping->worker);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, control, STDIN_FILENO);
    error = posix_spawn(&pid, keeping->worker, &actions, NULL,
                        (char *const[]){path, timeout, NULL}, no_environment);
    posix_spawn_file_actions_destroy(&actions);
    if (error == 0)
        return pid;
    log_error("pam.worker path=%s why=%s", keeping->worker, strerror(error));
    return 0;
}

/* Those that ended without anybody's order: one whose start was answered too
 * late is told nothing, and nobody asks for it. */
static void reap(struct keeping *keeping)
{
    for (size_t i = keeping->n; i-- > 0;)
        if (waitpid(keeping->started[i], NULL, WNOHANG) != 0)
            forget(keeping, i);
}

static int32_t start(struct keeping *keeping, int64_t timeout_ms, int control)
{
    pid_t pid;

    if (keeping->n == WORKERS_MAX)
        reap(keeping);
    if (control < 0 || keeping->n == WORKERS_MAX)
        return 0;
    pid = spawn(keeping, timeout_ms, control);
    if (pid > 0)
        keeping->started[keeping->n++] = pid;
    return pid;
}

static int32_t look(struct keeping *keeping, pid_t pid)
{
    const size_t i = place_of(keeping, pid);
    int how = 0;
    pid_t changed;

    if (i == keeping->n)
        return PAM_WORKER_GONE;
    changed = waitpid(pid, &how, WNOHANG | WUNTRACED);
    if (changed == 0)
        return PAM_WORKER_RUNS;
    if (changed == pid && WIFSTOPPED(how))
        return PAM_WORKER_STOPPED;
    forget(keeping, i);
    return PAM_WORKER_GONE;
}

static void end(struct keeping *keeping, pid_t pid)
{
    const size_t i = place_of(keeping, pid);

    if (i == keeping->n)
        return;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    forget(keeping, i);
}

static bool is_own(const void *context, pid_t pid)
{
    const struct keeping *keeping = context;

    return place_of(keeping, pid) < keeping->n;
}

/* ---- The process ---- */

/* The descriptor that came with a packet; -1: none. */
static int descriptor_of(struct msghdr *message)
{
    const struct cmsghdr *head = CMSG_FIRSTHDR(message);
    int fd = -1;

    if (head && head->cmsg_level == SOL_SOCKET &&
        head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(sizeof(fd)))
        memcpy(&fd, CMSG_DATA(head), sizeof(fd));
    return fd;
}

/* False: the provider is gone, or does not speak properly. */
static bool receive(int from, struct keeper_order *order, int *control_out)
{
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {order, sizeof(*order)};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    ssize_t size;

    do
        size = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    while (size < 0 && errno == EINTR);
    if (size != sizeof(*order))
        return false;
    *control_out = descriptor_of(&message);
    return true;
}

static struct keeper_answer obey(struct keeping *keeping,
                                 const struct keeper_order *order, int control)
{
    struct keeper_answer answer = {.number = order->number};

    switch (order->verb) {
    case KEEPER_START:
        answer.value = start(keeping, order->timeout_ms, control);
        break;
    case KEEPER_LOOK:
        answer.value = look(keeping, order->worker);
        break;
    case KEEPER_END:
        end(keeping, order->worker);
        break;
    default:
        break;
    }
    return answer;
}

static void serve(struct keeping *keeping)
{
    struct keeper_order order;
    int control;

    while (receive(keeping->fd, &order, &control)) {
        const struct keeper_answer answer = obey(keeping, &order, control);

        leftover_end(&keeping->leftover, is_own, keeping);
        if (control >= 0)
            close(control);
        if (send(keeping->fd, &answer, sizeof(answer), MSG_NOSIGNAL) !=
            sizeof(answer))
            return;
    }
}

_Noreturn void pam_keeper_run(int fd, const char *worker, pam_keeper_wall *wall)
{
    struct keeping keeping = {.fd = fd, .worker = worker};

    helper_begin("sms-pam-keeper", &keeping.fd, 1);
    leftover_adopt(&keeping.leftover);
    if (!wall || wall() == STATUS_OK)
        serve(&keeping);
    while (keeping.n > 0)
        end(&keeping, keeping.started[0]);
    leftover_end(&keeping.leftover, is_own, &keeping);
    _exit(0);
}
