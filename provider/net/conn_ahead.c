/*
 * A long line that arrives while the one before it is away: parsed in the pool
 * meanwhile, so that a client which sends many rows waits for their storing
 * alone. It begins when that one has been answered.
 *
 * The peer is the other turn's: nothing here looks at it before that.
 */
#include "provider/net/conn_private.h"

#include "provider/net/dispatch.h"

enum { AHEAD_MAX = 4 }; /* of a loop: each may be a mebibyte, and its tree */

static void forget(struct conn *conn)
{
    turn_free(conn->ahead);
    conn->ahead = NULL;
    conn->loop->n_ahead--;
}

bool conn_reads_ahead(struct conn *conn)
{
    return conn->reads_ahead && !conn->ahead && frame_wants_more(&conn->lines);
}

static bool may_parse(const struct conn *conn)
{
    return conn->turn && !conn->waiting && conn->reads_ahead && !conn->ahead &&
           !conn->is_closing && !conn->is_finishing &&
           conn->loop->n_ahead < AHEAD_MAX;
}

void conn_look_ahead(struct conn *conn)
{
    struct loop *loop = conn->loop;
    struct text line;

    if (!may_parse(conn) || frame_kept_line(&conn->lines) <= TURN_LONG_BYTES ||
        frame_next(&conn->lines, &line) != STATUS_OK)
        return;
    conn->ahead = turn_ahead(&conn->peer, line, loop->ground.metrics);
    if (!conn->ahead) {
        conn->is_finishing = true; /* the line is lost */
        return;
    }
    conn->ahead->conn = conn;
    conn->ahead->loop = loop;
    conn->is_ahead_away = true;
    loop->n_ahead++;
    loop->n_away++;
    dispatch_ahead(loop->service, conn->ahead, conn->turn->job.lane);
}

void conn_drop_ahead(struct conn *conn)
{
    if (conn->ahead && !conn->is_ahead_away)
        forget(conn);
}

void conn_take_ahead(struct conn *conn)
{
    conn->is_ahead_away = false;
    if (conn->is_closing) {
        forget(conn);
        conn_let_go(conn);
        return;
    }
    if (conn_is_over(conn))
        forget(conn);
    conn_go_on(conn);
}

/* It is the connection's turn now. */
static void begin(struct conn *conn)
{
    struct turn *turn = conn->ahead;

    conn->ahead = NULL;
    conn->loop->n_ahead--;
    conn->turn = turn;
    turn_begin_ahead(turn, unread_room(&conn->unread, TURN_REPLY_MAX_BYTES));
    if (turn->wait == TURN_FOR_GROUPS)
        conn_pass_on(conn);
    else
        conn_resume_turn(conn);
}

void conn_begin_ahead(struct conn *conn)
{
    if (!conn->ahead || conn->is_ahead_away || conn->turn || conn->is_queued ||
        conn->is_closing || outbox_is_waiting(&conn->out))
        return;
    conn_follow_settings(conn);
    if (conn->is_closing)
        return;
    if (conn_is_over(conn))
        forget(conn);
    else
        begin(conn);
}
