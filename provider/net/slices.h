/*
 * The time of a loop, in fair slices.
 *
 * A client that sends line after line could keep a loop to itself. So a
 * connection serves lines for a slice at a time, and all connections together
 * for a pass, after which the loop polls its sockets again. A connection with
 * more to serve queues, and callers take turns, however many connections they
 * have.
 *
 * A flood has as many callers as it has addresses. So strangers that have had a
 * slice already queue separately, and together get at most every other slice.
 */
#pragma once

#include <uv.h>

#include "provider/base/status.h"
#include "provider/call/fair.h"

struct slices {
    struct fair queue; /* of connections that have more to serve */
    struct fair flood; /* of strangers that have had their slice */
    bool is_floods;    /* the next slice, if both queue */
    uv_idle_t more;    /* active while somebody queues */
    int64_t pass_us;   /* CPU time of the thread when the pass began */
};

/* Closed with the other handles of the loop: the queue is empty then. */
void slices_open(struct slices *slices, uv_loop_t *loop);
void slices_close(struct slices *slices);

/* The sockets have been polled. */
void slices_begin_pass(struct slices *slices);

/* The CPU time of the thread, for slices_has_time. */
int64_t slices_now_us(void);

/* May a line be served that began at begun_us? */
bool slices_has_time(const struct slices *slices, int64_t begun_us);

/* A whole slice, or more. */
bool slices_is_whole(int64_t used_us);

/* The job runs when it is its lane's turn. It must not be queued yet. */
void slices_put(struct slices *slices, struct job *job);
void slices_put_flood(struct slices *slices, struct job *job);

bool slices_is_empty(const struct slices *slices);
