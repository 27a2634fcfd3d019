#include "provider/call/generation.h"

#include <stdlib.h>
#include <time.h>

#include "provider/base/log.h"

struct generation *generation_new(struct site *site, uint64_t number)
{
    struct generation *generation = calloc(1, sizeof(*generation));

    if (!generation)
        return NULL;
    generation->site = site;
    generation->number = number;
    generation->n_holders = 1;
    return generation;
}

struct generation *generation_hold(struct generation *generation)
{
    generation->n_holders++;
    return generation;
}

void generation_free(struct generation *generation)
{
    if (!generation || --generation->n_holders > 0)
        return;
    site_free(generation->site);
    free(generation);
}

/* ---- Publishing ---- */

/* Under this name the store keeps the number of its generation. */
static const char number_name[] = "generation";

enum { PUBLISHED_WITHIN_S = 5 };

static enum status write_number(struct store *store,
                                const struct generation *generation)
{
    return store_set_number(store, number_name, (int64_t)generation->number);
}

static enum status write_first(struct store *store,
                               const struct generation *first)
{
    enum status status;

    TRY(store_write_begin(store));
    status = write_number(store, first);
    if (status == STATUS_OK)
        status = store_write_commit(store);
    if (status != STATUS_OK)
        store_write_rollback(store);
    return status;
}

/* Waits by a clock that nobody can set. */
static bool open_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int error;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    error = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return error == 0;
}

enum status present_open(struct present *present, struct store *store,
                         struct generation *first)
{
    TRY(write_first(store, first));
    if (!open_condition(&present->published))
        return STATUS_NO_MEMORY;
    pthread_mutex_init(&present->lock, NULL);
    present->generation = generation_hold(first);
    present->n_commits = 1;
    return STATUS_OK;
}

void present_close(struct present *present)
{
    generation_free(present->generation);
    present->generation = NULL;
    pthread_cond_destroy(&present->published);
    pthread_mutex_destroy(&present->lock);
}

static void publish(struct present *present, struct generation *next)
{
    struct generation *old;

    pthread_mutex_lock(&present->lock);
    old = present->generation;
    present->generation = generation_hold(next);
    pthread_cond_broadcast(&present->published);
    pthread_mutex_unlock(&present->lock);
    generation_free(old);
}

/* It is committed: what cannot be published now is at the next change. */
static void follow_classes(struct store *store)
{
    if (site_follow_classes(store, true) != STATUS_OK)
        log_error("classes.follow why=%s", "the store cannot be read");
}

static void note_changed(struct present *present, uint64_t tables)
{
    for (unsigned i = 0; i < 64; i++)
        if (tables >> i & 1)
            present->changed_at[i] = present->n_commits + 1;
}

enum status present_commit(struct present *present, struct store *store,
                           struct generation *generation)
{
    const bool is_new = generation != present->generation;

    if (is_new) {
        TRY(site_check_rows(store)); /* what it was loaded from */
        TRY(write_number(store, generation));
    }
    TRY(store_write_commit(store));
    if (is_new) {
        follow_classes(store);
        publish(present, generation);
    }
    note_changed(present, store_changed(store));
    present->n_commits++;
    return STATUS_OK;
}

bool present_has_changed(const struct present *present, uint64_t tables,
                         uint64_t n_commits)
{
    for (unsigned i = 0; i < 64; i++)
        if ((tables >> i & 1) && present->changed_at[i] > n_commits)
            return true;
    return false;
}

/* ---- Reading ---- */

/* The newest, held, once it has at least this number; NULL: it did not come. */
static struct generation *hold_newest(struct present *present, uint64_t number)
{
    struct generation *newest = NULL;
    struct timespec until;
    int error = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += PUBLISHED_WITHIN_S;
    pthread_mutex_lock(&present->lock);
    while (present->generation->number < number && error == 0)
        error =
            pthread_cond_timedwait(&present->published, &present->lock, &until);
    if (present->generation->number >= number)
        newest = generation_hold(present->generation);
    pthread_mutex_unlock(&present->lock);
    return newest;
}

/* A transaction sees the store as of its first read, so that is done here. */
static enum status open_snapshot(struct store *store, uint64_t *number_out)
{
    int64_t number = 0;

    TRY(store_read_begin(store));
    TRY(store_number(store, number_name, &number));
    *number_out = (uint64_t)number;
    return STATUS_OK;
}

/*
 * A transaction and the generation of its number, held. If another commit was
 * published after the transaction began, both are taken anew.
 */
static enum status open_both(struct view *view,
                             struct generation **generation_out)
{
    for (;;) {
        struct generation *newest = NULL;
        uint64_t number;
        enum status status = open_snapshot(view->store, &number);

        if (status == STATUS_OK)
            newest = hold_newest(view->present, number);
        if (newest && newest->number == number) {
            *generation_out = newest;
            return STATUS_OK;
        }
        store_read_end(view->store);
        if (!newest)
            return status == STATUS_OK ? STATUS_UNAVAILABLE : status;
        generation_free(newest);
    }
}

static void view_change(struct view *view, struct generation *next)
{
    if (view->on_change)
        view->on_change(view->context);
    generation_free(view->generation);
    view->generation = next;
}

enum status view_begin(struct view *view)
{
    const uint64_t n_commits = view->present->n_commits;
    struct generation *generation;

    if (view->is_open && view->n_commits == n_commits)
        return STATUS_OK;
    view_end(view);
    TRY(open_both(view, &generation));
    if (generation == view->generation)
        generation_free(generation); /* held already */
    else
        view_change(view, generation);
    view->n_commits = n_commits;
    view->is_open = true;
    return STATUS_OK;
}

void view_end(struct view *view)
{
    if (view->is_open)
        store_read_end(view->store);
    view->is_open = false;
}

enum status view_open_store(const char *path, struct store **store_out)
{
    return site_open_reader(path, store_out);
}

void view_close(struct view *view)
{
    view_end(view);
    if (view->on_change)
        view->on_change(view->context);
    generation_free(view->generation);
    view->generation = NULL;
}
