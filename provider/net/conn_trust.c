/* Does what proved the peer still hold? By the settings and revocation lists of
 * now. */
#include "provider/net/conn_private.h"

#include "provider/base/log.h"
#include "provider/base/mutant.h"

/* Checks the certificate by the present authorities and revocation lists;
 * closes the connection if it fails. */
static bool is_trusted(struct conn *conn, const struct settings *now)
{
    const size_t index =
        (size_t)(conn->peer.listener - conn->peer.settings->listeners);

    if (auth_channel_recheck(&conn->peer.channel, now->listeners[index].tls) ==
        STATUS_OK)
        return true;
    log_info("connection.revoked peer=%s user=%s", conn->peer.name,
             conn->peer.session ? conn->peer.session->user : NULL);
    conn_close(conn);
    return false;
}

/* Has a revocation list that the peer was verified with expired since? */
static bool has_outlived_list(const struct conn *conn)
{
    return conn->loop->ground.now_s >= conn->lists_end_s &&
           !MUTANT("e7-list-ended");
}

void conn_note_trust(struct conn *conn, const struct settings *by)
{
    const size_t index =
        (size_t)(conn->peer.listener - conn->peer.settings->listeners);
    SSL_CTX *context = by->listeners[index].tls;

    conn->trusted_by = by->number;
    conn->lists_end_s =
        context ? auth_lists_end_s(context, conn->loop->ground.now_s)
                : INT64_MAX;
}

bool conn_follow(struct conn *conn, struct settings *now)
{
    const bool is_over = has_outlived_list(conn);
    const bool is_verified = (conn->trusted_by != now->number || is_over) &&
                             conn->peer.channel.certificate.n_identities > 0;

    if ((conn->peer.settings == now && !is_over) || conn->turn ||
        conn->is_closing || (conn->peer.listener->tls && !conn->tls.is_ready))
        return false;
    conn_note_trust(conn, now);
    if ((!is_verified || is_trusted(conn, now)) && conn->peer.settings != now)
        peer_follow(&conn->peer, now);
    return is_verified;
}

/* What holds since a reload holds from the next request on. */
void conn_follow_settings(struct conn *conn)
{
    OWNED(settings) now = NULL;

    if (conn->peer.settings->number == conn->loop->service->settings_number &&
        !has_outlived_list(conn))
        return;
    now = service_settings(conn->loop->service);
    (void)conn_follow(conn, now);
}
