/*
 * The one thread that changes the store.
 *
 * Jobs queue, with fair turns between callers; the writer runs the waiting ones
 * in one change, for WRITER_HOLD_MS, and commits once, so that durability costs
 * one sync for many (grouping.h). Only then is any of them answered. A change
 * of rights publishes a new generation together with its commit.
 */
#pragma once

#include <pthread.h>

#include "provider/call/call.h"
#include "provider/call/fair.h"
#include "provider/call/generation.h"
#include "provider/call/grouping.h"
#include "provider/call/refusals.h"

/* After this time no further job joins a change, and a turn ends its part. */
enum { WRITER_HOLD_MS = 20 };

struct writer {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct fair *queue;       /* owned; under the lock */
    _Atomic size_t n_waiting; /* in it */
    _Atomic size_t n_callers; /* whose jobs are in it */
    bool is_stopping;         /* under the lock */
    bool is_running;
    struct present *present; /* borrowed */
    struct call_ground ground;
    struct refusals refusals;
    struct grouping grouping;
};

/* The store is borrowed and the writer's alone until writer_stop. The rest of
 * writer->ground must be set before. */
MUST_CHECK
enum status writer_start(struct writer *writer, struct store *store,
                         struct present *present);

void writer_post(struct writer *writer, struct job *job);

/*
 * Runs an act in the writer and waits until its change is committed: not from a
 * loop. Not STATUS_OK: nothing was committed, or it did not run at all.
 */
MUST_CHECK
enum status writer_run(struct writer *writer,
                       void (*act)(void *context, struct call_ground *ground),
                       void *context);

/* Is it about to end? In its own thread: nothing more should be posted then. */
bool writer_is_stopping(struct writer *writer);

/* Runs what is queued, then ends. Nothing may be posted any more. */
void writer_stop(struct writer *writer);
