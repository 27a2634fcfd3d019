#include "provider/net/conn.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "provider/base/clock.h"
#include "provider/base/log_rate.h"
#include "provider/base/mutant.h"
#include "provider/net/dispatch.h"

/* Answers of several lines are sent together up to this. */
enum { FLUSH_BYTES = 64 * 1024 };

/* ---- The end ---- */

static void conn_free(struct conn *conn)
{
    tls_close(&conn->tls);
    peer_clear(&conn->peer);
    frame_reader_free(&conn->lines);
    outbox_free(&conn->out);
    unread_hold_set(&conn->unread, 0);
    free(conn);
}

static void on_closed(uv_handle_t *handle)
{
    struct conn *conn = handle->data;

    conn->is_closed = true;
    if (!conn->turn && !conn->is_queued)
        conn_free(conn);
}

/* A turn that waits here goes with its connection. */
static void drop_waiting(struct conn *conn)
{
    if (!conn->waiting)
        return;
    waiting_end(conn->waiting);
    conn->waiting = NULL;
    peer_abandon(&conn->peer, conn->loop->ground.brake,
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
    if (conn->turn) /* away */
        turn_cancel(conn->turn);
    loop_remove_conn(conn->loop, conn);
    uv_close(&conn->uv.handle, on_closed);
}

/* ---- Out ---- */

/* Sends the answers written so far, and what TLS has to say. */
static void flush(struct conn *conn)
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

static void say_goodbye(struct conn *conn)
{
    if (!conn->tls.ssl)
        return;
    tls_shutdown(&conn->tls);
    flush(conn);
}

bool conn_is_busy(const struct conn *conn)
{
    return conn->turn || conn->is_queued || outbox_is_waiting(&conn->out);
}

/* The peer is the writer's while a turn is there: then it is not looked at. */
static bool is_over(const struct conn *conn)
{
    return conn->is_finishing || (!conn->turn && conn->peer.is_over);
}

void conn_finish(struct conn *conn)
{
    conn->is_finishing = true;
    if (conn->turn)
        return; /* when it comes back */
    if (!conn_is_busy(conn))
        say_goodbye(conn);
    if (!conn_is_busy(conn))
        conn_close(conn);
}

/* ---- Lines ---- */

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

/* What is left of the turn goes to what it waits for. */
static void pass_on(struct conn *conn)
{
    switch (conn->turn->wait) {
    case TURN_IS_DONE:
        break;
    case TURN_FOR_LOOP: /* it is here */
    case TURN_FOR_POOL:
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

/* By the authorities and revocation lists of now; who fails is cut. */
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

/* A revocation list by which the peer was judged has ended since. */
static bool has_outlived_list(const struct conn *conn)
{
    return conn->loop->ground.now_s >= conn->lists_end_s &&
           !MUTANT("e7-list-ended");
}

static void note_trust(struct conn *conn, const struct settings *by)
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
        conn->is_closing || (conn->tls.ssl && !conn->tls.is_ready))
        return false;
    note_trust(conn, now);
    if ((!is_verified || is_trusted(conn, now)) && conn->peer.settings != now)
        peer_follow(&conn->peer, now);
    return is_verified;
}

/* What holds since a reload holds from the next request on. */
static void follow_settings(struct conn *conn)
{
    OWNED(settings) now = NULL;

    if (conn->peer.settings->number == conn->loop->service->settings_number &&
        !has_outlived_list(conn))
        return;
    now = service_settings(conn->loop->service);
    (void)conn_follow(conn, now);
}

static void make_turn(struct conn *conn, struct text line)
{
    struct loop *loop = conn->loop;
    struct buf *answers = outbox_answers(&conn->out);
    struct turn *turn;

    follow_settings(conn);
    if (conn->is_closing)
        return;
    if (!loop_open_view(loop)) {
        conn_close(conn);
        return;
    }
    answers->max_bytes =
        answers->size + unread_room(&conn->unread, TURN_REPLY_MAX_BYTES);
    turn = turn_begin(&loop->ground, &conn->peer, line, answers);
    if (!turn)
        return;
    conn->turn = turn;
    turn->conn = conn;
    turn->loop = loop;
    pass_on(conn);
}

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

/* Answers lines until one is missing, the connection is busy, or the time of
 * its slice is used up. */
static void serve_lines(struct conn *conn)
{
    const int64_t begun_us = slices_now_us();
    struct text line;
    enum status status = STATUS_OK;
    bool has_more = false;

    while (!conn->is_closing && !conn_is_busy(conn) && !is_over(conn)) {
        if (!slices_has_time(&conn->loop->slices, begun_us)) {
            has_more = true;
            break;
        }
        status = frame_next(&conn->lines, &line);
        if (status != STATUS_OK)
            break;
        make_turn(conn, line);
        if (outbox_answers(&conn->out)->size >= FLUSH_BYTES)
            flush(conn);
    }
    conn->served_us += slices_now_us() - begun_us;
    if (has_more)
        queue_for_slice(conn);
    if (status != STATUS_OK && status != STATUS_END)
        refuse_line(conn);
}

static void take_plain(struct conn *conn, struct text bytes)
{
    frame_feed(&conn->lines, bytes);
    serve_lines(conn);
    if (conn->is_closing)
        frame_reader_free(&conn->lines); /* lends from what was fed */
    else if (frame_keep(&conn->lines) != STATUS_OK)
        refuse_line(conn);
}

/* ---- In ---- */

static void set_rank(struct conn *conn, enum stranger_rank rank)
{
    strangers_rank(&conn->loop->strangers, &conn->stranger, rank);
}

static void end_handshake(struct conn *conn)
{
    if (auth_channel_of_tls(conn->tls.ssl, &conn->peer.channel) != STATUS_OK)
        conn_close(conn);
    memcpy(conn->peer.channel.peer, conn->peer.address,
           sizeof(conn->peer.address));
    conn->peer.channel.binding_required =
        conn->peer.listener->config->channel_binding == CONFIG_BINDING_REQUIRED;
    if (conn->peer.channel.certificate.n_identities > 0)
        set_rank(conn, STRANGER_PROVEN);
}

/* One record's bytes, or what there is of them. */
static enum status take_record(struct conn *conn)
{
    struct scratch *plain = &conn->loop->plain;
    char *room = scratch_open(plain);
    size_t n = 0;
    const enum status status =
        tls_read(&conn->tls, room, sizeof(plain->bytes), &n);

    if (status == STATUS_OK)
        take_plain(conn, (struct text){room, n});
    scratch_close(plain, status == STATUS_OK ? n : 0);
    return status;
}

static enum status take_records(struct conn *conn)
{
    if (!conn->tls.is_ready) {
        TRY(tls_handshake(&conn->tls));
        end_handshake(conn);
    }
    while (!conn->is_closing)
        TRY(take_record(conn));
    return STATUS_END;
}

/* The peer ended TLS. Lines it sent before that may still wait for a slice;
 * nothing else is waited for. */
static void leave(struct conn *conn)
{
    conn->has_left = true;
    if (!MUTANT("a0-answer-outlives-step"))
        flush(conn); /* what was asked before the end, and the alert */
    if (!conn->is_queued || MUTANT("b1-queued-lines-lost"))
        conn_close(conn);
}

static void take_encrypted(struct conn *conn, struct text bytes)
{
    enum status status;

    tls_lend(&conn->tls, bytes);
    status = take_records(conn);
    tls_lend(&conn->tls, (struct text){0});
    if (!conn->tls.is_ready && status != STATUS_END)
        conn->peer.fault_ms = FAULT_GARBAGE_MS;
    if (status != STATUS_END)
        leave(conn);
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *out)
{
    struct conn *conn = handle->data;

    (void)size;
    *out = uv_buf_init(scratch_open(&conn->loop->in),
                       sizeof(conn->loop->in.bytes));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes);

/* Reads on unless what was read has to wait. */
static void set_reading(struct conn *conn)
{
    const bool wants = !is_over(conn) && !conn->has_left &&
                       (!conn_is_busy(conn) || conn->lines.kept.size == 0);

    if (conn->is_closing || wants == conn->is_reading)
        return;
    conn->is_reading = wants;
    if (!wants)
        uv_read_stop(&conn->uv.stream);
    else if (uv_read_start(&conn->uv.stream, on_alloc, on_read) != 0)
        conn_close(conn);
}

/* What follows whenever something was done. */
static void settle(struct conn *conn)
{
    if (conn->is_closing)
        return;
    flush(conn);
    if (conn->has_left && !conn->is_queued)
        conn_close(conn);
    if (is_over(conn))
        conn_finish(conn);
    set_reading(conn);
}

void conn_end(struct conn *conn)
{
    const bool is_idle = !conn_is_busy(conn) && !conn->has_read;

    conn->has_read = false;
    if (is_idle && !conn->is_closing)
        conn_finish(conn);
}

static void take_bytes(struct conn *conn, struct text bytes)
{
    loop_tick(conn->loop);
    if (conn->tls.ssl)
        take_encrypted(conn, bytes);
    else
        take_plain(conn, bytes);
    settle(conn);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *bytes)
{
    struct conn *conn = stream->data;
    struct loop *loop = conn->loop;

    if (n > 0)
        take_bytes(conn, (struct text){bytes->base, (size_t)n});
    else if (n < 0)
        conn_close(conn);
    scratch_close(&loop->in, n > 0 ? (size_t)n : 0);
}

/* Lines that were kept while the connection was busy. */
static void go_on(struct conn *conn)
{
    take_plain(conn, (struct text){0});
    settle(conn);
}

static void serve_slice(struct job *job, struct call_ground *ground)
{
    struct conn *conn =
        (struct conn *)((char *)job - offsetof(struct conn, slice));

    (void)ground;
    conn->is_queued = false;
    if (conn->is_closing) {
        if (conn->is_closed)
            conn_free(conn);
        return;
    }
    loop_tick(conn->loop);
    go_on(conn);
}

static void on_written(uv_write_t *write, int error)
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
    if (is_over(conn))
        conn_finish(conn);
    else
        go_on(conn);
}

/* Closed while its turn was away: nothing is done for it any more. */
static bool is_gone(struct conn *conn)
{
    if (!conn->is_closing)
        return false;
    conn->turn = NULL;
    if (conn->is_closed)
        conn_free(conn);
    return true;
}

/* Its memory becomes the connection's: an answer is held once. */
static void take_reply(struct conn *conn, struct turn *turn)
{
    struct buf *answers = outbox_answers(&conn->out);

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
        conn_close(conn); /* half an answer is none */
        return;
    }
    take_reply(conn, turn);
    flush(conn);
    if (conn->is_closing)
        return;
    if (!conn->peer.session && conn->peer.n_refused > 0)
        set_rank(conn, STRANGER_REFUSED);
    if (conn->peer.session && conn->stranger.has_place) {
        strangers_remove(&conn->loop->strangers, &conn->stranger);
        conn->unread = unread_hold_of(conn->peer.unread,
                                      text_of(conn->peer.session->user));
        frame_allow(&conn->lines,
                    (size_t)conn->peer.settings->config->limits.frame_bytes);
    }
    go_on(conn);
}

/* What it waited for is there: on with the turn. */
static void resume(struct conn *conn)
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
    pass_on(conn);
}

void conn_take_turn(struct conn *conn, struct turn *turn)
{
    struct session *session = conn->peer.session;

    if (is_gone(conn)) {
        turn_free(turn);
    } else if (turn->wait == TURN_FOR_GROUPS) {
        session_set_accounts(session, turn->accounts, turn->accounts_why);
        resume(conn);
        settle(conn);
    } else if (turn->wait == TURN_FOR_LOOP) {
        resume(conn);
        settle(conn);
    } else {
        answer_turn(conn, turn);
        turn_free(turn);
    }
}

/* The worker has something to say, or its time is up; or an answer was held
 * long enough. */
static void on_waited(void *context)
{
    struct conn *conn = context;

    conn->waiting = NULL;
    loop_tick(conn->loop);
    if (conn->turn->wait == TURN_FOR_WRITER) {
        conn->peer.outcome.hold_ms = 0;
        pass_on(conn);
    } else if (peer_resume(&conn->peer, conn->loop->ground.now_s))
        pass_on(conn); /* waits on */
    else
        resume(conn);
    settle(conn);
}

/* ---- The beginning ---- */

static void name_peer(struct conn *conn)
{
    struct sockaddr_storage address;
    int size = sizeof(address);
    uv_os_fd_t fd;

    if (conn->peer.listener->tls) {
        if (uv_tcp_getpeername(&conn->uv.tcp, (struct sockaddr *)&address,
                               &size) == 0)
            peer_name_tcp(&conn->peer, (struct sockaddr *)&address);
    } else if (uv_fileno(&conn->uv.handle, &fd) == 0) {
        peer_name_unix(&conn->peer, fd);
    }
}

/* What its source owes ranks it, and keeps out who comes too often. */
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

static enum status begin_channel(struct conn *conn)
{
    SSL_CTX *context = conn->peer.listener->tls;

    if (!context) {
        conn->peer.channel.kind = AUTH_CHANNEL_UNIX;
        return STATUS_OK;
    }
    uv_tcp_nodelay(&conn->uv.tcp, 1);
    TRY(tls_open(&conn->tls, context, outbox_records(&conn->out)));
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
    note_trust(conn, conn->peer.settings);
    conn->lines = frame_reader_make(
        (size_t)conn->peer.settings->config->limits.unsigned_frame_bytes);
    outbox_open(&conn->out, &conn->uv.stream, on_written);
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
    if (!find_place(conn) || begin_channel(conn) != STATUS_OK)
        conn_close(conn);
    else
        set_reading(conn);
    return STATUS_OK;
}
