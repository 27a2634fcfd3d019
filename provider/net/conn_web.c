/* A connection that speaks HTTP: its requests become lines (provider/web), and
 * the answers to these are answers of HTTP. */
#include "provider/net/conn_private.h"

static bool is_our_name(void *context, struct text host)
{
    const struct conn *conn = context;

    return auth_channel_names(conn->tls.ssl, host);
}

enum status conn_begin_web(struct conn *conn)
{
    const struct config *config = conn->peer.settings->config;
    const struct web_setting setting = {
        .is_our_name = is_our_name,
        .context = conn,
        .body_max_bytes = (size_t)config->limits.frame_bytes,
    };

    return conn->peer.listener->config->https ? web_new(&setting, &conn->web)
                                              : STATUS_OK;
}

enum status conn_step_web(struct conn *conn)
{
    struct buf *out = outbox_answers(&conn->out);

    conn_follow_settings(conn); /* what is served at all is theirs to say */
    if (conn->is_closing)
        return STATUS_END;
    switch (web_step(conn->web, &conn->peer, out)) {
    case WEB_WANTS_BYTES:
        return STATUS_END;
    case WEB_GOES_ON:
        break;
    case WEB_RUNS:
        conn_begin_turn(conn, web_line(conn->web));
        break;
    case WEB_ENDS:
        conn->is_finishing = true;
        break;
    }
    return STATUS_OK;
}

struct buf *conn_answers(struct conn *conn)
{
    return conn->web ? web_reply(conn->web) : outbox_answers(&conn->out);
}

void conn_end_answer(struct conn *conn)
{
    if (!conn->web)
        return;
    web_take_answer(conn->web, &conn->peer, conn->loop->ground.now_ms,
                    outbox_answers(&conn->out));
    conn_note_user(conn);
    if (web_has_ended(conn->web))
        conn->is_finishing = true;
}

size_t conn_n_kept(const struct conn *conn)
{
    return conn->web ? web_n_kept(conn->web) : conn->lines.kept.size;
}
