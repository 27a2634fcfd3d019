/* What is said around the calls of a turn, and of those that are not run. */
#include "provider/call/answer.h"
#include "provider/rpc/turn_private.h"

uint64_t turn_number(const struct turn *turn)
{
    return turn->first + turn->next;
}

/* A line, or an element of a batch, that is not a request. */
void turn_answer_problem(const struct turn *turn, const json_t *id,
                         enum rpc_error error,
                         const struct rpc_problem *problem,
                         struct json_writer *w)
{
    reply_error_begin(w, id, error, problem->why);
    answer_request_id(turn->peer, turn_number(turn), w);
    writer_put_string(w, "at", problem->at);
    reply_error_end(w);
}

/* Where the reply of a call begins; a batch gets its bracket or comma. */
struct json_writer turn_open_answer(const struct turn *turn, struct buf *out)
{
    if (turn->message.is_batch)
        buf_append_char(out, turn->n_answers ? ',' : '[');
    return json_writer_make(out);
}

/* Keeps the answer, or takes the separator back if nothing was written. */
void turn_close_answer(struct turn *turn, struct buf *out, size_t before)
{
    const size_t separator = turn->message.is_batch ? 1 : 0;

    if (out->size == before + separator)
        buf_truncate(out, before);
    else
        turn->n_answers++;
}

void turn_close_line(const struct turn *turn, struct buf *out)
{
    if (turn->n_answers == 0)
        return; /* a line of notifications gets no answer */
    if (turn->message.is_batch)
        buf_append_char(out, ']');
    buf_append_char(out, '\n');
}

static void fail_one(struct turn *turn, struct buf *out, enum rpc_error error,
                     const char *why)
{
    const size_t before = out->size;
    struct json_writer w = turn_open_answer(turn, out);
    struct rpc_request request;
    struct rpc_problem problem;

    if (rpc_request_read(&turn->message, turn->next, &request, &problem) !=
            RPC_DONE ||
        !request.is_notification) {
        reply_error_begin(&w, request.id, error, why);
        answer_request_id(turn->peer, turn_number(turn), &w);
        reply_error_end(&w);
    }
    metrics_tally_call(&turn->tally, error);
    turn_close_answer(turn, out, before);
}

size_t turn_n_left(const struct turn *turn)
{
    return turn->message.n_requests - turn->next;
}

/* Asking for less does not help where the provider lacked memory. */
void turn_refuse_answer(struct turn *turn, struct buf *out, enum status why)
{
    if (why == STATUS_LIMIT)
        fail_one(turn, out, RPC_LIMIT, "The answer is too long. Ask for less.");
    else
        fail_one(turn, out, RPC_UNAVAILABLE, NULL);
}

/* The remaining requests are answered as unavailable. */
void turn_fail_rest(struct turn *turn, struct buf *out)
{
    for (; turn->next < turn->message.n_requests; turn->next++)
        fail_one(turn, out, RPC_UNAVAILABLE, NULL);
}

/* Requests after the end of a session are not run, and are told so. */
void turn_refuse_rest(struct turn *turn, struct buf *out)
{
    for (; turn->next < turn->message.n_requests; turn->next++)
        fail_one(turn, out, RPC_NOT_AUTHENTICATED, "The session has ended.");
}
