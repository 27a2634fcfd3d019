/*
 * Asked to end while it still starts, the process ends at once, wherever it is.
 *
 * Nothing was acknowledged by then, and the store takes a process that is gone
 * in the middle of anything. So nothing that start does need be interruptible,
 * be it the check of a large store, the first apply of a large policy or a file
 * on a mount that hangs.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "provider/base/status.h"

struct starting {
    pthread_t thread;
    pthread_mutex_t lock;
    bool is_over; /* under the lock */
};

/* From now on SIGTERM and SIGINT end the process, also where who started it
 * left them blocked. */
MUST_CHECK
enum status starting_begin(struct starting *starting);

/* It has started: who calls has caught the signals itself by now. True: one
 * came just before, and the end is to follow as it would later. */
bool starting_end(struct starting *starting);
