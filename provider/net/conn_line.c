/* Lines, answered in order and a slice of the loop's time at once. */
#include "provider/net/conn_private.h"

#include <stddef.h>

#include "provider/base/log.h"

/* Answers of several lines are sent together up to this size. */
enum { FLUSH_BYTES = 64 * 1024 };

static void refuse_line(struct conn *conn)
{
    log_info("connection.line_too_long peer=%s", conn->peer.name);
    conn->peer.fault_ms = FAULT_GARBAGE_MS;
    conn->is_finishing = true;
}

static void serve_slice(struct job *job, struct call_ground *ground);

/* A slice always runs, and ends where it ran. */
static const struct job_kind slice_kind = {.run = serve_slice};

static void queue_for_slice(struct conn *conn)
{
    conn->is_queued = true;
    conn->slice.kind = &slice_kind;
    conn->slice.lane = peer_lane(&conn->peer);
    if (!conn->peer.session && slices_is_whole(conn->served_us))
        slices_put_flood(&conn->loop->slices, &conn->slice);
    else
        slices_put(&conn->loop->slices, &conn->slice);
}

static enum status serve_next(struct conn *conn)
{
    struct text line;

    if (conn->web)
        return conn_step_web(conn);
    TRY(frame_next(&conn->lines, &line));
    conn_begin_turn(conn, line);
    return STATUS_OK;
}

/* Answers lines until there are none, the connection is busy, or its slice is
 * used up. */
static void serve_lines(struct conn *conn)
{
    const int64_t begun_us = slices_now_us();
    enum status status = STATUS_OK;
    bool has_more = false;

    while (!conn->is_closing && !conn_is_busy(conn) && !conn_is_over(conn)) {
        if (!slices_has_time(&conn->loop->slices, begun_us)) {
            has_more = true;
            break;
        }
        status = serve_next(conn);
        if (status != STATUS_OK)
            break;
        if (outbox_answers(&conn->out)->size >= FLUSH_BYTES)
            conn_flush(conn);
    }
    conn->served_us += slices_now_us() - begun_us;
    if (has_more)
        queue_for_slice(conn);
    if (status != STATUS_OK && status != STATUS_END)
        refuse_line(conn);
}

static void take_web(struct conn *conn, struct text bytes)
{
    if (web_feed(conn->web, bytes, conn->loop->ground.now_ms) == STATUS_OK)
        serve_lines(conn);
    else
        refuse_line(conn);
}

void conn_take_plain(struct conn *conn, struct text bytes)
{
    if (conn->web) {
        take_web(conn, bytes);
        return;
    }
    frame_feed(&conn->lines, bytes);
    serve_lines(conn);
    if (conn->is_closing)
        frame_reader_free(&conn->lines); /* borrows from what was fed */
    else if (frame_keep(&conn->lines) != STATUS_OK)
        refuse_line(conn);
    else
        conn_look_ahead(conn);
}

/* Lines that were kept while the connection was busy. */
void conn_go_on(struct conn *conn)
{
    conn_begin_ahead(conn);
    conn_take_plain(conn, (struct text){0});
    conn_settle(conn);
}

static void serve_slice(struct job *job, struct call_ground *ground)
{
    struct conn *conn =
        (struct conn *)((char *)job - offsetof(struct conn, slice));

    (void)ground;
    conn->is_queued = false;
    if (conn->is_closing) {
        conn_let_go(conn);
        return;
    }
    loop_tick(conn->loop);
    conn_go_on(conn);
}
