/* The beginning of a connection: a place among the strangers, and its channel.
 */
#include "provider/net/conn_private.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/base/log_rate.h"
#include "provider/base/mutant.h"
#include "provider/call/request_id.h"

static void name_peer(struct conn *conn, const struct arrival *arrival)
{
    conn->peer.number = request_id_connection();
    if (conn->peer.listener->tls)
        peer_name_tcp(&conn->peer, arrival->from);
    else
        peer_name_unix(&conn->peer, arrival->fd);
}

/* ---- What its source owes ---- */

static enum penalty_verdict ask_penalty(struct loop *loop,
                                        const struct settings *settings,
                                        const struct arrival *arrival)
{
    char source[THROTTLE_SOURCE_MAX_BYTES];
    struct ucred user = {0};
    socklen_t size = sizeof(user);

    if (!settings->config->limits.penalties ||
        (arrival->from->sa_family == AF_UNIX &&
         getsockopt(arrival->fd, SOL_SOCKET, SO_PEERCRED, &user, &size) != 0))
        return PENALTY_NONE;
    return penalty_ask(loop->service->penalties,
                       throttle_source(arrival->from, user.uid, source),
                       loop->ground.now_ms);
}

/* Not to be heard for a second pays for nothing. */
enum { FAULT_HASTE_MS = 2 * 1000 };

/* It comes too often. */
static void turn_away(struct loop *loop, const struct arrival *arrival)
{
    char source[THROTTLE_SOURCE_MAX_BYTES];

    close(arrival->fd);
    if (!acceptor_unhear(&loop->acceptors[arrival->listener], arrival->from))
        return;
    (void)penalty_add(loop->service->penalties,
                      throttle_source(arrival->from, 0, source), FAULT_HASTE_MS,
                      loop->ground.now_ms);
}

static bool is_rejected(enum penalty_verdict verdict)
{
    return verdict == PENALTY_TOO_FAST ||
           (verdict == PENALTY_OWES && MUTANT("b4-debt-closes-source"));
}

/* ---- Its place ---- */

static bool find_place(struct conn *conn)
{
    static struct log_rate rate;
    struct loop *loop = conn->loop;

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
    conn->tls.is_web = conn->web != NULL;
    outbox_seal_with(&conn->out, &conn->tls);
    return STATUS_OK;
}

/* Takes the settings. */
static struct conn *conn_new(struct loop *loop, struct settings **settings,
                             size_t listener)
{
    struct conn *conn = calloc(1, sizeof(*conn));

    if (!conn)
        return NULL;
    conn->loop = loop;
    conn->begun_ms = loop->ground.now_ms;
    conn->stranger.source = conn->peer.source;
    conn->stranger.since_ms = conn->begun_ms;
    conn->peer.settings = TAKE(*settings);
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

enum status conn_accept(struct loop *loop, const struct arrival *arrival)
{
    OWNED(settings) settings = service_settings(loop->service);
    enum penalty_verdict verdict;
    struct conn *conn;

    loop_tick(loop);
    verdict = ask_penalty(loop, settings, arrival);
    if (is_rejected(verdict)) {
        turn_away(loop, arrival);
        return STATUS_OK;
    }
    conn = conn_new(loop, &settings, arrival->listener);
    if (!conn)
        return STATUS_NO_MEMORY;
    loop_add_conn(loop, conn);
    if (open_stream(conn, arrival->fd) != 0) {
        conn_close(conn);
        return STATUS_UNAVAILABLE;
    }
    if (conn_begin_web(conn) != STATUS_OK) {
        conn_close(conn);
        return STATUS_OK; /* the descriptor is closed with it */
    }
    name_peer(conn, arrival);
    conn->stranger.rank =
        verdict == PENALTY_NONE ? STRANGER_PLAIN : STRANGER_OWES;
    if (!conn->peer.listener->tls)
        conn->peer.channel.kind = AUTH_CHANNEL_UNIX;
    if (find_place(conn))
        conn_set_reading(conn);
    else
        conn_close(conn);
    return STATUS_OK;
}
