/* The turn of a connection: begun here, away for what it waits for, and back
 * with its answer. */
#include "provider/net/conn_private.h"

#include "provider/base/clock.h"
#include "provider/net/dispatch.h"

enum { ANSWER_BYTES = 2048 }; /* most answers are not longer */

static void on_waited(void *context);

static void wait_for(struct conn *conn, int fd, int64_t timeout_ms)
{
    if (waiting_begin(&conn->loop->uv, fd, timeout_ms, on_waited, conn,
                      &conn->waiting) == STATUS_OK)
        return;
    turn_free(conn->turn);
    conn->turn = NULL;
    conn->is_finishing = true;
}

static void wait_for_exchange(struct conn *conn)
{
    const struct auth_exchange *exchange = conn->peer.exchange;

    wait_for(conn, auth_exchange_fd(exchange),
             auth_exchange_deadline_ms(exchange) - clock_mono_ms());
}

/* Passes the rest of the turn on to what it waits for. */
void conn_pass_on(struct conn *conn)
{
    switch (conn->turn->wait) {
    case TURN_IS_DONE:
        break;
    case TURN_FOR_LOOP: /* it is here */
    case TURN_FOR_POOL:
    case TURN_FOR_ASKED: /* only in the writer */
        conn->loop->n_away++;
        dispatch_turn(conn->loop->service, conn->turn);
        break;
    case TURN_FOR_WRITER:
        if (conn->peer.outcome.hold_ms > 0) {
            wait_for(conn, -1, conn->peer.outcome.hold_ms);
            break;
        }
        conn->loop->n_away++;
        dispatch_turn(conn->loop->service, conn->turn);
        break;
    case TURN_FOR_GROUPS:
        conn->loop->n_away++;
        dispatch_ask_groups(conn->turn);
        break;
    case TURN_FOR_EXCHANGE:
        wait_for_exchange(conn);
        break;
    }
}

void conn_begin_turn(struct conn *conn, struct text line)
{
    struct loop *loop = conn->loop;
    struct buf *answers = conn_answers(conn);
    struct turn *turn;

    conn->reads_ahead = !conn->web && line.size > TURN_LONG_BYTES;
    conn_follow_settings(conn);
    if (conn->is_closing)
        return;
    if (!loop_open_view(loop)) {
        conn_close(conn);
        return;
    }
    answers->max_bytes =
        answers->size + unread_room(&conn->unread, TURN_REPLY_MAX_BYTES);
    buf_expect(answers, ANSWER_BYTES);
    turn = turn_begin(&loop->ground, &conn->peer, line, answers);
    if (!turn) {
        conn_end_answer(conn);
        return;
    }
    conn->turn = turn;
    turn->conn = conn;
    turn->loop = loop;
    conn_pass_on(conn);
}

/* Closed while its turn was away: nothing more is done for it. */
static bool is_gone(struct conn *conn)
{
    if (!conn->is_closing)
        return false;
    conn->turn = NULL;
    conn_let_go(conn);
    return true;
}

/* Its memory becomes the connection's: an answer is held once. */
static void take_reply(struct conn *conn, struct turn *turn)
{
    struct buf *answers = conn_answers(conn);

    if (answers->size == 0) {
        buf_free(answers);
        *answers = turn->reply;
        turn->reply = buf_make(0);
    } else {
        answers->max_bytes = answers->size + turn->reply.size;
        buf_append_text(answers, buf_text(&turn->reply));
    }
    unread_hold_set(&turn->hold, 0);
}

static void answer_turn(struct conn *conn, struct turn *turn)
{
    conn->turn = NULL;
    if (buf_status(&turn->reply) != STATUS_OK) {
        conn_close(conn); /* half an answer is useless */
        return;
    }
    take_reply(conn, turn);
    conn_end_answer(conn);
    conn_flush(conn);
    if (conn->is_closing)
        return;
    if (!conn->peer.session && conn->peer.n_refused > 0)
        conn_set_rank(conn, STRANGER_REFUSED);
    if (conn->peer.backup && conn->stranger.has_place)
        strangers_remove(&conn->loop->strangers, &conn->stranger);
    if (conn->peer.session && conn->stranger.has_place) {
        strangers_remove(&conn->loop->strangers, &conn->stranger);
        conn_note_user(conn);
        frame_allow(&conn->lines,
                    (size_t)conn->peer.settings->config->limits.frame_bytes);
    }
    conn_go_on(conn);
}

/* What it waited for is there. */
void conn_resume_turn(struct conn *conn)
{
    struct loop *loop = conn->loop;
    OWNED(turn) turn = conn->turn;

    if (!loop_open_view(loop)) {
        conn->turn = NULL;
        conn_close(conn);
        return;
    }
    turn_go_on(&turn->job, &loop->ground);
    if (turn->wait == TURN_IS_DONE) {
        answer_turn(conn, turn);
        return;
    }
    (void)TAKE(turn);
    conn_pass_on(conn);
}

void conn_take_turn(struct conn *conn, struct turn *turn)
{
    struct session *session = conn->peer.session;

    if (turn->is_ahead) {
        conn_take_ahead(conn);
    } else if (is_gone(conn)) {
        turn_free(turn);
    } else if (turn->wait == TURN_FOR_GROUPS) {
        session_set_accounts(session, turn->accounts, turn->accounts_why);
        conn_resume_turn(conn);
        conn_settle(conn);
    } else if (turn->wait == TURN_FOR_LOOP) {
        conn_resume_turn(conn);
        conn_settle(conn);
    } else {
        answer_turn(conn, turn);
        turn_free(turn);
    }
}

/* The worker has answered, or its time is up; or an answer was held long
 * enough. */
static void on_waited(void *context)
{
    struct conn *conn = context;

    conn->waiting = NULL;
    loop_tick(conn->loop);
    if (conn->turn->wait == TURN_FOR_WRITER) {
        conn->peer.outcome.hold_ms = 0;
        conn_pass_on(conn);
    } else if (peer_resume(&conn->peer, conn->loop->ground.now_s))
        conn_pass_on(conn); /* waits on */
    else
        conn_resume_turn(conn);
    conn_settle(conn);
}
