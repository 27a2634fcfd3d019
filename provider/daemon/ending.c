#include "provider/daemon/ending.h"

#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "provider/base/log.h"

static void add_ms(struct timespec *time, int64_t ms)
{
    time->tv_nsec += (long)(ms % 1000) * 1000000;
    time->tv_sec += ms / 1000 + time->tv_nsec / 1000000000;
    time->tv_nsec %= 1000000000;
}

/* True: it ended before that. */
static bool wait_until(struct ending *ending, const struct timespec *until)
{
    int error = 0;
    bool is_over;

    pthread_mutex_lock(&ending->lock);
    while (!ending->is_over && error == 0)
        error = pthread_cond_timedwait(&ending->wake, &ending->lock, until);
    is_over = ending->is_over;
    pthread_mutex_unlock(&ending->lock);
    return is_over;
}

static void *work(void *context)
{
    struct ending *ending = context;
    struct timespec until;

    pthread_setname_np(pthread_self(), "sms-ending");
    clock_gettime(CLOCK_MONOTONIC, &until);
    add_ms(&until, ENDING_GIVE_UP_MS);
    if (wait_until(ending, &until))
        return NULL;
    *ending->is_late = true;
    add_ms(&until, ENDING_MAX_MS - ENDING_GIVE_UP_MS);
    if (wait_until(ending, &until))
        return NULL;
    log_warn("provider.ended why=%s", "something would not give up in time");
    _exit(EXIT_SUCCESS);
}

static void open_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

void ending_begin(struct ending *ending, _Atomic bool *is_late)
{
    *ending = (struct ending){.is_late = is_late};
    pthread_mutex_init(&ending->lock, NULL);
    open_condition(&ending->wake);
    ending->is_running =
        pthread_create(&ending->thread, NULL, work, ending) == 0;
    if (!ending->is_running) /* nobody else would end what takes long */
        *is_late = true;
}

void ending_end(struct ending *ending)
{
    if (!ending->is_running)
        return;
    pthread_mutex_lock(&ending->lock);
    ending->is_over = true;
    pthread_cond_signal(&ending->wake);
    pthread_mutex_unlock(&ending->lock);
    pthread_join(ending->thread, NULL);
    ending->is_running = false;
    pthread_cond_destroy(&ending->wake);
    pthread_mutex_destroy(&ending->lock);
}
