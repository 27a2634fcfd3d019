/* Decides whether a connection may continue: its deadlines, its certificate. */
#include <poll.h>

#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/net/conn.h"

/* The store's log grows while a backup is open. */
enum { BACKUP_IDLE_MS = 30 * 1000 };

/* Has its request of HTTP been arriving for too long? Not while an answer
 * before it is being read: until then nothing of it is. */
static bool is_request_late(const struct conn *conn, int64_t now_ms)
{
    int64_t since_ms = conn->web ? web_since_ms(conn->web) : 0;

    if (since_ms == 0 || outbox_is_waiting(&conn->out))
        return false;
    if (since_ms < conn->sending_since_ms)
        since_ms = conn->sending_since_ms;
    return now_ms - since_ms >= conn->peer.settings->config->limits.sign_in_ms;
}

static bool is_late(const struct conn *conn, int64_t now_ms)
{
    const struct config *config = conn->peer.settings->config;

    if (outbox_is_waiting(&conn->out) &&
        now_ms - conn->sending_since_ms >= STALL_MAX_MS)
        return true;
    if (conn->turn) /* with the writer, or with a worker that has a deadline */
        return false;
    if (is_request_late(conn, now_ms))
        return true;
    if (conn->peer.backup &&
        now_ms - conn->peer.backup_used_ms >= BACKUP_IDLE_MS)
        return true;
    if (!conn->peer.session)
        return !conn->peer.backup &&
               now_ms - conn->begun_ms >= config->limits.sign_in_ms;
    return session_is_over(conn->peer.session, now_ms, config->sessions.idle_ms,
                           config->sessions.lifetime_ms);
}

/* A session survives a step-up that is not finished: meanwhile the settings
 * that it began with apply. */
static void check_step_up(struct conn *conn, int64_t now_ms)
{
    struct peer *peer = &conn->peer;

    if (conn->turn || !peer->session || !peer->exchange ||
        now_ms - peer->exchange_begun_ms <
            peer->settings->config->limits.sign_in_ms ||
        MUTANT("e7-step-up-for-ever"))
        return;
    peer_abandon(peer, conn->loop->ground.throttle, now_ms);
    peer_drop_exchange(peer);
}

/*
 * Is its peer gone? A connection that is not read from gets no notice of that.
 * A half-closed Unix socket still waits for answers; a peer that ended TLS that
 * far is gone.
 */
static bool has_hung_up(const struct conn *conn)
{
    struct pollfd peer = {.events = conn->tls.ssl ? POLLRDHUP : 0};
    uv_os_fd_t fd;

    if (!conn->turn || conn->is_reading || conn->is_closing ||
        uv_fileno(&conn->uv.handle, &fd) != 0 || MUTANT("b1-runs-for-nobody"))
        return false;
    peer.fd = fd;
    return poll(&peer, 1, 0) > 0;
}

void conn_check_time(struct conn *conn, int64_t now_ms)
{
    if (has_hung_up(conn)) {
        conn_close(conn);
        return;
    }
    check_step_up(conn, now_ms);
    if (!is_late(conn, now_ms))
        return;
    if (!conn->peer.session)
        conn->peer.fault_ms = FAULT_LATE_MS;
    if (!conn->turn && conn->peer.session)
        log_info("session.expired session=%llu user=%s",
                 (unsigned long long)conn->peer.session->number,
                 conn->peer.session->user);
    conn_close(conn);
}

/* Sources that only cause faults are rejected for a while (T98). While a turn
 * is away it has the peer: then nothing is known about it. */
void conn_penalize(const struct conn *conn)
{
    const struct peer *peer = &conn->peer;
    int64_t cost_ms;

    if ((conn->turn && !conn->waiting) || peer->session ||
        !peer->settings->config->limits.penalties)
        return;
    cost_ms = peer->fault_ms + peer->n_refused * (int64_t)FAULT_REFUSED_MS;
    if (cost_ms > 0 &&
        penalty_add(conn->loop->service->penalties, text_of(peer->source),
                    cost_ms, conn->loop->ground.now_ms))
        log_warn("source.penalized source=%s", peer->source);
}
