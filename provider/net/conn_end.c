/* The end of a connection: at once, once it has been answered, or when its peer
 * has left. */
#include "provider/net/conn_private.h"

#include <stdlib.h>

#include "provider/base/mutant.h"

static void conn_free(struct conn *conn)
{
    tls_close(&conn->tls);
    peer_clear(&conn->peer);
    frame_reader_free(&conn->lines);
    web_free(conn->web);
    outbox_free(&conn->out);
    unread_hold_set(&conn->unread, 0);
    free(conn);
}

void conn_let_go(struct conn *conn)
{
    if (conn->is_closed && !conn->turn && !conn->is_ahead_away &&
        !conn->is_queued)
        conn_free(conn);
}

static void on_closed(uv_handle_t *handle)
{
    struct conn *conn = handle->data;

    conn->is_closed = true;
    conn_let_go(conn);
}

/* A turn that waits here ends with its connection. */
static void drop_waiting(struct conn *conn)
{
    if (!conn->waiting)
        return;
    waiting_end(conn->waiting);
    conn->waiting = NULL;
    peer_abandon(&conn->peer, conn->loop->ground.throttle,
                 conn->loop->ground.now_ms);
    turn_free(conn->turn);
    conn->turn = NULL;
}

void conn_close(struct conn *conn)
{
    if (conn->is_closing)
        return;
    conn->is_closing = true;
    conn_penalize(conn);
    drop_waiting(conn);
    conn_drop_ahead(conn);
    if (conn->turn) /* away */
        turn_cancel(conn->turn);
    loop_remove_conn(conn->loop, conn);
    uv_close(&conn->uv.handle, on_closed);
}

bool conn_is_busy(const struct conn *conn)
{
    return conn->turn || conn->ahead || conn->is_queued ||
           outbox_is_waiting(&conn->out);
}

/* While a turn is away, its thread has the peer: it must not be read here. */
bool conn_is_over(const struct conn *conn)
{
    return conn->is_finishing || (!conn->turn && conn->peer.is_over);
}

static void say_goodbye(struct conn *conn)
{
    if (!conn->tls.ssl)
        return;
    tls_shutdown(&conn->tls);
    conn_flush(conn);
}

void conn_finish(struct conn *conn)
{
    conn->is_finishing = true;
    conn_drop_ahead(conn);
    if (conn->turn || conn->ahead)
        return; /* when it comes back */
    if (!conn_is_busy(conn))
        say_goodbye(conn);
    if (!conn_is_busy(conn))
        conn_close(conn);
}

void conn_end(struct conn *conn)
{
    const bool is_idle = !conn_is_busy(conn) && !conn->has_read;

    conn->has_read = false;
    if (is_idle && !conn->is_closing)
        conn_finish(conn);
}

bool conn_has_left(const struct conn *conn)
{
    const bool is_away = conn->turn && !conn->waiting;

    return conn->has_left && !is_away && !conn->ahead && !conn->is_queued;
}

void conn_leave(struct conn *conn)
{
    conn->has_left = true;
    if (!MUTANT("a0-answer-outlives-step"))
        conn_flush(conn); /* what was asked before the end, and the alert */
    if (conn_has_left(conn) || MUTANT("b1-queued-lines-lost"))
        conn_close(conn);
}
