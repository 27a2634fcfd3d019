#include "provider/daemon/turn.h"

#include <stdlib.h>
#include <string.h>

#include "provider/daemon/answer.h"

/* ---- What is said around the calls ---- */

/* A line that is no request at all, or an element of a batch that is none. */
static void answer_problem(const json_t *id, enum rpc_error error,
                           const struct rpc_problem *problem,
                           struct json_writer *w)
{
    reply_error_begin(w, id, error, problem->why);
    writer_put_string(w, "at", problem->at);
    reply_error_end(w);
}

/* Where the reply of a call begins; a batch gets its bracket or comma. */
static struct json_writer open_answer(const struct turn *turn, struct buf *out)
{
    if (turn->message.is_batch)
        buf_append_char(out, turn->n_answers ? ',' : '[');
    return json_writer_make(out);
}

/* Keeps the answer, or takes the separator back where nothing was said. */
static void close_answer(struct turn *turn, struct buf *out, size_t before)
{
    const size_t separator = turn->message.is_batch ? 1 : 0;

    if (out->size == before + separator)
        buf_truncate(out, before);
    else
        turn->n_answers++;
}

static void close_line(const struct turn *turn, struct buf *out)
{
    if (turn->n_answers == 0)
        return; /* notifications alone are answered by nothing */
    if (turn->message.is_batch)
        buf_append_char(out, ']');
    buf_append_char(out, '\n');
}

/* ---- Running ---- */

/* Not CALL_ANSWERED: nothing was written. */
static enum call_end run_one(struct turn *turn, struct call_ground *ground,
                             struct buf *out)
{
    const size_t before = out->size;
    struct json_writer w = open_answer(turn, out);
    struct rpc_request request;
    struct rpc_problem problem;
    enum call_end end = CALL_ANSWERED;
    const enum rpc_error error =
        rpc_request_read(&turn->message, turn->next, &request, &problem);

    if (error != RPC_DONE)
        answer_problem(request.id, error, &problem, &w);
    else
        end = call_run(ground, turn->peer, &request, &w);
    if (end != CALL_ANSWERED) {
        buf_truncate(out, before);
        return end;
    }
    close_answer(turn, out, before);
    turn->next++;
    return CALL_ANSWERED;
}

static enum call_end run_all(struct turn *turn, struct call_ground *ground,
                             struct buf *out)
{
    enum call_end end = CALL_ANSWERED;

    while (end == CALL_ANSWERED && turn->next < turn->message.n_requests &&
           !turn->peer->is_over)
        end = run_one(turn, ground, out);
    if (end == CALL_ANSWERED)
        close_line(turn, out);
    return end;
}

static const char *session_id(const struct peer *peer)
{
    return peer->session ? peer->session->id : "";
}

static void note_before(struct turn *turn)
{
    turn->before.next = turn->next;
    turn->before.n_answers = turn->n_answers;
    turn->before.reply_size = turn->reply.size;
    strcpy(turn->before.session, session_id(turn->peer));
}

/* A copy that can travel, with what was written since before. */
static struct turn *pack(struct turn *turn, struct buf *out, size_t before)
{
    OWNED(turn) packed = calloc(1, sizeof(*packed));
    struct text written = buf_text(out);

    if (!packed)
        return NULL;
    *packed = *turn;
    turn->message = (struct rpc_message){0};
    packed->reply = buf_make(TURN_REPLY_MAX_BYTES);
    if (written.size > before) /* an empty text has no address */
        buf_append(&packed->reply, written.data + before,
                   written.size - before);
    note_before(packed);
    if (buf_status(&packed->reply) != STATUS_OK)
        return NULL;
    return TAKE(packed);
}

static enum turn_wait wait_of(enum call_end end)
{
    return end == CALL_WAITS ? TURN_FOR_EXCHANGE : TURN_FOR_WRITER;
}

/* ---- Long lines ---- */

static bool is_long(struct peer *peer, struct text line)
{
    return line.size > TURN_LONG_BYTES && peer->session &&
           peer_has_fresh_groups(peer);
}

/* The line as it came, for the writer; NULL without memory. */
static struct turn *pack_line(struct peer *peer, struct text line)
{
    OWNED(turn) packed = calloc(1, sizeof(*packed));

    if (!packed)
        return NULL;
    packed->peer = peer;
    packed->wait = TURN_FOR_WRITER;
    packed->reply = buf_make(TURN_REPLY_MAX_BYTES);
    packed->line = buf_make(line.size);
    buf_append_text(&packed->line, line);
    note_before(packed);
    if (buf_status(&packed->line) != STATUS_OK)
        return NULL;
    return TAKE(packed);
}

/* False: it was no request, which is answered. */
static bool read_line(struct turn *turn)
{
    struct json_writer w = json_writer_make(&turn->reply);
    struct rpc_problem problem;
    enum rpc_error error;

    if (turn->line.size == 0)
        return true;
    error = rpc_message_read(buf_text(&turn->line), &turn->message, &problem);
    buf_wipe(&turn->line);
    if (error == RPC_DONE)
        return true;
    answer_problem(NULL, error, &problem, &w);
    buf_append_char(&turn->reply, '\n');
    return false;
}

/* ---- Beginning ---- */

/* Who asks for anything is in the groups of now, not of long ago (T56). */
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
    struct turn turn = {.peer = peer};
    const size_t before = out->size;
    struct json_writer w = json_writer_make(out);
    struct rpc_problem problem;
    struct turn *left = NULL;
    enum rpc_error error;

    if (is_long(peer, line)) {
        left = pack_line(peer, line);
        peer->is_over = !left;
        return left;
    }
    error = rpc_message_read(line, &turn.message, &problem);
    if (error != RPC_DONE) {
        answer_problem(NULL, error, &problem, &w);
        buf_append_char(out, '\n');
        /* A stranger who speaks no JSON speaks something else. */
        peer->is_over = !peer->session;
        peer->fault_ms = PENALTY_GARBAGE_MS;
        return NULL;
    }
    if (begin(&turn, ground, out) != CALL_ANSWERED) {
        left = pack(&turn, out, before);
        buf_truncate(out, before);
        if (!left)
            peer->is_over = true;
    }
    rpc_message_drop(&turn.message);
    return left;
}

enum call_end turn_resume(struct turn *turn, struct call_ground *ground)
{
    const enum call_end end = run_all(turn, ground, &turn->reply);

    note_before(turn);
    turn->wait = wait_of(end);
    return end;
}

void turn_go_on(struct turn *turn, struct call_ground *ground)
{
    if (read_line(turn))
        (void)run_all(turn, ground, &turn->reply); /* the writer refuses none */
}

/* ---- When the commit failed ---- */

static void fail_one(struct turn *turn)
{
    const size_t before = turn->reply.size;
    struct json_writer w = open_answer(turn, &turn->reply);
    struct rpc_request request;
    struct rpc_problem problem;

    if (rpc_request_read(&turn->message, turn->next, &request, &problem) !=
            RPC_DONE ||
        !request.is_notification) {
        reply_error_begin(&w, request.id, RPC_UNAVAILABLE, NULL);
        reply_error_end(&w);
    }
    close_answer(turn, &turn->reply, before);
}

void turn_fail(struct turn *turn)
{
    struct peer *peer = turn->peer;

    buf_truncate(&turn->reply, turn->before.reply_size);
    if (!read_line(turn)) /* it did not even come to that */
        return;
    turn->n_answers = turn->before.n_answers;
    for (turn->next = turn->before.next; turn->next < turn->message.n_requests;
         turn->next++)
        fail_one(turn);
    close_line(turn, &turn->reply);
    peer_drop_exchange(peer);
    if (peer->session)
        session_forget_exclusion(peer->session);
    /* A session that began or rose without a record does not stand. */
    if (strcmp(turn->before.session, session_id(peer)) != 0)
        peer->is_over = true;
}

void turn_free(struct turn *turn)
{
    if (!turn)
        return;
    rpc_message_drop(&turn->message);
    buf_wipe(&turn->line);
    buf_wipe(&turn->reply);
    groups_list_free(turn->accounts);
    free(turn);
}
