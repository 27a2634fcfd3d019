#include "provider/daemon/generation.h"

#include <stdlib.h>

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

enum status present_open(struct present *present, struct generation *first)
{
    pthread_rwlockattr_t attributes;
    int error;

    pthread_rwlockattr_init(&attributes);
    /* Loops come all the time; the writer must not wait for a gap. */
    pthread_rwlockattr_setkind_np(&attributes,
                                  PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    error = pthread_rwlock_init(&present->lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
    if (error)
        return STATUS_NO_MEMORY;
    present->generation = generation_hold(first);
    present->n_commits = 1;
    return STATUS_OK;
}

void present_close(struct present *present)
{
    generation_free(present->generation);
    present->generation = NULL;
    pthread_rwlock_destroy(&present->lock);
}

void present_lock(struct present *present)
{
    pthread_rwlock_wrlock(&present->lock);
}

void present_unlock(struct present *present, struct generation *next)
{
    struct generation *old = NULL;

    if (next) {
        old = present->generation;
        present->generation = generation_hold(next);
    }
    pthread_rwlock_unlock(&present->lock);
    generation_free(old);
}

void present_committed(struct present *present)
{
    present->n_commits++;
}

/* Under the read lock: is the view's generation still the newest? */
static struct generation *take_newer(struct view *view)
{
    struct generation *newest = view->present->generation;

    if (newest == view->generation)
        return NULL;
    return generation_hold(newest);
}

/* A transaction sees the store as of its first read, so that is done here. */
static enum status open_snapshot(struct store *store)
{
    int64_t unused;

    TRY(store_read_begin(store));
    return store_number(store, "site.serial", &unused);
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
    struct generation *next;
    enum status status;

    if (view->is_open && view->n_commits == n_commits)
        return STATUS_OK;
    view_end(view);
    pthread_rwlock_rdlock(&view->present->lock);
    next = take_newer(view);
    status = open_snapshot(view->store);
    pthread_rwlock_unlock(&view->present->lock);
    if (next)
        view_change(view, next);
    view->n_commits = n_commits;
    view->is_open = status == STATUS_OK;
    return status;
}

void view_end(struct view *view)
{
    if (view->is_open)
        store_read_end(view->store);
    view->is_open = false;
}

void view_close(struct view *view)
{
    view_end(view);
    if (view->on_change)
        view->on_change(view->context);
    generation_free(view->generation);
    view->generation = NULL;
}
