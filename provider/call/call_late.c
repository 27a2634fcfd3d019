#include "provider/call/call_private.h"

#include <stdlib.h>

#include "provider/call/method.h"

/* The call itself moves on, with everything its record needs. */
struct call_late {
    struct call call;
    struct rpc_request request;
    struct generation *generation; /* held: the call points into it */
    enum rpc_error error;
    struct json_mark mark;
};

static enum call_end to_record(struct call *call, enum rpc_error error,
                               struct json_mark mark,
                               struct call_late **late_out)
{
    struct call_late *late = calloc(1, sizeof(*late));

    if (!late)
        return CALL_ANSWERED;
    late->generation = generation_hold(call->ground->generation);
    late->request = *call->request;
    late->error = error;
    late->mark = mark;
    late->call = *call;
    late->call.request = &late->request;
    if (late->call.act.target)
        late->call.act.target = &late->call.target;
    *call = (struct call){
        .ground = call->ground, .peer = call->peer, .request = call->request};
    store_done(&late->call.target.stmt);
    *late_out = late;
    return CALL_TO_RECORD;
}

enum call_end call_answer_late(struct call *call, enum rpc_error error,
                               struct json_mark mark, struct json_writer *w,
                               struct call_late **late_out)
{
    if (call_leaves_record(call, error)) {
        if (to_record(call, error, mark, late_out) == CALL_TO_RECORD)
            return CALL_TO_RECORD;
        json_writer_return(w,
                           mark); /* what cannot be recorded did not happen */
        call_fail(call, RPC_UNAVAILABLE, w);
    } else if (error != RPC_DONE) {
        call_fail(call, error, w);
    }
    return CALL_ANSWERED;
}

void call_count(const struct call *call)
{
    struct metrics_tally *tally = &call->ground->tally;

    metrics_tally_call(tally, call->ended);
    if (call->method)
        tally->method =
            (size_t)(call->method - call->ground->methods->rows) + 1;
    if (call->gate.was_asked)
        metrics_tally_verdict(tally, call->gate.verdict);
    if (call->sign_in.event)
        metrics_tally_sign_in(
            tally, auth_mechanism_read(text_of(call->sign_in.mechanism)),
            !*call->sign_in.why && call->ended == RPC_DONE ? call->sign_in.level
                                                           : AUTH_LEVEL_NONE);
}

void call_record(struct call_late *late, struct call_ground *ground,
                 struct json_writer *w)
{
    struct call *call = &late->call;
    enum rpc_error error = late->error;

    call->ground = ground;
    if (call_keep_record(call, error) != STATUS_OK) {
        json_writer_return(w, late->mark);
        error = RPC_UNAVAILABLE;
        call->message = NULL;
    }
    if (error != RPC_DONE)
        call_fail(call, error, w);
    call_count(call);
    if (call->request->is_notification)
        json_writer_return(w, late->mark);
}

void call_late_free(struct call_late *late)
{
    if (!late)
        return;
    call_drop(&late->call);
    generation_free(late->generation);
    free(late);
}
