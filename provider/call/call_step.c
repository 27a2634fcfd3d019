#include "provider/call/call_private.h"

#include "provider/call/answer.h"
#include "provider/call/cost.h"
#include "provider/call/denial.h"
#include "provider/call/gate.h"
#include "provider/call/method.h"

bool call_is_about_oneself(const struct call *call)
{
    const enum gate_kind kind = call->method->needs.kind;

    return kind == NEEDS_NOTHING || kind == NEEDS_HOST || kind == NEEDS_SESSION;
}

bool call_is_long(const struct call *call)
{
    return (call->method->flags & METHOD_LONG) ||
           ((call->method->flags & METHOD_TRIES) &&
            params_value(call->params, "act"));
}

enum rpc_error call_find(struct call *call)
{
    call->method = method_find(call->ground->methods, call->request->method);
    if (!call->peer->session && !(call->method && gate_is_open_early(call)))
        return RPC_NOT_AUTHENTICATED;
    if (!call->method ||
        (call->method->needs.kind == NEEDS_HOST && !gate_is_open_early(call)))
        return RPC_UNKNOWN_METHOD;
    if (!params_check(call->request->params, call->method->params,
                      call->method->n_params, &call->problem))
        return RPC_INVALID_PARAMS;
    call->params = call->request->params;
    return RPC_DONE;
}

static enum rpc_error error_of(enum gate_verdict verdict)
{
    switch (verdict) {
    case GATE_OPEN:
        return RPC_DONE;
    case GATE_NOT_AUTHENTICATED:
        return RPC_NOT_AUTHENTICATED;
    case GATE_LEVEL_TOO_LOW:
        return RPC_LEVEL_TOO_LOW;
    case GATE_NOT_FOUND:
        return RPC_NOT_FOUND;
    case GATE_N_VERDICTS:
    case GATE_INVALID:
        return RPC_INVALID;
    case GATE_UNAVAILABLE:
        return RPC_UNAVAILABLE;
    case GATE_DENIED:
        break;
    }
    return RPC_DENIED;
}

/* A call that comes again goes on where its method left it. */
static method_run *handler_of(const struct call *call)
{
    const struct method_again *again = call->method->again;

    if (!again)
        return call->method->run;
    if (call->ground->is_writer)
        return again->finish;
    return call->peer->resumed.is_there ? again->resume : call->method->run;
}

/* Through the gate to the handler, whose one value becomes the result. */
static enum rpc_error pass(struct call *call, struct json_writer *w)
{
    const struct json_mark mark = json_writer_mark(w);
    enum rpc_error error;

    gate_ask(call);
    error = error_of(call->gate.verdict);
    if (error != RPC_DONE)
        return error;
    if (call->target.key[0])
        call->act.target = &call->target;
    reply_begin(w, call->request->id);
    error = handler_of(call)(call, w);
    reply_end(w);
    if (error == RPC_DONE && buf_status(w->out) == STATUS_NO_MEMORY) {
        error = RPC_UNAVAILABLE;
    } else if (error == RPC_DONE && buf_status(w->out) != STATUS_OK) {
        call->message = "The answer is too long. Ask for less.";
        error = RPC_LIMIT;
    }
    if (error != RPC_DONE)
        json_writer_return(w, mark);
    return error;
}

enum rpc_error call_pass(struct call *call, struct json_writer *w)
{
    const enum rpc_error error = call_find(call);

    return error == RPC_DONE ? pass(call, w) : error;
}

enum rpc_error call_act(struct call *call, struct json_writer *w)
{
    enum rpc_error error;

    cost_begin(call);
    error = pass(call, w);
    cost_end(call);
    return denial_settle(call, cost_error(call, error));
}

void call_note_batch(struct call *call)
{
    if (call->method && call->method->needs.verb == VERB_IMPORT &&
        call->peer->session)
        call->peer->session->import_batch = call->import_batch;
}

void call_fail(struct call *call, enum rpc_error error, struct json_writer *w)
{
    call->ended = error;
    call->import_batch = 0;
    call_note_batch(call);
    answer_error(call, error, w);
}

void call_drop(struct call *call)
{
    object_target_clear(&call->target);
    site_free(call->next_site);
    buf_free(&call->messages);
    buf_free(&call->note);
    buf_free(&call->act.keys);
}
