/*
 * A queue of jobs with fair turns: each caller has a lane, and jobs are taken
 * from each waiting lane in turn. However much a caller queues only delays that
 * caller.
 *
 * Not locked: it belongs to its owner, as do the jobs in it. It allocates
 * nothing, so that a job can always be queued: lanes are fixed, and a caller's
 * is found by a hash with a secret of this process, so that sharing one is an
 * accident.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/text.h"
#include "provider/call/job.h"

enum { FAIR_LANES = 4096 };

struct fair_lane {
    struct job *first, *last;
    struct fair_lane *next; /* in the ring, while it has its place there */
    bool is_in_ring;
    bool is_running; /* one of its jobs is running, one at a time */
};

struct fair {
    struct fair_lane lanes[FAIR_LANES];
    struct fair_lane *first, *last; /* lanes waiting for their turn */
    size_t n;                       /* jobs */
    size_t n_of_callers;            /* of them: all but the provider's own */
};

/* The lane of a caller by name; never 0. */
uint32_t fair_lane(struct text caller);

void fair_put(struct fair *fair, struct job *job);

/* The next job, whose lane then waits for fair_done; NULL: none may run. */
struct job *fair_take(struct fair *fair);
void fair_done(struct fair *fair, uint32_t lane);
