/*
 * One worker: an event loop with its own view of the store, its listeners and
 * its connections, none of which another thread touches.
 *
 * Requests that read are answered here, in a read transaction that lasts for
 * one pass of the loop. The cost of strangers is bounded: a deadline from
 * accept to sign-in, a share of the connections, and once the share is used up
 * a new stranger replaces another (strangers.h), so that flooding keeps no
 * administrator out (T98).
 */
#pragma once

#include <pthread.h>

#include <uv.h>

#include "provider/call/call.h"
#include "provider/call/generation.h"
#include "provider/net/acceptor.h"
#include "provider/net/listener.h"
#include "provider/net/scratch.h"
#include "provider/net/service.h"
#include "provider/net/slices.h"
#include "provider/net/strangers.h"
#include "provider/rpc/turn.h"

struct conn;

struct loop {
    struct service *service; /* borrowed */
    unsigned number;
    pthread_t thread;
    bool is_running;
    uv_loop_t uv;
    uv_check_t check;
    uv_timer_t sweep;
    uv_async_t wake;
    struct slices slices;       /* of its time */
    struct acceptor *acceptors; /* owned [n_acceptors]; one per listener */
    size_t n_acceptors;

    struct store *store; /* owned, for reading */
    struct view view;
    struct call_ground ground;

    struct conn *conns; /* all, doubly linked */
    size_t n_conns;
    struct strangers strangers; /* of these, not signed in */

    struct scratch in;    /* as received */
    struct scratch plain; /* decrypted from its TLS records */

    pthread_mutex_t lock;
    size_t n_ahead;    /* lines that are parsed before their time */
    size_t n_away;     /* turns with the writer or the name service */
    struct turn *done; /* back from there, newest first; under the lock */
    bool is_stopping;  /* asked to; under the lock */
    bool is_draining;
    int64_t drain_until_ms;
};

MUST_CHECK
enum status loop_start(struct loop *loop, struct service *service,
                       unsigned number);

/* Lets running turns end, closes everything, joins the thread. */
void loop_ask_stop(struct loop *loop);
void loop_join(struct loop *loop);

/* Called in the thread of the writer or of the name service. */
void loop_return_turn(struct loop *loop, struct turn *turn);

/* Reads the clocks for what follows. */
void loop_tick(struct loop *loop);

/* Opens the view for this pass; false: the store does not respond. */
bool loop_open_view(struct loop *loop);

void loop_add_conn(struct loop *loop, struct conn *conn);
void loop_remove_conn(struct loop *loop, struct conn *conn);

/* A place among the strangers, replacing another if necessary; false: none. */
bool loop_add_stranger(struct loop *loop, struct conn *conn);

/* Within limits.connections, replacing a stranger of no higher rank if
 * necessary; false: everybody has a higher one or is signed in. */
bool loop_make_room(struct loop *loop, const struct conn *conn);
