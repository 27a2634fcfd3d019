/*
 * The site as it is now, for all threads: one immutable generation, replaced as
 * a whole when a change of rights has been committed.
 *
 * A reader works on a view: a read transaction and the generation that belongs
 * to it. The store has the number of its generation, so a transaction knows
 * which one that is: no decision mixes old and new (T64), and the next request
 * after a revocation sees it. Readers never wait for a commit to reach the
 * disk; one that opens its view in the instant between a commit of rights and
 * its publishing waits for that.
 *
 * Generations are reference counted rather than reclaimed by RCU: the threads
 * that hold one are few, they change it only between passes, and a session's
 * subject must outlive the pass anyway.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "provider/object/site.h"
#include "provider/store/store.h"

struct generation {
    struct site *site; /* owned */
    uint64_t number;   /* increases from 1 */
    _Atomic unsigned n_holders;
};

/* Takes the site over; the caller holds it. NULL: out of memory. */
struct generation *generation_new(struct site *site, uint64_t number);
struct generation *generation_hold(struct generation *generation);
void generation_free(
    struct generation *generation); /* releases a hold; accepts NULL */
DEFINE_DROP(generation)

/* What is true now, published by the writer. */
struct present {
    pthread_mutex_t lock; /* of the pointer alone */
    pthread_cond_t published;
    struct generation *generation; /* held; changed by the writer */
    _Atomic uint64_t n_commits;    /* increases with every commit */
    /* The last commit that touched a table of each bit (store_changed). */
    _Atomic uint64_t changed_at[64];
};

/* The store is the writer's, in no change: it gets the first number. */
MUST_CHECK
enum status present_open(struct present *present, struct store *store,
                         struct generation *first);
void present_close(struct present *present);

/*
 * Commits the open change of the writer's store, and publishes the generation
 * if it is not the current one. Not STATUS_OK: nothing was committed, and the
 * change must be rolled back.
 */
MUST_CHECK
enum status present_commit(struct present *present, struct store *store,
                           struct generation *generation);

/* Was a table of these bits touched by a commit after the one of that number? A
 * view has the number of one that it surely includes. */
bool present_has_changed(const struct present *present, uint64_t tables,
                         uint64_t n_commits);

/* ---- A reader's view; belongs to one thread ---- */

struct view {
    struct present *present;
    struct store *store;           /* borrowed, the thread's own */
    struct generation *generation; /* held */
    uint64_t n_commits;            /* as of the open transaction */
    bool is_open;
    /* Called when the generation changed: drop what holds the old one. */
    void (*on_change)(void *context);
    void *context;
};

/* Opens a store for a view: its owner's, freed after view_close(). */
MUST_CHECK
enum status view_open_store(const char *path, struct store **store_out);

/* Opens the view, or reopens it if something was committed since. */
MUST_CHECK
enum status view_begin(struct view *view);

/* Ends the read transaction: at the end of a pass. */
void view_end(struct view *view);

void view_close(struct view *view);
