#include "provider/call/call.h"

#include <stdlib.h>

#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/call/answer.h"
#include "provider/call/denial.h"
#include "provider/call/gate.h"
#include "provider/call/method.h"
#include "provider/call/metrics.h"
#include "provider/call/record.h"
#include "provider/store/store_copy.h"

enum {
    MESSAGES_MAX_BYTES = 1024 * 1024,
    NOTE_MAX_BYTES = 8192,
    /* What one call may cost where it keeps others waiting. */
    IN_LOOP_MAX_US = 20 * 1000,
    IN_WRITER_FIRST_US = 100 * 1000, /* of what was not tried out */
    IN_WRITER_MAX_US = 1000 * 1000,
    POLICY_MAX_US = 10 * 1000 * 1000,
};

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

enum status call_copy(struct store *store, struct store **copy_out)
{
    OWNED(store) copy = NULL;

    TRY(store_copy(store, &copy));
    TRY(site_prepare_copy(copy));
    TRY(store_write_begin(copy));
    TRY(store_part_begin(copy));
    *copy_out = TAKE(copy);
    return STATUS_OK;
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

/* The caller's own session, or none at all. */
static bool is_about_oneself(const struct call *call)
{
    const enum gate_kind kind = call->method->needs.kind;

    return kind == NEEDS_NOTHING || kind == NEEDS_HOST || kind == NEEDS_SESSION;
}

/* Of the break-glass administrator everything is, but what is about that
 * session itself (T89). */
static bool is_recorded(const struct call *call)
{
    const struct session *session = call->peer->session;

    if (call->method->flags & (METHOD_WRITES | METHOD_RECORDED))
        return true;
    return session && session_is_break_glass(session) &&
           !is_about_oneself(call);
}

/* Before sign-in every method but a few answers alike, known or not. */
static enum rpc_error find(struct call *call)
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

/* ---- What it may cost ---- */

/* Without a budget there is no pool to try it in. */
static bool is_first_try(const struct call *call)
{
    return call->ground->is_writer && call->ground->budget &&
           call->peer->change != PEER_CHANGE_TRIED && !is_about_oneself(call) &&
           !MUTANT("b1-untried-change");
}

/* Policy files are one change, however much they declare. */
static int64_t most_in_writer_us(const struct call *call)
{
    return call->method->needs.kind == NEEDS_TYPE ? POLICY_MAX_US
                                                  : IN_WRITER_MAX_US;
}

/* On a copy nothing is sealed: in the writer it takes about twice as long. */
static int64_t most_us(const struct call *call)
{
    if (call->peer->change == PEER_CHANGE_TRYING)
        return most_in_writer_us(call) / 2;
    if (call->ground->is_pool)
        return INT64_MAX;
    if (!call->ground->is_writer)
        return IN_LOOP_MAX_US;
    if (is_first_try(call))
        return IN_WRITER_FIRST_US;
    return most_in_writer_us(call);
}

static void begin_spending(const struct call *call)
{
    const struct call_ground *ground = call->ground;
    const int64_t most = most_us(call);
    const struct store_allowance allowance = {
        .cpu_us = ground->left_us < most ? ground->left_us : most,
        .is_void = {ground->is_writer ? NULL : ground->is_gone,
                    ground->is_ending},
    };

    store_allow(ground->store, ground->budget ? &allowance : NULL);
}

static void end_spending(struct call *call)
{
    call->is_cut |= store_is_spent(call->ground->store);
    store_allow(call->ground->store, NULL);
}

/* What concerns the caller's own session is never too much. */
static bool is_budgeted(const struct call *call)
{
    return !is_about_oneself(call);
}

static bool is_ending(const struct call_ground *ground)
{
    return ground->is_ending && *ground->is_ending;
}

/* What was cut off, as an error of its own. */
static enum rpc_error cut_error(struct call *call, enum rpc_error error)
{
    if (!call->is_cut || error == RPC_DONE)
        return error;
    if (is_ending(call->ground)) {
        call->message = "The provider is ending; ask again later.";
        return RPC_UNAVAILABLE;
    }
    call->message = "It takes more work than is allowed; ask for less.";
    if (call->ground->left_us <= most_us(call)) /* else it never may */
        call->retry_after_ms = call->ground->retry_ms;
    return RPC_LIMIT;
}

/* ---- Acting ---- */

/* Through the gate to the handler, whose one value becomes the result. */
static enum rpc_error pass(struct call *call, struct json_writer *w)
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
    if (error == RPC_DONE && buf_status(w->out) == STATUS_NO_MEMORY) {
        error = RPC_UNAVAILABLE;
    } else if (error == RPC_DONE && buf_status(w->out) != STATUS_OK) {
        call->message = "The answer is too long; ask for less.";
        error = RPC_LIMIT;
    }
    if (error != RPC_DONE)
        mark_return(w, mark);
    return error;
}

enum rpc_error call_pass(struct call *call, struct json_writer *w)
{
    const enum rpc_error error = find(call);

    return error == RPC_DONE ? pass(call, w) : error;
}

static enum rpc_error act(struct call *call, struct json_writer *w)
{
    enum rpc_error error;

    begin_spending(call);
    error = pass(call, w);
    end_spending(call);
    return denial_settle(call, cut_error(call, error));
}

/* Answers with the error, and remembers it. */
static void fail(struct call *call, enum rpc_error error, struct json_writer *w)
{
    call->ended = error;
    answer_error(call, error, w);
}

/* ---- In a loop, and in the pool ---- */

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
    if (call->is_cut && !call->ground->is_pool) {
        mark_return(w, mark);
        return CALL_FOR_POOL;
    }
    if (call->wants_writer || must_record(error) || uses_exclusion(call)) {
        mark_return(w, mark);
        return CALL_FOR_WRITER;
    }
    if (error != RPC_DONE)
        fail(call, error, w);
    return CALL_ANSWERED;
}

/* The call itself travels on, with all that its record says. */
struct call_late {
    struct call call;
    struct rpc_request request;
    struct generation *generation; /* held: the call points into it */
    enum rpc_error error;
    struct mark mark;
};

static bool leaves_record(const struct call *call)
{
    return call->sign_in.event || is_recorded(call);
}

static enum call_end to_record(struct call *call, enum rpc_error error,
                               struct mark mark, struct call_late **late_out)
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

/* How it ended is the answer, once it is recorded if it has to be. */
static enum call_end answer_or_record(struct call *call, enum rpc_error error,
                                      struct mark mark, struct json_writer *w,
                                      struct call_late **late_out)
{
    if (leaves_record(call) || must_record(error) || uses_exclusion(call)) {
        if (to_record(call, error, mark, late_out) == CALL_TO_RECORD)
            return CALL_TO_RECORD;
        mark_return(w, mark); /* what cannot be recorded did not happen */
        fail(call, RPC_UNAVAILABLE, w);
    } else if (error != RPC_DONE) {
        fail(call, error, w);
    }
    return CALL_ANSWERED;
}

static enum call_end read_long(struct call *call, struct json_writer *w,
                               struct call_late **late_out)
{
    const struct mark mark = mark_set(w);
    const enum rpc_error error = act(call, w);

    return answer_or_record(call, error, mark, w, late_out);
}

/* ---- In the writer ---- */

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

/*
 * The first try took too long, and the caller may spend more: what was done is
 * undone, and it is tried out where nobody waits for it.
 */
static bool is_to_be_tried(const struct call *call)
{
    return call->is_cut && is_first_try(call) && !is_ending(call->ground) &&
           call->ground->left_us > IN_WRITER_FIRST_US;
}

/* In a part of its own: half a record is none. */
static enum status keep_record(struct call *call, enum rpc_error error)
{
    struct store *store = call->ground->store;
    enum status status;

    TRY(store_part_begin(store));
    status = note_exclusion(call);
    if (status == STATUS_OK && (must_record(error) || leaves_record(call)))
        status = record_call(call, error);
    if (status == STATUS_OK && store_part_keep(store) == STATUS_OK)
        return STATUS_OK;
    if (status == STATUS_OK || store_part_undo(store) != STATUS_OK)
        call->ground->is_broken = true;
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
    return keep_record(call, error) == STATUS_OK ? error : RPC_UNAVAILABLE;
}

/* As if it had not begun. */
static enum rpc_error give_up(struct call *call)
{
    object_target_clear(&call->target);
    if (store_part_undo(call->ground->store) == STATUS_OK) {
        call->peer->change = PEER_CHANGE_LONG;
        return RPC_LIMIT;
    }
    call->ground->is_broken = true;
    return RPC_UNAVAILABLE;
}

static enum rpc_error act_recorded(struct call *call, struct json_writer *w)
{
    enum rpc_error error;

    if (store_part_begin(call->ground->store) != STATUS_OK)
        return RPC_UNAVAILABLE;
    error = act(call, w);
    if (error != RPC_DONE && is_to_be_tried(call))
        return give_up(call);
    if (error == RPC_DONE) {
        const enum status sealed = seal(call);

        if (sealed == STATUS_OK)
            return RPC_DONE;
        error = sealed == STATUS_INVALID ? RPC_CONFLICT : RPC_UNAVAILABLE;
    }
    return undo(call, error);
}

static enum call_end write_through(struct call *call, struct json_writer *w)
{
    const struct mark mark = mark_set(w);
    const enum rpc_error error = act_recorded(call, w);

    if (call->peer->change == PEER_CHANGE_TRIED)
        call->peer->change = PEER_CHANGE_NEW;
    if (error == RPC_DONE)
        return CALL_ANSWERED;
    mark_return(w, mark);
    if (call->peer->change == PEER_CHANGE_LONG)
        return CALL_FOR_POOL;
    fail(call, error, w);
    return CALL_ANSWERED;
}

/* ---- On a copy, in the pool ---- */

static enum rpc_error act_on_copy(struct call *call, struct store *copy,
                                  struct json_writer *w)
{
    struct store *store = call->ground->store;
    enum rpc_error error;

    call->ground->store = copy;
    call->peer->change = PEER_CHANGE_TRYING;
    error = act(call, w);
    call->peer->change = PEER_CHANGE_NEW;
    call->ground->store = store;
    call->ground->is_broken = false; /* only the copy's */
    object_target_clear(&call->target);
    return error;
}

static enum rpc_error open_copy(struct call *call, struct store **copy_out)
{
    enum status status;

    begin_spending(call);
    status = call_copy(call->ground->store, copy_out);
    end_spending(call);
    if (status == STATUS_LIMIT)
        call->is_cut = true; /* or it is too large to be copied */
    return status == STATUS_OK ? RPC_DONE : cut_error(call, RPC_UNAVAILABLE);
}

/*
 * A change that the writer gave up. It goes back there when it succeeded here;
 * otherwise that is the answer, and nobody waited for it.
 */
static enum call_end try_out(struct call *call, struct json_writer *w,
                             struct call_late **late_out)
{
    const struct mark mark = mark_set(w);
    OWNED(store) copy = NULL; /* outlives what stands on it */
    enum rpc_error error = open_copy(call, &copy);

    call->peer->change = PEER_CHANGE_NEW;
    metrics_add(call->ground->metrics, METRIC_CHANGES_TRIED, 1);
    if (error == RPC_DONE)
        error = act_on_copy(call, copy, w);
    if (error == RPC_DONE) {
        mark_return(w, mark);
        call->peer->change = PEER_CHANGE_TRIED;
        return CALL_FOR_WRITER;
    }
    site_free(TAKE(call->next_site));
    return answer_or_record(call, error, mark, w, late_out);
}

/* ---- All ---- */

static bool is_long(const struct call *call)
{
    return (call->method->flags & METHOD_LONG) ||
           ((call->method->flags & METHOD_TRIES) &&
            params_value(call->params, "act"));
}

/* Where it runs, if not here. */
static enum call_end place_of(const struct call *call)
{
    const struct call_ground *ground = call->ground;

    if (ground->is_writer)
        return is_long(call) ? CALL_FOR_POOL : CALL_ANSWERED;
    if (ground->is_pool && !is_budgeted(call))
        return CALL_FOR_LOOP;
    if (is_long(call))
        return ground->is_pool ? CALL_ANSWERED : CALL_FOR_POOL;
    if (ground->is_pool && call->peer->change == PEER_CHANGE_LONG)
        return CALL_ANSWERED;
    call->peer->change = PEER_CHANGE_NEW;
    return is_recorded(call) ? CALL_FOR_WRITER : CALL_ANSWERED;
}

static enum call_end run(struct call *call, struct json_writer *w,
                         struct call_late **late_out)
{
    const enum rpc_error error = find(call);
    enum call_end end;

    if (error != RPC_DONE) {
        fail(call, error, w);
        return CALL_ANSWERED;
    }
    end = place_of(call);
    if (end != CALL_ANSWERED)
        return end;
    if (call->ground->budget && call->ground->left_us <= 0 &&
        is_budgeted(call)) {
        call->message = "Your share of the work is used up for now.";
        call->retry_after_ms = call->ground->retry_ms;
        call->peer->change = PEER_CHANGE_NEW;
        fail(call, RPC_LIMIT, w);
    } else if (call->ground->is_writer) {
        return write_through(call, w);
    } else if (call->peer->change == PEER_CHANGE_LONG) {
        return try_out(call, w, late_out);
    } else if (is_long(call)) {
        return read_long(call, w, late_out);
    } else {
        return read_only(call, w);
    }
    return CALL_ANSWERED;
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
    struct metrics_tally *tally = &call->ground->tally;

    metrics_tally_call(tally, call->ended);
    if (call->sign_in.event)
        metrics_tally_sign_in(
            tally, auth_mechanism_read(text_of(call->sign_in.mechanism)),
            !*call->sign_in.why && call->ended == RPC_DONE);
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
    const struct mark mark = mark_set(w);
    enum call_end end;

    if (peer->session)
        peer->session->used_ms = ground->now_ms;
    end = run(&call, w, late_out);
    if (end == CALL_ANSWERED)
        count(&call);
    drop(&call);
    if (end == CALL_ANSWERED && request->is_notification)
        mark_return(w, mark);
    return end;
}

void call_record(struct call_late *late, struct call_ground *ground,
                 struct json_writer *w)
{
    struct call *call = &late->call;
    enum rpc_error error = late->error;

    call->ground = ground;
    if (keep_record(call, error) != STATUS_OK) {
        mark_return(w, late->mark);
        error = RPC_UNAVAILABLE;
        call->message = NULL;
    }
    if (error != RPC_DONE)
        fail(call, error, w);
    count(call);
    if (call->request->is_notification)
        mark_return(w, late->mark);
}

void call_late_free(struct call_late *late)
{
    if (!late)
        return;
    drop(&late->call);
    generation_free(late->generation);
    free(late);
}
