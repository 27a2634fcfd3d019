/*
 * The one thread that changes the store.
 *
 * Jobs queue; the writer takes all that wait, runs them in one change and
 * commits once, so that durability costs one sync for many. Only then does
 * anybody hear how their job ended. A change of rights publishes a new
 * generation together with its commit.
 */
#pragma once

#include <pthread.h>

#include "provider/daemon/call.h"
#include "provider/daemon/generation.h"

/* What the writer is given to do; stands at the head of a larger struct. */
struct job {
    struct job *next;
    /* Inside the change; what fails within is the job's own to undo. */
    void (*run)(struct job *job, struct call_ground *ground);
    /* The change was not committed, or not even begun: nothing stands. */
    void (*fail)(struct job *job);
    /* Last, after either; the job may go. In the writer's thread. */
    void (*finish)(struct job *job);
};

struct writer {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job *first; /* under the lock */
    struct job **last;
    bool is_stopping; /* under the lock */
    bool is_running;
    struct present *present; /* borrowed */
    struct call_ground ground;
};

/* The store is borrowed and the writer's alone until writer_stop. What else
 * its calls stand on is in writer->ground before. */
MUST_CHECK
enum status writer_start(struct writer *writer, struct store *store,
                         struct present *present);

void writer_post(struct writer *writer, struct job *job);

/* Does what is queued, then ends. Nothing may be posted any more. */
void writer_stop(struct writer *writer);
