/* Where a call runs: see the page in call.h. */
#include "provider/call/call_private.h"

#include "provider/call/cost.h"
#include "provider/call/method.h"

enum {
    MESSAGES_MAX_BYTES = 1024 * 1024,
    NOTE_MAX_BYTES = 8192,
};

/* A sign-in begins in a loop, which alone can wait for it; in the writer there
 * is an outcome to be taken, or nothing to be done. */
static bool is_sign_in_elsewhere(const struct call *call)
{
    const struct call_ground *ground = call->ground;

    return call->method->again &&
           (ground->is_pool ||
            (ground->is_writer && !call->peer->outcome.is_there));
}

/* Where it runs, if not here. */
static enum call_end place_of(const struct call *call)
{
    const struct call_ground *ground = call->ground;

    if (is_sign_in_elsewhere(call))
        return CALL_FOR_LOOP;
    if (ground->is_writer)
        return call_is_long(call) ? CALL_FOR_POOL : CALL_ANSWERED;
    if (ground->is_pool && !cost_is_budgeted(call))
        return CALL_FOR_LOOP;
    if (call_is_long(call))
        return ground->is_pool ? CALL_ANSWERED : CALL_FOR_POOL;
    if (ground->is_pool && call->peer->change == PEER_CHANGE_LONG)
        return CALL_ANSWERED;
    call->peer->change = PEER_CHANGE_NEW;
    return call_is_recorded(call) ? CALL_FOR_WRITER : CALL_ANSWERED;
}

/* Here: in the writer, in the pool on a copy or not, or in a loop. */
static enum call_end run_here(struct call *call, struct json_writer *w,
                              struct call_late **late_out)
{
    const struct json_mark mark = json_writer_mark(w);

    if (cost_is_spent(call)) {
        call->peer->change = PEER_CHANGE_NEW;
        call_fail(call, RPC_LIMIT, w);
        return CALL_ANSWERED;
    }
    if (call->ground->is_writer)
        return call_write(call, w);
    if (call->peer->change == PEER_CHANGE_LONG)
        return call_try(call, w, late_out);
    if (call_is_long(call))
        return call_answer_late(call, call_act(call, w), mark, w, late_out);
    return call_read(call, w);
}

static enum call_end run(struct call *call, struct json_writer *w,
                         struct call_late **late_out)
{
    const enum rpc_error error = call_find(call);
    enum call_end end;

    if (error != RPC_DONE) {
        call_fail(call, error, w);
        return CALL_ANSWERED;
    }
    end = place_of(call);
    return end == CALL_ANSWERED ? run_here(call, w, late_out) : end;
}

enum call_end call_run(struct call_ground *ground, struct peer *peer,
                       const struct rpc_request *request, struct json_writer *w,
                       struct call_late **late_out)
{
    struct call call = {
        .ground = ground,
        .peer = peer,
        .request = request,
        .messages = buf_make(MESSAGES_MAX_BYTES),
        .note = buf_make(NOTE_MAX_BYTES),
    };
    const struct json_mark mark = json_writer_mark(w);
    enum call_end end;

    if (peer->session)
        peer->session->used_ms = ground->now_ms;
    end = run(&call, w, late_out);
    if (end == CALL_ANSWERED)
        call_count(&call);
    call_drop(&call);
    if (end == CALL_ANSWERED && request->is_notification)
        json_writer_return(w, mark);
    return end;
}
