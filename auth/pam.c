#include "auth/pam.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/pam_keeper.h"
#include "auth/why.h"
#include "provider/base/log_rate.h"
#include "provider/base/mutant.h"

enum {
    TIMEOUT_DEFAULT_MS = 30 * 1000,
    RUNNING_DEFAULT_MAX = 32,
    /* The worker ends a late check; if it has not by then, it hangs itself. */
    GRACE_MS = 2000,
};

static _Atomic int64_t n_late, n_replaced;

struct auth_pam_counts auth_pam_counts(void)
{
    return (struct auth_pam_counts){n_late, n_replaced};
}

struct pam_broker {
    pthread_mutex_t mutex; /* over control and pid */
    struct pam_keeper *keeper;
    struct pam_keeper *own; /* owned; NULL: the keeper is borrowed */
    int64_t timeout_ms;
    size_t max_running;
    atomic_size_t n_running;
    int control; /* -1: none */
    pid_t pid;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Closing the socket would suffice for a healthy one; one that hangs would
 * block the caller, a loop after a reload. Its children are ended with it. */
static void end_process(struct pam_broker *broker)
{
    close_fd(&broker->control);
    if (broker->pid > 0)
        pam_keeper_end(broker->keeper, broker->pid);
    broker->pid = 0;
}

/* It will neither serve nor end: it is killed, with its children. */
static void kill_process(struct pam_broker *broker, const char *why)
{
    log_error("pam.worker_killed pid=%d why=%s", (int)broker->pid, why);
    n_replaced++;
    end_process(broker);
}

/* Was the process stopped, so that it will neither serve nor end? Then it is
 * killed. Under the mutex. */
static bool kill_stopped(struct pam_broker *broker)
{
    if (broker->pid <= 0 || MUTANT("e7-worker-stopped"))
        return false;
    switch (pam_keeper_look(broker->keeper, broker->pid)) {
    case PAM_WORKER_RUNS:
        return false;
    case PAM_WORKER_GONE:
        broker->pid = 0; /* it has died, which the next sign-in notices */
        return false;
    case PAM_WORKER_STOPPED:
        break;
    }
    kill_process(broker, "stopped");
    return true;
}

/* The worker, with one end of a pair as its standard input. */
static enum status start_process(struct pam_broker *broker)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return STATUS_UNAVAILABLE;
    broker->pid = pam_keeper_start(broker->keeper, broker->timeout_ms, ends[1]);
    close(ends[1]);
    if (broker->pid <= 0) {
        close(ends[0]);
        broker->pid = 0;
        return STATUS_UNAVAILABLE;
    }
    broker->control = ends[0];
    return STATUS_OK;
}

/* A check is late and the worker has not ended it: it hangs, unless it has been
 * replaced meanwhile. The next one is started at once. */
static void replace_hung(struct pam_broker *broker, pid_t of)
{
    pthread_mutex_lock(&broker->mutex);
    if (!kill_stopped(broker) && broker->pid == of && of > 0 &&
        !MUTANT("e7-worker-hung"))
        kill_process(broker, "hung");
    if (broker->control < 0 && start_process(broker) != STATUS_OK)
        log_error("pam.worker why=%s", "it cannot be started");
    pthread_mutex_unlock(&broker->mutex);
}

enum status pam_broker_open(const struct auth_pam_config *config,
                            struct pam_broker **broker_out,
                            const char **why_out)
{
    OWNED(pam_broker) broker = calloc(1, sizeof(*broker));

    *why_out = "no memory";
    if (!broker)
        return STATUS_NO_MEMORY;
    pthread_mutex_init(&broker->mutex, NULL);
    broker->control = -1;
    broker->timeout_ms =
        config->timeout_ms > 0 ? config->timeout_ms : TIMEOUT_DEFAULT_MS;
    broker->max_running =
        config->max_running ? config->max_running : RUNNING_DEFAULT_MAX;
    broker->keeper = config->keeper;
    if (!broker->keeper) {
        TRY(pam_keeper_open(config->worker, NULL, &broker->own));
        broker->keeper = broker->own;
    }
    *why_out = why_format("%s: the PAM worker cannot be started",
                          pam_keeper_worker(broker->keeper));
    TRY(start_process(broker));
    *broker_out = TAKE(broker);
    return STATUS_OK;
}

void pam_broker_free(struct pam_broker *broker)
{
    if (!broker)
        return;
    end_process(broker);
    pam_keeper_free(broker->own);
    pthread_mutex_destroy(&broker->mutex);
    free(broker);
}

/* Passes one end of a conversation's pair to the worker. */
static bool send_fd(int control, int fd)
{
    char byte = 1;
    struct iovec part = {&byte, 1};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } ancillary = {.bytes = {0}};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = ancillary.bytes,
                             .msg_controllen = sizeof(ancillary.bytes)};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);

    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &fd, sizeof(fd));
    return control >= 0 &&
           sendmsg(control, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

/* A worker that died or was stopped is restarted once; a full one is not. */
static enum status hand_over(struct pam_broker *broker, int fd, pid_t *to_out)
{
    enum status status = STATUS_OK;

    pthread_mutex_lock(&broker->mutex);
    if (kill_stopped(broker) || !send_fd(broker->control, fd)) {
        status = STATUS_UNAVAILABLE;
        if (broker->control < 0 || errno != EAGAIN) {
            end_process(broker);
            if (start_process(broker) == STATUS_OK &&
                send_fd(broker->control, fd))
                status = STATUS_OK;
        }
    }
    *to_out = broker->pid;
    pthread_mutex_unlock(&broker->mutex);
    return status;
}

static enum status send_begin(int fd, const struct pam_begin *begin)
{
    SCOPED(buf_wipe) struct buf packet = buf_make(PAM_WIRE_MAX_BYTES);
    struct text bytes;

    pam_begin_write(begin, &packet);
    TRY(buf_status(&packet));
    bytes = buf_text(&packet);
    return send(fd, bytes.data, bytes.size, MSG_NOSIGNAL | MSG_DONTWAIT) ==
                   (ssize_t)bytes.size
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

static enum status connect_worker(struct pam_broker *broker,
                                  const struct pam_begin *begin,
                                  struct pam_exchange *exchange)
{
    enum status status;
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return STATUS_UNAVAILABLE;
    status = hand_over(broker, ends[1], &exchange->worker);
    close(ends[1]);
    if (status == STATUS_OK)
        status = send_begin(ends[0], begin);
    if (status == STATUS_OK)
        exchange->fd = ends[0];
    else
        close(ends[0]);
    return status;
}

enum status pam_exchange_begin(struct pam_broker *broker,
                               const struct pam_begin *begin, int64_t now_ms,
                               struct pam_exchange *exchange)
{
    enum status status;

    if (atomic_fetch_add(&broker->n_running, 1) >= broker->max_running) {
        atomic_fetch_sub(&broker->n_running, 1);
        return STATUS_LIMIT;
    }
    status = connect_worker(broker, begin, exchange);
    if (status != STATUS_OK) {
        atomic_fetch_sub(&broker->n_running, 1);
        return status;
    }
    exchange->broker = broker;
    exchange->state = PAM_RUNNING;
    exchange->due_ms = now_ms + broker->timeout_ms;
    exchange->deadline_ms = exchange->due_ms + GRACE_MS;
    exchange->packet = buf_make(PAM_WIRE_MAX_BYTES);
    return STATUS_OK;
}

static enum pam_state parse(struct pam_exchange *exchange)
{
    const struct text packet = buf_text(&exchange->packet);

    switch (pam_message_kind_of(packet)) {
    case PAM_MESSAGE_PROMPTS:
        return pam_prompts_read(packet, &exchange->prompts) == STATUS_OK
                   ? PAM_ASKING
                   : PAM_LOST;
    case PAM_MESSAGE_VERDICT:
        return pam_verdict_read(packet, &exchange->verdict) == STATUS_OK
                   ? PAM_FINISHED
                   : PAM_LOST;
    case PAM_MESSAGE_NONE:
    case PAM_MESSAGE_BEGIN:
    case PAM_MESSAGE_ANSWERS:
        break;
    }
    return PAM_LOST;
}

static void note_late(struct pam_exchange *exchange)
{
    static struct log_rate rate;

    log_rarely(LOG_WARN, &rate, "pam.check_late worker=%d",
               (int)exchange->worker);
    n_late++;
    exchange->state = PAM_LATE;
}

/* The worker has ended the conversation, or has died. */
static void end_lost(struct pam_exchange *exchange, int64_t now_ms)
{
    if (now_ms >= exchange->due_ms)
        note_late(exchange);
    else
        exchange->state = PAM_LOST;
}

void pam_exchange_read(struct pam_exchange *exchange, int64_t now_ms)
{
    char *room;
    ssize_t size;

    if (exchange->state != PAM_RUNNING)
        return;
    buf_clear(&exchange->packet);
    room = buf_reserve(&exchange->packet, PAM_WIRE_MAX_BYTES);
    size = room ? recv(exchange->fd, room, PAM_WIRE_MAX_BYTES,
                       MSG_DONTWAIT | MSG_TRUNC)
                : 0;
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        if (now_ms < exchange->deadline_ms)
            return;
        note_late(exchange);
        replace_hung(exchange->broker, exchange->worker);
        return;
    }
    if (size <= 0 || size > PAM_WIRE_MAX_BYTES) {
        end_lost(exchange, now_ms);
        return;
    }
    buf_added(&exchange->packet, (size_t)size);
    exchange->state = parse(exchange);
}

enum status pam_exchange_answer(struct pam_exchange *exchange,
                                const struct text answers[], size_t n)
{
    SCOPED(buf_wipe) struct buf packet = buf_make(PAM_WIRE_MAX_BYTES);
    struct pam_answers all = {.n = n};
    struct text bytes;

    if (exchange->state != PAM_ASKING || n > PAM_PROMPTS_MAX)
        return STATUS_INVALID;
    for (size_t i = 0; i < n; i++) {
        if (answers[i].size > PAM_TEXT_MAX_BYTES ||
            (answers[i].size && memchr(answers[i].data, 0, answers[i].size)))
            return STATUS_INVALID;
        all.answers[i] = answers[i];
    }
    pam_answers_write(&all, &packet);
    TRY(buf_status(&packet));
    bytes = buf_text(&packet);
    exchange->prompts.n = 0;
    exchange->state = PAM_RUNNING;
    if (send(exchange->fd, bytes.data, bytes.size,
             MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)bytes.size)
        exchange->state = PAM_LOST;
    return STATUS_OK;
}

void pam_exchange_clear(struct pam_exchange *exchange)
{
    if (exchange->state == PAM_IDLE)
        return;
    close(exchange->fd);
    buf_wipe(&exchange->packet);
    atomic_fetch_sub(&exchange->broker->n_running, 1);
    *exchange = (struct pam_exchange){0};
}
