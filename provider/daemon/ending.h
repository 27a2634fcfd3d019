/*
 * Ends the process in time, whatever is running.
 *
 * From the signal on, pending requests are answered. After ENDING_GIVE_UP_MS
 * running work is told to give up, and the rest is answered as unavailable.
 * After ENDING_MAX_MS the process exits in any case: what was acknowledged is
 * in the store, and nothing else was promised.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

enum { ENDING_GIVE_UP_MS = 1500, ENDING_MAX_MS = 4500 };

struct ending {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool is_over; /* under the lock: it ended by itself */
    bool is_running;
    _Atomic bool *is_late; /* borrowed: set after ENDING_GIVE_UP_MS */
};

/* The time runs from now on. */
void ending_begin(struct ending *ending, _Atomic bool *is_late);

/* It ended in time; does nothing if it was not begun. */
void ending_end(struct ending *ending);
