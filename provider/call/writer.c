#include "provider/call/writer.h"

#include <stdlib.h>

#include "provider/base/clock.h"
#include "provider/base/log_rate.h"

/* Jobs in one change: more would delay the first. */
enum { BATCH_MAX = 512, US_OF_S = 1000 * 1000 };

/* ---- One batch ---- */

static void finish_all(struct job *jobs, bool is_done)
{
    while (jobs) {
        struct job *job = jobs;

        jobs = job->next; /* finish may free the job */
        if (!is_done)
            job->kind->fail(job);
        job->kind->finish(job);
    }
}

static enum status commit(struct writer *writer)
{
    struct call_ground *ground = &writer->ground;

    if (ground->is_broken)
        return STATUS_UNAVAILABLE;
    return present_commit(writer->present, ground->store, ground->generation);
}

static void roll_back(struct writer *writer)
{
    struct call_ground *ground = &writer->ground;

    store_write_rollback(ground->store);
    refusals_settle(&writer->refusals, false);
    call_ground_clear(ground);
    generation_free(ground->generation);
    ground->generation = generation_hold(writer->present->generation);
    ground->is_broken = false;
}

/* For who looks without the lock. */
static void note_waiting(struct writer *writer)
{
    writer->n_waiting = writer->queue->n;
    writer->n_callers = writer->queue->n_of_callers;
}

/* The next job that waits; NULL: none. */
static struct job *take(struct writer *writer)
{
    struct job *job;

    pthread_mutex_lock(&writer->lock);
    job = fair_take(writer->queue);
    if (job) /* another of this caller may follow in the same change */
        fair_done(writer->queue, job->lane);
    note_waiting(writer);
    pthread_mutex_unlock(&writer->lock);
    return job;
}

static void wait_until(struct writer *writer, int64_t until_us)
{
    const struct timespec until = {until_us / US_OF_S,
                                   until_us % US_OF_S * 1000};
    int code = 0;

    pthread_mutex_lock(&writer->lock);
    while (code == 0 && writer->queue->n == 0 && !writer->is_stopping)
        code = pthread_cond_clockwait(&writer->wake, &writer->lock,
                                      CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&writer->lock);
}

/* The next job of a change that has n; NULL: none is waited for any longer. */
static struct job *next_of(struct writer *writer, size_t n, int64_t *until_us)
{
    struct job *job = take(writer);
    int64_t patience_us;

    if (job)
        return job;
    patience_us = grouping_patience_us(&writer->grouping, n);
    if (patience_us == 0)
        return NULL;
    if (*until_us == 0)
        *until_us = clock_mono_us() + patience_us;
    wait_until(writer, *until_us);
    return take(writer);
}

/* The provider's own (lane 0) count their steps themselves. */
static void run_job(struct job *job, struct call_ground *ground)
{
    const int64_t began_us = clock_mono_us();

    job->kind->run(job, ground);
    if (job->lane != 0)
        metrics_count_step(ground->metrics, METRICS_HOLD_ACT,
                           clock_mono_us() - began_us);
}

/* Appends the jobs it takes; answers how many there are then, at least one. */
static size_t run_jobs(struct writer *writer, struct job *jobs)
{
    struct call_ground *ground = &writer->ground;
    struct job *job = jobs;
    int64_t until_us = 0;
    size_t n = 1;

    for (;; n++) {
        run_job(job, ground);
        if (ground->is_broken || n == BATCH_MAX ||
            clock_mono_ms() - ground->now_ms >= WRITER_HOLD_MS)
            return n;
        job->next = next_of(writer, n, &until_us);
        if (!job->next)
            return n;
        job = job->next;
    }
}

/* Commits, and notes whom to expect next. */
static enum status commit_group(struct writer *writer, size_t n_run)
{
    const int64_t began_us = clock_mono_us();
    const enum status status = commit(writer);
    const int64_t took_us = clock_mono_us() - began_us;
    size_t n_waiting;

    metrics_count_step(writer->ground.metrics, METRICS_HOLD_COMMIT, took_us);
    pthread_mutex_lock(&writer->lock);
    n_waiting = writer->queue->n;
    pthread_mutex_unlock(&writer->lock);
    grouping_note(&writer->grouping, n_run, n_waiting, took_us);
    return status;
}

static bool run_batch(struct writer *writer, struct job *jobs)
{
    static struct log_rate begin_rate, commit_rate;
    struct call_ground *ground = &writer->ground;
    enum status status;
    size_t n_run;

    ground->now_s = clock_wall_s();
    ground->now_ms = clock_mono_ms();
    status = store_write_begin(ground->store);
    if (status != STATUS_OK) {
        log_rarely(LOG_ERROR, &begin_rate, "writer.begin why=%s",
                   status_name(status));
        metrics_count_failed(ground->metrics, ground->now_s);
        return false;
    }
    n_run = run_jobs(writer, jobs);
    if (!ground->is_broken && refusals_flush(&writer->refusals, ground->store,
                                             ground->now_ms) != STATUS_OK)
        ground->is_broken = true;
    status = commit_group(writer, n_run);
    if (status == STATUS_OK) {
        refusals_settle(&writer->refusals, true);
        return true;
    }
    log_rarely(LOG_ERROR, &commit_rate, "writer.commit why=%s",
               status_name(status));
    metrics_count_failed(ground->metrics, ground->now_s);
    roll_back(writer);
    return false;
}

/* ---- The thread ---- */

/* Waits for a job; NULL when it is time to end. */
static struct job *await(struct writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    while (writer->queue->n == 0 && !writer->is_stopping)
        pthread_cond_wait(&writer->wake, &writer->lock);
    pthread_mutex_unlock(&writer->lock);
    return take(writer);
}

/* Counts are not lost with the process. */
static void record_refusals(struct writer *writer)
{
    struct store *store = writer->ground.store;

    if (store_write_begin(store) != STATUS_OK)
        return;
    if (refusals_flush(&writer->refusals, store, INT64_MAX) != STATUS_OK ||
        store_write_commit(store) != STATUS_OK)
        store_write_rollback(store);
}

static void *work(void *context)
{
    struct writer *writer = context;
    struct job *jobs;

    pthread_setname_np(pthread_self(), "sms-writer");
    while ((jobs = await(writer))) {
        const int64_t began_ms = clock_mono_ms();
        const bool is_done = run_batch(writer, jobs);

        metrics_count_hold(writer->ground.metrics, clock_mono_ms() - began_ms);
        finish_all(jobs, is_done);
    }
    record_refusals(writer);
    return NULL;
}

enum status writer_start(struct writer *writer, struct store *store,
                         struct present *present)
{
    *writer = (struct writer){
        .present = present,
        .ground = {.store = store,
                   .is_writer = true,
                   .n_callers = &writer->n_callers,
                   .refusals = &writer->refusals,
                   .throttle = writer->ground.throttle,
                   .budget = writer->ground.budget,
                   .exports = writer->ground.exports,
                   .is_ending = writer->ground.is_ending,
                   .directory = writer->ground.directory,
                   .methods = writer->ground.methods,
                   .metrics = writer->ground.metrics},
    };
    writer->queue = calloc(1, sizeof(*writer->queue));
    if (!writer->queue)
        return STATUS_NO_MEMORY;
    writer->ground.generation = generation_hold(present->generation);
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->wake, NULL);
    writer->is_running =
        pthread_create(&writer->thread, NULL, work, writer) == 0;
    return writer->is_running ? STATUS_OK : STATUS_UNAVAILABLE;
}

void writer_post(struct writer *writer, struct job *job)
{
    pthread_mutex_lock(&writer->lock);
    fair_put(writer->queue, job);
    note_waiting(writer);
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
}

/* ---- An act that a thread waits for ---- */

struct awaited {
    struct job job; /* first */
    void (*act)(void *context, struct call_ground *ground);
    void *context;
    enum status status;
    bool is_finished; /* under the lock */
    pthread_mutex_t lock;
    pthread_cond_t wake;
};

static void awaited_run(struct job *job, struct call_ground *ground)
{
    const struct awaited *awaited = (struct awaited *)job;
    const int64_t began_us = clock_mono_us();

    awaited->act(awaited->context, ground);
    metrics_count_step(ground->metrics, METRICS_HOLD_ACT,
                       clock_mono_us() - began_us);
}

static void awaited_fail(struct job *job)
{
    ((struct awaited *)job)->status = STATUS_UNAVAILABLE;
}

static void awaited_finish(struct job *job)
{
    struct awaited *awaited = (struct awaited *)job;

    pthread_mutex_lock(&awaited->lock);
    awaited->is_finished = true;
    pthread_cond_signal(&awaited->wake);
    pthread_mutex_unlock(&awaited->lock);
}

static const struct job_kind awaited_kind = {awaited_run, awaited_fail,
                                             awaited_finish};

enum status writer_run(struct writer *writer,
                       void (*act)(void *context, struct call_ground *ground),
                       void *context)
{
    struct awaited awaited = {
        .job = {.kind = &awaited_kind},
        .act = act,
        .context = context,
        .status = STATUS_OK,
    };

    pthread_mutex_init(&awaited.lock, NULL);
    pthread_cond_init(&awaited.wake, NULL);
    writer_post(writer, &awaited.job);
    pthread_mutex_lock(&awaited.lock);
    while (!awaited.is_finished)
        pthread_cond_wait(&awaited.wake, &awaited.lock);
    pthread_mutex_unlock(&awaited.lock);
    pthread_cond_destroy(&awaited.wake);
    pthread_mutex_destroy(&awaited.lock);
    return awaited.status;
}

bool writer_is_stopping(struct writer *writer)
{
    bool is_stopping;

    pthread_mutex_lock(&writer->lock);
    is_stopping = writer->is_stopping;
    pthread_mutex_unlock(&writer->lock);
    return is_stopping;
}

void writer_stop(struct writer *writer)
{
    if (!writer->is_running) {
        free(writer->queue);
        return;
    }
    pthread_mutex_lock(&writer->lock);
    writer->is_stopping = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    writer->is_running = false;
    call_ground_clear(&writer->ground);
    generation_free(writer->ground.generation);
    writer->ground.generation = NULL;
    free(writer->queue);
    writer->queue = NULL;
    pthread_cond_destroy(&writer->wake);
    pthread_mutex_destroy(&writer->lock);
}
