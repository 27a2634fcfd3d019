/* The beginning of a connection: a place among the strangers, and its channel.
 */
#include "provider/net/conn_private.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "provider/base/log_rate.h"
#include "provider/base/mutant.h"
#include "provider/call/request_id.h"

static void name_peer(struct conn *conn)
{
    struct sockaddr_storage address;
    int size = sizeof(address);
    uv_os_fd_t fd;

    conn->peer.number = request_id_connection();
    if (conn->peer.listener->tls) {
        if (uv_tcp_getpeername(&conn->uv.tcp, (struct sockaddr *)&address,
                               &size) == 0)
            peer_name_tcp(&conn->peer, (struct sockaddr *)&address);
    } else if (uv_fileno(&conn->uv.handle, &fd) == 0) {
        peer_name_unix(&conn->peer, fd);
    }
}

/* Its source's penalty ranks it, and rejects sources that come too often. */
static bool is_welcome(struct conn *conn)
{
    struct penalties *penalties = conn->loop->service->penalties;
    enum penalty_verdict verdict = PENALTY_NONE;

    if (conn->peer.settings->config->limits.penalties)
        verdict = penalty_ask(penalties, text_of(conn->peer.source),
                              conn->loop->ground.now_ms);
    conn->stranger.rank =
        verdict == PENALTY_NONE ? STRANGER_PLAIN : STRANGER_OWES;
    return verdict != PENALTY_TOO_FAST &&
           !(verdict == PENALTY_OWES && MUTANT("b4-debt-closes-source"));
}

static bool find_place(struct conn *conn)
{
    static struct log_rate rate;
    struct loop *loop = conn->loop;

    if (!is_welcome(conn))
        return false;
    if (loop_make_room(loop, conn))
        return loop_add_stranger(loop, conn);
    metrics_count_turned_away(&loop->service->metrics, METRICS_NO_ROOM);
    log_rarely(LOG_WARN, &rate, "connection.no_room peer=%s limit=%lld",
               conn->peer.name, (long long)loop->service->max_conns);
    return false;
}

enum status conn_begin_tls(struct conn *conn)
{
    TRY(tls_open(&conn->tls, conn->peer.listener->tls,
                 outbox_records(&conn->out)));
    outbox_seal_with(&conn->out, &conn->tls);
    return STATUS_OK;
}

static struct conn *conn_new(struct loop *loop, size_t listener)
{
    struct conn *conn = calloc(1, sizeof(*conn));

    if (!conn)
        return NULL;
    conn->loop = loop;
    conn->begun_ms = loop->ground.now_ms;
    conn->stranger.source = conn->peer.source;
    conn->stranger.since_ms = conn->begun_ms;
    conn->peer.settings = service_settings(loop->service);
    conn->peer.unread = &loop->service->unread;
    conn->peer.listener = &conn->peer.settings->listeners[listener];
    conn_note_trust(conn, conn->peer.settings);
    conn->lines = frame_reader_make(
        (size_t)conn->peer.settings->config->limits.unsigned_frame_bytes);
    outbox_open(&conn->out, &conn->uv.stream, conn_on_written);
    if (conn->peer.listener->tls)
        uv_tcp_init(&loop->uv, &conn->uv.tcp);
    else
        uv_pipe_init(&loop->uv, &conn->uv.pipe, 0);
    conn->uv.handle.data = conn;
    return conn;
}

static int open_stream(struct conn *conn, int fd)
{
    return conn->peer.listener->tls ? uv_tcp_open(&conn->uv.tcp, fd)
                                    : uv_pipe_open(&conn->uv.pipe, fd);
}

enum status conn_accept(struct loop *loop, size_t listener, int fd)
{
    struct conn *conn;

    loop_tick(loop);
    conn = conn_new(loop, listener);
    if (!conn)
        return STATUS_NO_MEMORY;
    loop_add_conn(loop, conn);
    if (open_stream(conn, fd) != 0) {
        conn_close(conn);
        return STATUS_UNAVAILABLE;
    }
    name_peer(conn);
    if (!conn->peer.listener->tls)
        conn->peer.channel.kind = AUTH_CHANNEL_UNIX;
    if (find_place(conn))
        conn_set_reading(conn);
    else
        conn_close(conn);
    return STATUS_OK;
}
