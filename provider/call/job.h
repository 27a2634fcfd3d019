/*
 * Work that one thread passes to another: the border between the loops, which
 * never wait, and the threads that may.
 *
 *
 *     the loop posts it          writer_post(), pool_post(), slices_put()
 *     the other thread runs it   kind->run, inside its change or view
 *     it came to nothing         kind->fail: no view, or nothing committed
 *     it returns                 kind->finish: committed, or failed
 *
 * There is one kind for each sort of job, a constant table beside the functions
 * it names: the turn of a connection (net/dispatch.c), a connection's slice of
 * its loop (net/conn), the watch over the store (daemon/watch.c) and whatever a
 * thread waits for (writer_run).
 */
#pragma once

#include <stdint.h>

struct call_ground;
struct job;

struct job_kind {
    /* A failure within undoes its own work. */
    void (*run)(struct job *job, struct call_ground *ground);
    void (*fail)(struct job *job);
    /* Last, after either, in the same thread; the job may be freed. */
    void (*finish)(struct job *job);
};

/* Embedded at the head of a larger struct. */
struct job {
    const struct job_kind *kind;
    struct job *next; /* its queue's */
    uint32_t lane;    /* by fair_lane(); 0: the provider's own */
};
