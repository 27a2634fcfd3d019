#include "auth/pam_keeper.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/lane.h"
#include "provider/base/log_rate.h"

enum { UNKNOWN = -1 };

struct pam_keeper {
    pthread_mutex_t mutex; /* over an order and its answer */
    struct lane lane;      /* closed: it has ended */
    pid_t pid;
    char *worker; /* owned */
};

static enum status connect_keeper(struct pam_keeper *keeper,
                                  pam_keeper_wall *wall)
{
    int other;

    if (!lane_open(&keeper->lane, &other))
        return STATUS_UNAVAILABLE;
    keeper->pid = fork();
    if (keeper->pid == 0)
        pam_keeper_run(other, keeper->worker, wall);
    close(other);
    return keeper->pid < 0 ? STATUS_UNAVAILABLE : STATUS_OK;
}

enum status pam_keeper_open(const char *worker, pam_keeper_wall *wall,
                            struct pam_keeper **keeper_out)
{
    OWNED(pam_keeper) keeper = calloc(1, sizeof(*keeper));

    if (!keeper)
        return STATUS_NO_MEMORY;
    pthread_mutex_init(&keeper->mutex, NULL);
    keeper->lane.fd = -1;
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
    lane_close(&keeper->lane);
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

/* What is said of an order that was not answered. */
static void note_silence(struct pam_keeper *keeper)
{
    static struct log_rate rate;

    if (errno == EAGAIN) {
        log_rarely(LOG_WARN, &rate, "pam.keeper_late number=%llu",
                   (unsigned long long)keeper->lane.asked);
        return;
    }
    log_error("pam.keeper_lost why=%s",
              "passwords cannot be checked until a restart");
    lane_close(&keeper->lane);
}

/* UNKNOWN: there was no answer. */
static int32_t ask(struct pam_keeper *keeper, struct keeper_order order,
                   int control)
{
    const struct lane_order asked = {&order, sizeof(order), control};
    struct keeper_answer answer = {.value = UNKNOWN};
    struct lane_answer got = {&answer, sizeof(answer), 0};

    pthread_mutex_lock(&keeper->mutex);
    if (keeper->lane.fd >= 0 && !lane_ask(&keeper->lane, &asked, &got)) {
        note_silence(keeper);
        answer.value = UNKNOWN;
    }
    pthread_mutex_unlock(&keeper->mutex);
    return got.size == sizeof(answer) ? answer.value : UNKNOWN;
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
