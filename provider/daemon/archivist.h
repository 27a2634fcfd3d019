/*
 * Makes archives of audit records in a thread of its own, one at a time, for
 * the writer: nobody waits for a disk that the archives are on.
 *
 * Only one thread calls; nothing is shared with the other but the order and the
 * result.
 */
#pragma once

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#include "provider/store/archive/archive_make.h"

struct archivist {
    pthread_t thread;
    bool is_begun;         /* a thread is to be joined */
    atomic_bool is_done;   /* its result may be read */
    atomic_bool is_ending; /* it gives up */
    char store[PATH_MAX];  /* its path */
    char directory[PATH_MAX];
    const struct seal_key *key; /* borrowed */
    struct archive_order order;
    enum status status; /* the result */
    int64_t last;
};

/* Begins one unless another is being made. The key outlives the archivist.
 * False: it could not. */
bool archivist_begin(struct archivist *archivist, const char *store,
                     const struct seal_key *key,
                     const struct archive_order *order);

/* The result of one that has been finished, once; last_out is set if its status
 * is STATUS_OK. False: none has. */
MUST_CHECK
bool archivist_take(struct archivist *archivist, enum status *status_out,
                    int64_t *last_out);

/* Gives up what is being made. */
void archivist_clear(struct archivist *archivist);
