/*
 * Accepts connections from a listening socket, whatever happens.
 *
 * No failure makes it deaf: a failure for one peer costs that peer, and if the
 * system is out of resources it tries again after a pause. One descriptor is
 * kept in reserve, so that a peer that comes when there are none left is closed
 * at once instead of waiting in the queue. If something else in the process
 * took that descriptor, the owner is asked to close a connection for it. Each
 * of these is counted, and logged at a limited rate.
 */
#pragma once

#include <uv.h>

#include "provider/base/log_rate.h"
#include "provider/base/status.h"
#include "provider/call/metrics.h"
#include "provider/net/source_filter.h"

/* Takes a connected descriptor over; from: of a Unix socket the family alone.
 * Not STATUS_OK: the acceptor closes it. */
typedef enum status (*acceptor_take)(void *context, size_t index, int fd,
                                     const struct sockaddr *from);

/* Closes a connection that can be spared, now or in the next pass. */
typedef void (*acceptor_spare)(void *context);

struct acceptor {
    uv_poll_t poll;
    uv_timer_t pause;
    uv_timer_t deafness;
    int fd;      /* owned */
    int reserve; /* owned; -1: it could not be reopened */
    unsigned n_open;
    struct source_filter unheard;
    size_t index;     /* of the listener */
    const char *name; /* borrowed, for the log */
    struct metrics *metrics;
    struct log_rate rate;
    acceptor_take take;
    acceptor_spare spare;
    void *context;
};

/* Takes fd over; index, name, metrics, take, spare and context must be set
 * before. On failure too it is closed by acceptor_close. */
MUST_CHECK
enum status acceptor_open(struct acceptor *acceptor, uv_loop_t *loop, int fd);

/* Hears no more of where that comes from, for a second. False: it was so
 * already, or cannot be. */
bool acceptor_unhear(struct acceptor *acceptor, const struct sockaddr *from);

/* Accepts no more; the memory must stay until the loop has closed its
 * handles. */
void acceptor_close(struct acceptor *acceptor);
