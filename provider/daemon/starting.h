/*
 * Exits at once if asked to end during startup.
 *
 * Nothing has been acknowledged by then, and the store tolerates a process that
 * dies at any point. So nothing in startup must be interruptible: the check of
 * a large store, the first apply of a large policy, or a file on a mount that
 * hangs.
 */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

#include "provider/base/status.h"

struct starting {
    pthread_t thread;
    pthread_mutex_t lock;
    sem_t waits;  /* the thread does: what is forked now has no lock of its */
    bool is_over; /* under the lock */
};

/* From now on SIGTERM and SIGINT end the process, even if its caller left them
 * blocked. */
MUST_CHECK
enum status starting_begin(struct starting *starting);

/* Startup is complete: the caller handles the signals itself by now. True: one
 * came just before, and the normal shutdown must follow. */
bool starting_end(struct starting *starting);
