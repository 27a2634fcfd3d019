#include "provider/daemon/starting.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "provider/base/log.h"
#include "provider/base/mutant.h"

static int event = -1;
static volatile sig_atomic_t is_asked;

static void wake(void)
{
    const uint64_t one = 1;

    (void)!write(event, &one, sizeof(one));
}

static void on_signal(int number)
{
    const int before = errno;

    (void)number;
    is_asked = 1;
    wake();
    errno = before;
}

static void *work(void *context)
{
    struct starting *starting = context;
    uint64_t n;

    pthread_setname_np(pthread_self(), "sms-starting");
    sem_post(&starting->waits);
    while (read(event, &n, sizeof(n)) < 0 && errno == EINTR)
        ;
    pthread_mutex_lock(&starting->lock);
    if (!starting->is_over && !MUTANT("e7-start-goes-on")) {
        log_info("provider.ended why=%s", "asked to while it was starting");
        _exit(EXIT_SUCCESS);
    }
    pthread_mutex_unlock(&starting->lock);
    return NULL;
}

static enum status catch_signals(void)
{
    const struct sigaction action = {.sa_handler = on_signal,
                                     .sa_flags = SA_RESTART};
    sigset_t ours;

    sigemptyset(&ours);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGINT);
    if (sigaction(SIGTERM, &action, NULL) != 0 ||
        sigaction(SIGINT, &action, NULL) != 0 ||
        pthread_sigmask(SIG_UNBLOCK, &ours, NULL) != 0)
        return STATUS_UNAVAILABLE;
    return STATUS_OK;
}

enum status starting_begin(struct starting *starting)
{
    *starting = (struct starting){0};
    event = eventfd(0, EFD_CLOEXEC);
    if (event < 0)
        return STATUS_UNAVAILABLE;
    pthread_mutex_init(&starting->lock, NULL);
    sem_init(&starting->waits, 0, 0);
    if (pthread_create(&starting->thread, NULL, work, starting) != 0)
        return STATUS_UNAVAILABLE;
    while (sem_wait(&starting->waits) != 0 && errno == EINTR)
        ;
    return catch_signals();
}

bool starting_end(struct starting *starting)
{
    pthread_mutex_lock(&starting->lock);
    starting->is_over = true;
    pthread_mutex_unlock(&starting->lock);
    wake();
    pthread_join(starting->thread, NULL);
    pthread_mutex_destroy(&starting->lock);
    sem_destroy(&starting->waits);
    close(event);
    event = -1;
    return is_asked;
}
