#include "auth/signer/signer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/lane.h"
#include "auth/signer/signer_run.h"
#include "provider/base/clock.h"
#include "provider/base/log_rate.h"

struct signer_lane {
    pthread_mutex_t mutex; /* over an order and its answer */
    struct lane lane;
};

/* Files are read by the first lane alone: a disk may not answer for long, and
 * nothing else waits for it. Probes have one, on which nobody waits. */
enum { READING_LANE = 0, PROBING_LANE, OTHER_LANES };

struct signer {
    pid_t pid;
    _Atomic bool is_lost;
    _Atomic bool is_silent;
    size_t n;
    struct signer_lane lanes[SIGNER_LANES_MAX];
};

static void close_all(const int *fds, size_t n)
{
    for (size_t i = 0; i < n; i++)
        close(fds[i]);
}

static enum status open_lanes(struct signer *signer, size_t n, int *others,
                              size_t *n_others)
{
    for (; signer->n < n; signer->n++, ++*n_others) {
        struct signer_lane *lane = &signer->lanes[signer->n];

        if (!lane_open(&lane->lane, &others[*n_others]))
            return STATUS_UNAVAILABLE;
        pthread_mutex_init(&lane->mutex, NULL);
    }
    return STATUS_OK;
}

enum status signer_open(size_t n_lanes, signer_wall *wall, void *context,
                        struct signer **signer_out)
{
    OWNED(signer) signer = calloc(1, sizeof(*signer));
    const size_t most = SIGNER_LANES_MAX - OTHER_LANES;
    const size_t n = OTHER_LANES + (n_lanes < most ? n_lanes : most);
    int others[SIGNER_LANES_MAX];
    size_t n_others = 0;
    enum status status;

    if (!signer)
        return STATUS_NO_MEMORY;
    status = open_lanes(signer, n, others, &n_others);
    if (status == STATUS_OK) {
        signer->pid = fork();
        if (signer->pid == 0)
            signer_run(others, n_others, wall, context);
        if (signer->pid < 0)
            status = STATUS_UNAVAILABLE;
    }
    close_all(others, n_others);
    if (status == STATUS_OK)
        *signer_out = TAKE(signer);
    return status;
}

void signer_free(struct signer *signer)
{
    if (!signer)
        return;
    for (size_t i = 0; i < signer->n; i++) {
        lane_close(&signer->lanes[i].lane);
        pthread_mutex_destroy(&signer->lanes[i].mutex);
    }
    if (signer->pid > 0) /* a confined process may not wait, nor needs to */
        (void)waitpid(signer->pid, NULL, 0);
    free(signer);
}

/* ---- Orders ---- */

static void note_loss(struct signer *signer)
{
    if (!atomic_exchange(&signer->is_lost, true))
        log_error("signer.lost why=%s",
                  "no TLS connection can be made until a restart");
}

static void note_silence(struct signer *signer)
{
    static struct log_rate rate;

    if (errno == EAGAIN)
        log_rarely(LOG_WARN, &rate, "signer.late pid=%d", (int)signer->pid);
    else
        note_loss(signer);
}

/* One that nobody uses; there are as many as threads that might. */
static struct signer_lane *take_lane(struct signer *signer, uint32_t verb)
{
    const bool reads = verb == SIGNER_LOAD;
    struct signer_lane *last =
        &signer->lanes[reads ? READING_LANE : OTHER_LANES];

    for (size_t i = OTHER_LANES; i < signer->n && !reads; i++)
        if (pthread_mutex_trylock(&signer->lanes[i].mutex) == 0)
            return &signer->lanes[i];
    pthread_mutex_lock(&last->mutex);
    return last;
}

void signer_ask(struct signer *signer, struct signer_order *order,
                struct signer_answer *answer)
{
    const struct lane_order asked = {order, SIGNER_ORDER_BYTES(order->size),
                                     -1};
    struct lane_answer got = {answer, sizeof(*answer), 0};
    struct signer_lane *lane = take_lane(signer, order->verb);
    bool is_answered = lane_ask(&lane->lane, &asked, &got);

    if (!is_answered)
        note_silence(signer);
    pthread_mutex_unlock(&lane->mutex);
    if (is_answered && signer_answer_is_whole(answer, got.size))
        return;
    answer->status = STATUS_UNAVAILABLE;
    answer->size = answer->key = 0;
}

/* ---- Beginning ---- */

static bool is_readable(int fd, int64_t until_ms)
{
    struct pollfd asked = {.fd = fd, .events = POLLIN};
    int n;

    do {
        const int64_t left_ms = until_ms - clock_mono_ms();

        n = poll(&asked, 1, left_ms > 0 ? (int)left_ms : 0);
    } while (n < 0 && errno == EINTR);
    return n > 0;
}

enum status signer_await(struct signer *signer, int64_t max_ms)
{
    const int64_t until_ms = clock_mono_ms() + max_ms;
    struct lane *lane = &signer->lanes[READING_LANE].lane;
    struct signer_order order = {.verb = SIGNER_DROP};
    const struct lane_order asked = {&order, SIGNER_ORDER_BYTES(0), -1};
    struct signer_answer answer;
    struct lane_answer late = {&answer, sizeof(answer), 0};

    (void)!lane_post(lane,
                     &asked); /* if it was asked before, that is awaited */
    return is_readable(lane->fd, until_ms) && lane_is_answered(lane, &late)
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

/* ---- Probes ---- */

/* No key has that number: nothing is dropped, and that is answered. */
void signer_probe(struct signer *signer)
{
    struct signer_order order = {.verb = SIGNER_DROP};
    const struct lane_order asked = {&order, SIGNER_ORDER_BYTES(0), -1};
    struct signer_answer answer;
    struct lane_answer late = {&answer, sizeof(answer), 0};
    struct lane *lane = &signer->lanes[PROBING_LANE].lane;
    const bool is_answered = lane_is_answered(lane, &late);

    if (atomic_exchange(&signer->is_silent, !is_answered) == is_answered)
        log_warn(is_answered ? "signer.answers pid=%d" : "signer.silent pid=%d",
                 (int)signer->pid);
    if (is_answered)
        (void)!lane_post(lane, &asked);
}

bool signer_is_silent(const struct signer *signer)
{
    return signer->is_silent;
}

bool signer_is_lost(struct signer *signer)
{
    if (!signer->is_lost && lane_is_ended(&signer->lanes[0].lane))
        note_loss(signer);
    return signer->is_lost;
}
