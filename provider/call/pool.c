#include "provider/call/pool.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"

enum { NICENESS = 10 };

/* ---- One job ---- */

static void run_one(struct pool_worker *worker, struct job *job)
{
    struct call_ground *ground = &worker->ground;

    ground->now_s = clock_wall_s();
    ground->now_ms = clock_mono_ms();
    if (view_begin(&worker->view) == STATUS_OK) {
        ground->generation = worker->view.generation;
        ground->n_commits = worker->view.n_commits;
        job->kind->run(job, ground);
        view_end(&worker->view);
    } else {
        job->kind->fail(job);
    }
}

/* ---- The threads ---- */

/* NULL: it is time to end. */
static struct job *take(struct pool *pool)
{
    struct job *job;

    pthread_mutex_lock(&pool->lock);
    while (!(job = fair_take(pool->queue)) &&
           !(pool->is_stopping && pool->queue->n == 0))
        pthread_cond_wait(&pool->wake, &pool->lock);
    pool->n_waiting = pool->queue->n;
    pthread_mutex_unlock(&pool->lock);
    return job;
}

static void give_back_lane(struct pool *pool, uint32_t lane)
{
    pthread_mutex_lock(&pool->lock);
    fair_done(pool->queue, lane);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
}

static void *work(void *context)
{
    struct pool_worker *worker = context;
    struct job *job;

    pthread_setname_np(pthread_self(), "sms-reader");
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICENESS);
    while ((job = take(worker->pool))) {
        const uint32_t lane = job->lane;

        run_one(worker, job);
        job->kind->finish(job); /* it may be queued again, or freed */
        give_back_lane(worker->pool, lane);
    }
    view_close(&worker->view);
    return NULL;
}

static enum status start_worker(struct pool_worker *worker, struct pool *pool,
                                const char *store_path, struct present *present)
{
    worker->pool = pool;
    TRY(view_open_store(store_path, &worker->store));
    worker->view = (struct view){.present = present, .store = worker->store};
    worker->ground.store = worker->store;
    worker->ground.present = present;
    worker->ground.is_pool = true;
    if (pthread_create(&worker->thread, NULL, work, worker) != 0)
        return STATUS_UNAVAILABLE;
    worker->is_running = true;
    return STATUS_OK;
}

enum status pool_start(struct pool *pool, const char *store_path,
                       struct present *present, const struct call_ground *like)
{
    pool->queue = calloc(1, sizeof(*pool->queue));
    if (!pool->queue)
        return STATUS_NO_MEMORY;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    for (size_t i = 0; i < POOL_THREADS; i++) {
        pool->workers[i].ground = *like;
        TRY(start_worker(&pool->workers[i], pool, store_path, present));
    }
    return STATUS_OK;
}

void pool_post(struct pool *pool, struct job *job)
{
    pthread_mutex_lock(&pool->lock);
    fair_put(pool->queue, job);
    pool->n_waiting = pool->queue->n;
    pthread_cond_signal(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
}

void pool_stop(struct pool *pool)
{
    if (!pool->queue)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->is_stopping = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < POOL_THREADS; i++) {
        struct pool_worker *worker = &pool->workers[i];

        if (worker->is_running)
            pthread_join(worker->thread, NULL);
        worker->is_running = false;
        store_free(worker->store);
        worker->store = NULL;
    }
    free(pool->queue);
    pool->queue = NULL;
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
}
