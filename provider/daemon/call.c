#include "provider/daemon/call.h"

#include "provider/base/log.h"
#include "provider/daemon/answer.h"
#include "provider/daemon/method.h"
#include "provider/daemon/metrics.h"
#include "provider/daemon/record.h"

enum { MESSAGES_MAX_BYTES = 1024 * 1024, NOTE_MAX_BYTES = 8192 };

enum status call_ground_take(struct call_ground *ground, struct site *taken)
{
    OWNED(site) site = taken;
    struct generation *next =
        generation_new(site, ground->generation->number + 1);

    if (!next)
        return STATUS_NO_MEMORY;
    (void)TAKE(site);
    generation_free(ground->generation);
    ground->generation = next;
    return STATUS_OK;
}

enum status call_ground_renew(struct call_ground *ground)
{
    struct site *site;

    TRY(site_load(ground->store, &site));
    return call_ground_take(ground, site);
}

void call_ground_clear(struct call_ground *ground)
{
    for (size_t i = 0; i < CALL_GROUND_SESSIONS; i++) {
        session_rights_drop(&ground->lately[i].rights);
        ground->lately[i].session = 0;
    }
}

/* Where an answer may have to be taken back to. */
struct mark {
    size_t size;
    bool comma;
};

static struct mark mark_set(const struct json_writer *w)
{
    return (struct mark){w->out->size, w->comma};
}

static void mark_return(struct json_writer *w, struct mark mark)
{
    buf_truncate(w->out, mark.size);
    w->comma = mark.comma;
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
    case GATE_INVALID:
        return RPC_INVALID;
    case GATE_UNAVAILABLE:
        return RPC_UNAVAILABLE;
    case GATE_DENIED:
        break;
    }
    return RPC_DENIED;
}

/* A refusal is recorded; what only fails, or comes from who has not signed
 * in, is not worth a stranger's filling the audit. */
static bool must_record(enum rpc_error error)
{
    return error == RPC_DENIED || error == RPC_LEVEL_TOO_LOW ||
           error == RPC_NOT_FOUND;
}

/* Of the break-glass administrator everything is, but what is about that
 * session itself (T89). */
static bool is_recorded(const struct call *call)
{
    const struct session *session = call->peer->session;

    if (call->method->flags & (METHOD_WRITES | METHOD_RECORDED))
        return true;
    return session && session_is_break_glass(session) &&
           call->method->needs.kind != NEEDS_NOTHING &&
           call->method->needs.kind != NEEDS_SESSION;
}

/* Before sign-in every method but a few answers alike, known or not. */
static enum rpc_error find(struct call *call)
{
    call->method = method_find(call->request->method);
    if (!call->peer->session &&
        (!call->method || call->method->needs.kind != NEEDS_NOTHING))
        return RPC_NOT_AUTHENTICATED;
    if (!call->method)
        return RPC_UNKNOWN_METHOD;
    if (!params_check(call->request->params, call->method->params,
                      call->method->n_params, &call->problem))
        return RPC_INVALID_PARAMS;
    call->params = call->request->params;
    return RPC_DONE;
}

/* Through the gate to the handler, whose one value becomes the result. */
static enum rpc_error act(struct call *call, struct json_writer *w)
{
    const struct mark mark = mark_set(w);
    enum rpc_error error;

    gate_ask(call);
    error = error_of(call->gate.verdict);
    if (error != RPC_DONE)
        return error;
    if (call->target.key[0])
        call->act.target = &call->target;
    reply_begin(w, call->request->id);
    error = call->method->run(call, w);
    reply_end(w);
    if (error == RPC_DONE && buf_status(w->out) != STATUS_OK) {
        call->message = "The answer is too long; ask for less.";
        error = RPC_LIMIT;
    }
    if (error != RPC_DONE)
        mark_return(w, mark);
    return error;
}

/* Answers with the error, and remembers it. */
static void fail(struct call *call, enum rpc_error error, struct json_writer *w)
{
    call->ended = error;
    answer_error(call, error, w);
}

/* ---- In a loop ---- */

/* Is an exclusion used that this session has not used before (T71, T95)? */
static bool uses_exclusion(const struct call *call)
{
    return call->gate.exclusion &&
           !session_has_noted(call->peer->session, call->gate.exclusion);
}

static enum call_end read_only(struct call *call, struct json_writer *w)
{
    const struct mark mark = mark_set(w);
    const enum rpc_error error = act(call, w);

    if (call->wants_time) {
        mark_return(w, mark);
        return CALL_WAITS;
    }
    if (call->wants_writer || must_record(error) || uses_exclusion(call)) {
        mark_return(w, mark);
        return CALL_FOR_WRITER;
    }
    if (error != RPC_DONE)
        fail(call, error, w);
    return CALL_ANSWERED;
}

/* ---- In the writer ---- */

static bool leaves_record(const struct call *call)
{
    return call->sign_in.event || is_recorded(call);
}

static enum status note_exclusion(const struct call *call)
{
    if (!uses_exclusion(call))
        return STATUS_OK;
    TRY(record_exclusion(call));
    return session_note_exclusion(call->peer->session, call->gate.exclusion);
}

static enum status seal(struct call *call)
{
    TRY(note_exclusion(call));
    if (leaves_record(call))
        TRY(record_call(call, RPC_DONE));
    if (call->next_site)
        TRY(call_ground_take(call->ground, TAKE(call->next_site)));
    else if (call->act.estate_changed)
        TRY(call_ground_renew(call->ground));
    object_target_clear(&call->target);
    if (store_part_keep(call->ground->store) == STATUS_OK)
        return STATUS_OK;
    call->ground->is_broken = true; /* the generation may be ahead of it */
    return STATUS_UNAVAILABLE;
}

/* The part is undone, the record of how it ended is kept. */
static enum rpc_error undo(struct call *call, enum rpc_error error)
{
    object_target_clear(&call->target);
    if (store_part_undo(call->ground->store) != STATUS_OK) {
        call->ground->is_broken = true;
        return RPC_UNAVAILABLE;
    }
    if (note_exclusion(call) != STATUS_OK)
        return RPC_UNAVAILABLE;
    if (!must_record(error) && !leaves_record(call))
        return error;
    return record_call(call, error) == STATUS_OK ? error : RPC_UNAVAILABLE;
}

static enum rpc_error act_recorded(struct call *call, struct json_writer *w)
{
    enum rpc_error error;

    if (store_part_begin(call->ground->store) != STATUS_OK)
        return RPC_UNAVAILABLE;
    error = act(call, w);
    if (error == RPC_DONE) {
        const enum status sealed = seal(call);

        if (sealed == STATUS_OK)
            return RPC_DONE;
        error = sealed == STATUS_INVALID ? RPC_CONFLICT : RPC_UNAVAILABLE;
    }
    return undo(call, error);
}

static void write_through(struct call *call, struct json_writer *w)
{
    const struct mark mark = mark_set(w);
    const enum rpc_error error = act_recorded(call, w);

    if (error == RPC_DONE)
        return;
    mark_return(w, mark);
    fail(call, error, w);
}

/* ---- Both ---- */

static enum call_end run(struct call *call, struct json_writer *w)
{
    const enum rpc_error error = find(call);

    if (error != RPC_DONE) {
        fail(call, error, w);
        return CALL_ANSWERED;
    }
    if (call->ground->is_writer) {
        write_through(call, w);
        return CALL_ANSWERED;
    }
    if (is_recorded(call))
        return CALL_FOR_WRITER;
    return read_only(call, w);
}

static void drop(struct call *call)
{
    object_target_clear(&call->target);
    site_free(call->next_site);
    buf_free(&call->messages);
    buf_free(&call->note);
}

static void count(const struct call *call)
{
    struct metrics *metrics = call->ground->metrics;

    metrics_count_call(metrics, call->ended);
    if (call->sign_in.event)
        metrics_count_sign_in(
            metrics, auth_mechanism_read(text_of(call->sign_in.mechanism)),
            !*call->sign_in.why && call->ended == RPC_DONE);
}

enum call_end call_run(struct call_ground *ground, struct peer *peer,
                       const struct rpc_request *request, struct json_writer *w)
{
    struct call call = {
        .ground = ground,
        .peer = peer,
        .request = request,
        .messages = buf_make(MESSAGES_MAX_BYTES),
        .note = buf_make(NOTE_MAX_BYTES),
    };
    const struct mark mark = mark_set(w);
    enum call_end end;

    if (peer->session)
        peer->session->used_ms = ground->now_ms;
    end = run(&call, w);
    if (end == CALL_ANSWERED)
        count(&call);
    drop(&call);
    if (end == CALL_ANSWERED && request->is_notification)
        mark_return(w, mark);
    return end;
}
