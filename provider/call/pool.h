/*
 * A few threads for long reads, so that neither a loop nor the writer is held
 * up: lists, queries, checks of files, and whatever a loop found too long.
 *
 * Each has its own connection to the store and its own view, opened for each
 * job: a read transaction and the generation that belongs to it. Callers have
 * fair turns, and one job of a caller runs at a time. The threads have a lower
 * priority than the loops and the writer.
 */
#pragma once

#include "provider/call/call.h"
#include "provider/call/fair.h"
#include "provider/call/generation.h"

enum { POOL_THREADS = 4 };

struct pool;

struct pool_worker {
    struct pool *pool;
    pthread_t thread;
    bool is_running;
    struct store *store; /* owned, for reading */
    struct view view;
    struct call_ground ground;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct fair *queue;       /* owned; under the lock */
    _Atomic size_t n_waiting; /* in it */
    bool is_stopping;         /* under the lock */
    struct pool_worker workers[POOL_THREADS];
};

/* like: what the grounds have besides store and generation. */
MUST_CHECK
enum status pool_start(struct pool *pool, const char *store_path,
                       struct present *present, const struct call_ground *like);

void pool_post(struct pool *pool, struct job *job);

/* Runs what is queued, then ends. Nothing may be posted any more. */
void pool_stop(struct pool *pool);
