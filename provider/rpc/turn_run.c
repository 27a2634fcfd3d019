#include "provider/rpc/turn_private.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/clock.h"

enum {
    LOOP_SLICE_US = 5 * 1000,
    POOL_SLICE_US = 50 * 1000,
    WRITER_SLICE_US = 20 * 1000,
};

/* ---- Running ---- */

/* The answer is kept, or its error if it did not fit. */
static void end_answer(struct turn *turn, struct buf *out, size_t before)
{
    const enum status status = buf_status(out);

    if (room_end(&turn->room, out)) {
        turn_close_answer(turn, out, before);
    } else {
        buf_truncate(out, before);
        turn_refuse_answer(turn, out, status);
    }
    turn->next++;
}

static enum call_end run_read(struct turn *turn, struct call_ground *ground,
                              const struct rpc_request *request,
                              struct json_writer *w)
{
    const int64_t began_us = clock_thread_us();
    enum call_end end;

    turn_set_allowance(turn, ground);
    end = call_run(ground, turn->peer, request, w, &turn->late);
    turn_charge(turn, ground, clock_thread_us() - began_us);
    return end;
}

static enum call_end answer_one(struct turn *turn, struct call_ground *ground,
                                struct buf *out)
{
    struct json_writer w = turn_open_answer(turn, out);
    struct rpc_request request;
    struct rpc_problem problem;
    const enum rpc_error error =
        rpc_request_read(&turn->message, turn->next, &request, &problem);

    request.number = turn_number(turn);
    if (error == RPC_DONE)
        return run_read(turn, ground, &request, &w);
    turn_answer_problem(turn, request.id, error, &problem, &w);
    return CALL_ANSWERED;
}

/* Not CALL_ANSWERED: nothing was written. */
static enum call_end run_one(struct turn *turn, struct call_ground *ground,
                             struct buf *out)
{
    const size_t before = out->size;
    enum call_end end;

    if (!room_begin(&turn->room, out, turn_n_left(turn))) {
        turn_refuse_answer(turn, out, STATUS_LIMIT);
        turn->next++;
        return CALL_ANSWERED;
    }
    end = answer_one(turn, ground, out);
    if (end == CALL_TO_RECORD) { /* its answer is not one before that */
        (void)room_end(&turn->room, out);
        turn->late_at = before;
        return end;
    }
    if (end != CALL_ANSWERED) {
        (void)room_end(&turn->room, out);
        buf_truncate(out, before);
        return end;
    }
    end_answer(turn, out, before);
    return CALL_ANSWERED;
}

/* How long a turn may go on in one place before others have theirs. */
static int64_t slice_us(const struct call_ground *ground)
{
    if (ground->is_writer)
        return WRITER_SLICE_US;
    return ground->is_pool ? POOL_SLICE_US : LOOP_SLICE_US;
}

static bool is_ending(const struct call_ground *ground)
{
    return ground->is_ending && *ground->is_ending;
}

/* In the writer one call is run even for a peer that is gone: a refusal is
 * recorded in any case. */
static bool goes_on(const struct turn *turn, const struct call_ground *ground,
                    size_t n_run)
{
    return turn->next < turn->message.n_requests && !turn->peer->is_over &&
           (!turn->is_gone || (ground->is_writer && n_run == 0));
}

static enum call_end run_all(struct turn *turn, struct call_ground *ground,
                             struct buf *out)
{
    const int64_t until_us = clock_thread_us() + slice_us(ground);
    enum call_end end = CALL_ANSWERED;

    for (size_t n = 0; end == CALL_ANSWERED && goes_on(turn, ground, n); n++) {
        if (is_ending(ground))
            turn_fail_rest(turn, out);
        else if (n > 0 && clock_thread_us() > until_us)
            end = CALL_FOR_POOL;
        else
            end = run_one(turn, ground, out);
    }
    if (end == CALL_ANSWERED && turn->peer->is_over)
        turn_refuse_rest(turn, out);
    if (end == CALL_ANSWERED)
        turn_close_line(turn, out);
    return end;
}

static const char *session_id(const struct peer *peer)
{
    return peer->session ? peer->session->id : "";
}

/* The answer of a call that is not recorded yet does not count. */
static void note_before(struct turn *turn)
{
    turn->before.next = turn->next;
    turn->before.n_answers = turn->n_answers;
    turn->before.reply_size = turn->late ? turn->late_at : turn->reply.size;
    strcpy(turn->before.session, session_id(turn->peer));
}

static struct unread_hold hold_of(const struct peer *peer)
{
    if (!peer->session)
        return (struct unread_hold){0};
    return unread_hold_of(peer->unread, text_of(peer->session->user));
}

/* A copy that can travel, with what was written since before. */
static struct turn *pack(struct turn *turn, struct buf *out, size_t before)
{
    OWNED(turn) packed = calloc(1, sizeof(*packed));
    struct text written = buf_text(out);

    if (!packed)
        return NULL;
    packed->reply = buf_make(turn->room.max_bytes);
    if (written.size > before) /* an empty text has no address */
        buf_append(&packed->reply, written.data + before,
                   written.size - before);
    if (buf_status(&packed->reply) != STATUS_OK)
        return NULL;
    turn->reply = packed->reply;
    *packed = *turn;
    turn->message = (struct rpc_message){0};
    packed->room.start = 0;
    packed->hold = hold_of(packed->peer);
    note_before(packed);
    return TAKE(packed);
}

static enum turn_wait wait_of(enum call_end end)
{
    switch (end) {
    case CALL_FOR_WRITER:
    case CALL_TO_RECORD:
        return TURN_FOR_WRITER;
    case CALL_FOR_POOL:
        return TURN_FOR_POOL;
    case CALL_FOR_LOOP:
        return TURN_FOR_LOOP;
    case CALL_WAITS:
        return TURN_FOR_EXCHANGE;
    case CALL_FOR_GROUPS:
        return TURN_FOR_ASKED;
    case CALL_ANSWERED:
        break;
    }
    return TURN_IS_DONE;
}

/* ---- Long lines ---- */

static bool is_long(struct peer *peer, struct text line)
{
    return line.size > TURN_LONG_BYTES && peer->session;
}

struct turn *turn_ahead(struct peer *peer, struct text line,
                        struct metrics *metrics)
{
    OWNED(turn) packed = calloc(1, sizeof(*packed));

    if (!packed)
        return NULL;
    packed->peer = peer;
    packed->metrics = metrics;
    packed->is_ahead = true;
    packed->began_us = clock_mono_us();
    packed->line = buf_make(line.size);
    buf_append_text(&packed->line, line);
    if (buf_status(&packed->line) != STATUS_OK)
        return NULL;
    return TAKE(packed);
}

void turn_read_ahead(struct job *job, struct call_ground *ground)
{
    struct turn *turn = (struct turn *)job;
    struct rpc_problem problem;

    (void)ground;
    if (rpc_message_read(buf_text(&turn->line), &turn->message, &problem) ==
        RPC_DONE)
        buf_wipe(&turn->line);
}

/* Its requests are numbered, and have their room. */
static void begin_requests(struct turn *turn, struct buf *out)
{
    turn->room = room_make(out, turn->message.n_requests);
    turn->first = turn->peer->n_requests + 1;
    turn->peer->n_requests += turn->message.n_requests;
}

void turn_begin_ahead(struct turn *turn, size_t reply_max_bytes)
{
    turn->is_ahead = false;
    turn->wait =
        peer_has_fresh_groups(turn->peer) ? TURN_FOR_POOL : TURN_FOR_GROUPS;
    turn->reply = buf_make(reply_max_bytes);
    if (turn->line.size == 0)
        begin_requests(turn, &turn->reply);
    turn->hold = hold_of(turn->peer);
    note_before(turn);
}

/* The line as received, for the pool; NULL: out of memory. */
static struct turn *pack_line(struct peer *peer, struct text line,
                              const struct buf *out, struct metrics *metrics)
{
    struct turn *packed = turn_ahead(peer, line, metrics);

    if (packed)
        turn_begin_ahead(packed, out->max_bytes - out->size);
    return packed;
}

/* False: it was not a request, and has been answered. */
static bool read_line(struct turn *turn)
{
    struct json_writer w = json_writer_make(&turn->reply);
    struct rpc_problem problem;
    enum rpc_error error;

    if (turn->line.size == 0)
        return true;
    error = rpc_message_read(buf_text(&turn->line), &turn->message, &problem);
    buf_wipe(&turn->line);
    if (error == RPC_DONE) {
        begin_requests(turn, &turn->reply);
        return true;
    }
    turn->first = ++turn->peer->n_requests;
    turn_answer_problem(turn, NULL, error, &problem, &w);
    buf_append_char(&turn->reply, '\n');
    return false;
}

/* ---- Beginning ---- */

/* A line was answered. */
static void note_latency(struct turn *turn)
{
    const bool is_single = turn->message.n_requests == 1;

    if (!turn->began_us)
        return;
    metrics_count_latency(turn->metrics, is_single ? turn->tally.method : 0,
                          clock_mono_us() - turn->began_us);
    turn->began_us = 0;
}

/* To a line that could not be parsed. */
static void answer_no_memory(struct buf *out)
{
    struct json_writer w = json_writer_make(out);

    reply_error_begin(&w, NULL, RPC_UNAVAILABLE, NULL);
    reply_error_end(&w);
    buf_append_char(out, '\n');
}

/* Without memory to continue elsewhere, that is the answer to all of it. */
static void give_up(struct turn *turn, struct buf *out)
{
    turn->next = 0;
    turn->n_answers = 0;
    turn_fail_rest(turn, out);
    turn_close_line(turn, out);
    peer_drop_exchange(turn->peer);
}

/* Requests use the user's present groups, not old ones (T56). */
static enum call_end begin(struct turn *turn, struct call_ground *ground,
                           struct buf *out)
{
    enum call_end end;

    if (!peer_has_fresh_groups(turn->peer)) {
        turn->wait = TURN_FOR_GROUPS;
        return CALL_WAITS;
    }
    end = run_all(turn, ground, out);
    turn->wait = wait_of(end);
    return end;
}

struct turn *turn_begin(struct call_ground *ground, struct peer *peer,
                        struct text line, struct buf *out)
{
    struct turn turn = {
        .peer = peer, .metrics = ground->metrics, .began_us = clock_mono_us()};
    const size_t before = out->size;
    struct json_writer w = json_writer_make(out);
    struct rpc_problem problem;
    struct turn *left = NULL;
    enum rpc_error error;

    if (is_long(peer, line)) {
        left = pack_line(peer, line, out, ground->metrics);
        if (!left)
            answer_no_memory(out);
        return left;
    }
    error = rpc_message_read(line, &turn.message, &problem);
    if (error != RPC_DONE) {
        turn.first = ++peer->n_requests;
        turn_answer_problem(&turn, NULL, error, &problem, &w);
        buf_append_char(out, '\n');
        if (error == RPC_UNAVAILABLE) /* for lack of memory */
            return NULL;
        /* A stranger who does not send JSON speaks another protocol. */
        peer->is_over = !peer->session;
        peer->fault_ms = FAULT_GARBAGE_MS;
        return NULL;
    }
    begin_requests(&turn, out);
    if (begin(&turn, ground, out) != CALL_ANSWERED) {
        left = pack(&turn, out, before);
        buf_truncate(out, before);
        if (!left)
            give_up(&turn, out);
    }
    metrics_move(&ground->tally, &turn.tally);
    if (!left)
        note_latency(&turn);
    metrics_take(ground->metrics, &turn.tally);
    rpc_message_drop(&turn.message);
    return left;
}

/* ---- Continuing ---- */

/* The answer was ready; with its record it is final. */
static void end_late(struct turn *turn, struct call_ground *ground)
{
    OWNED(call_late) late = TAKE(turn->late);
    struct json_writer w = json_writer_make(&turn->reply);

    (void)room_begin(&turn->room, &turn->reply,
                     turn_n_left(turn)); /* it began */
    call_record(late, ground, &w);
    end_answer(turn, &turn->reply, turn->late_at);
}

static enum call_end go_on(struct turn *turn, struct call_ground *ground)
{
    if (turn->line.size > 0 && !ground->is_pool)
        return CALL_FOR_POOL;
    if (!read_line(turn))
        return CALL_ANSWERED;
    room_narrow(&turn->room, &turn->reply, turn_n_left(turn),
                unread_room(&turn->hold, TURN_REPLY_MAX_BYTES));
    if (turn->late)
        end_late(turn, ground);
    return run_all(turn, ground, &turn->reply);
}

void turn_go_on(struct job *job, struct call_ground *ground)
{
    struct turn *turn = (struct turn *)job;

    turn->wait = wait_of(go_on(turn, ground));
    unread_hold_set(&turn->hold, turn->reply.capacity);
    turn->metrics = ground->metrics;
    metrics_move(&ground->tally, &turn->tally);
    if (!ground->is_writer)
        turn_end_part(turn);
}

void turn_end_part(struct turn *turn)
{
    if (turn->wait == TURN_IS_DONE)
        note_latency(turn);
    metrics_take(turn->metrics, &turn->tally);
    peer_tell_news(turn->peer);
    note_before(turn);
}

void turn_cancel(struct turn *turn)
{
    turn->is_gone = true;
}

/* ---- Failures of its part ---- */

void turn_fail(struct job *job)
{
    struct turn *turn = (struct turn *)job;
    struct peer *peer = turn->peer;

    turn->wait = TURN_IS_DONE;
    turn->tally = (struct metrics_tally){0};
    turn->peer->news = (struct peer_news){0};
    call_late_free(TAKE(turn->late));
    buf_truncate(&turn->reply, turn->before.reply_size);
    if (!read_line(turn)) /* it did not even begin */
        return;
    turn->n_answers = turn->before.n_answers;
    turn->next = turn->before.next;
    turn_fail_rest(turn, &turn->reply);
    turn_close_line(turn, &turn->reply);
    peer_drop_exchange(peer);
    peer_drop_backup(peer);
    if (peer->session) {
        session_forget_exclusion(peer->session);
        peer->session->import_batch = 0;
    }
    /* A session that began or was raised without a record is discarded. */
    if (strcmp(turn->before.session, session_id(peer)) != 0)
        peer->is_over = true;
}

void turn_free(struct turn *turn)
{
    if (!turn)
        return;
    call_late_free(turn->late);
    rpc_message_drop(&turn->message);
    buf_wipe(&turn->line);
    buf_wipe(&turn->reply);
    unread_hold_set(&turn->hold, 0);
    groups_list_free(turn->accounts);
    free(turn);
}
