#include "provider/host/host_askers.h"

#include "provider/base/clock.h"
#include "provider/base/log.h"

enum {
    /* For a question: an old session, a new one, and the question in it. */
    QUESTION_MS = 3 * HOST_TIMEOUT_MS,
    IDLE_MS = 30 * 1000,
    START_MS = 1000, /* after one that ended */
    TRIES_MAX = 2,   /* of one that died, and of a new one */
};

static bool is_there(const struct host_asker *asker)
{
    return asker->pid > 0;
}

static bool is_standing(const struct host_askers *askers,
                        const struct host_asker *asker)
{
    return asker == askers->items;
}

static void start(struct host_askers *askers, struct host_asker *asker)
{
    const bool is_first = is_standing(askers, asker);

    if (host_asker_start(askers->config, is_first, asker) == STATUS_OK)
        asker->until_ms = clock_mono_ms() + IDLE_MS;
    if (is_first)
        askers->start_ms = clock_mono_ms() + START_MS;
}

void host_askers_make(const struct host_config *config,
                      struct host_askers *askers_out)
{
    *askers_out = (struct host_askers){.config = config};
    start(askers_out, askers_out->items);
}

void host_askers_drop(struct host_askers *askers)
{
    for (size_t i = 0; i < HOST_ASKERS_MAX; i++)
        host_asker_end(&askers->items[i]);
}

/* ---- Giving ---- */

/* The first that is idle, else a new one; NULL: all are busy. */
static struct host_asker *find_idle(struct host_askers *askers)
{
    struct host_asker *empty = NULL;

    for (size_t i = HOST_ASKERS_MAX; i-- > 0;)
        if (!is_there(&askers->items[i]))
            empty = &askers->items[i];
    for (size_t i = 0; i < HOST_ASKERS_MAX; i++)
        if (is_there(&askers->items[i]) && !askers->items[i].is_busy)
            return &askers->items[i];
    if (empty)
        start(askers, empty);
    return empty && is_there(empty) ? empty : NULL;
}

static size_t n_busy(const struct host_askers *askers)
{
    size_t n = 0;

    for (size_t i = 0; i < HOST_ASKERS_MAX; i++)
        n += is_there(&askers->items[i]) && askers->items[i].is_busy;
    return n;
}

bool host_askers_give(struct host_askers *askers,
                      const struct login_request *request, int fd, size_t most)
{
    if (n_busy(askers) >= most)
        return false;
    for (int i = 0; i < TRIES_MAX; i++) {
        struct host_asker *asker = find_idle(askers);

        if (!asker)
            return false;
        if (host_asker_give(asker, request, fd, clock_mono_ms() + QUESTION_MS))
            return true;
        host_asker_end(asker);
    }
    return false;
}

/* ---- Following ---- */

static void end(struct host_askers *askers, struct host_asker *asker)
{
    host_asker_end(asker);
    if (is_standing(askers, asker))
        askers->start_ms = clock_mono_ms() + START_MS;
}

static void follow_one(struct host_askers *askers, struct host_asker *asker,
                       bool has_come)
{
    if (has_come && !host_asker_look(asker)) {
        log_warn("host.asker_lost pid=%d", (int)asker->pid);
        end(askers, asker);
    } else if (has_come) {
        asker->until_ms =
            clock_mono_ms() + (asker->is_busy ? QUESTION_MS : IDLE_MS);
    } else if (asker->until_ms <= clock_mono_ms() && asker->is_busy) {
        log_warn("host.asker_hung pid=%d", (int)asker->pid);
        end(askers, asker);
    } else if (asker->until_ms <= clock_mono_ms() &&
               !is_standing(askers, asker)) {
        end(askers, asker);
    }
}

void host_askers_watch(const struct host_askers *askers,
                       struct pollfd watched[HOST_ASKERS_MAX])
{
    for (size_t i = 0; i < HOST_ASKERS_MAX; i++)
        watched[i] = (struct pollfd){
            .fd = is_there(&askers->items[i]) ? askers->items[i].fd : -1,
            .events = POLLIN};
}

void host_askers_follow(struct host_askers *askers,
                        const struct pollfd watched[HOST_ASKERS_MAX])
{
    for (size_t i = 0; i < HOST_ASKERS_MAX; i++)
        if (is_there(&askers->items[i]))
            follow_one(askers, &askers->items[i],
                       watched[i].fd == askers->items[i].fd &&
                           watched[i].revents);
    if (!is_there(askers->items) && askers->start_ms <= clock_mono_ms())
        start(askers, askers->items);
}

int64_t host_askers_wake_ms(const struct host_askers *askers)
{
    int64_t wake_ms = is_there(askers->items) ? INT64_MAX : askers->start_ms;

    for (size_t i = 0; i < HOST_ASKERS_MAX; i++) {
        const struct host_asker *asker = &askers->items[i];

        if (is_there(asker) && (asker->is_busy || i > 0) &&
            asker->until_ms < wake_ms)
            wake_ms = asker->until_ms;
    }
    return wake_ms;
}
