/* What goes out: the peer takes it as fast as it reads. */
#include "provider/net/conn_private.h"

/* Sends the answers written so far, and TLS's own records. */
void conn_flush(struct conn *conn)
{
    const bool was_waiting = outbox_is_waiting(&conn->out);

    if (conn->is_closing)
        return;
    if (outbox_flush(&conn->out) != STATUS_OK)
        conn_close(conn);
    else if (!was_waiting && outbox_is_waiting(&conn->out))
        conn->sending_since_ms = conn->loop->ground.now_ms;
    unread_hold_set(&conn->unread, outbox_bytes(&conn->out));
}

void conn_note_user(struct conn *conn)
{
    unread_hold_set(&conn->unread, 0);
    conn->unread = (struct unread_hold){0};
    if (conn->peer.session)
        conn->unread = unread_hold_of(conn->peer.unread,
                                      text_of(conn->peer.session->user));
}

void conn_on_written(uv_write_t *write, int error)
{
    struct conn *conn = write->handle->data;

    if (conn->is_closing)
        return;
    conn->has_read = true;
    loop_tick(conn->loop);
    if (error || outbox_sent(&conn->out) != STATUS_OK) {
        conn_close(conn);
        return;
    }
    unread_hold_set(&conn->unread, outbox_bytes(&conn->out));
    conn->sending_since_ms = conn->loop->ground.now_ms;
    if (outbox_is_waiting(&conn->out))
        return;
    if (conn_is_over(conn))
        conn_finish(conn);
    else
        conn_go_on(conn);
}
