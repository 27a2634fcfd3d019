/*
 * Applies policy files, rolls back, and approves where the configuration
 * requires a second person.
 */
#include <stdio.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/call/approval.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/method/policy_call.h"
#include "provider/store/policy_room.h"

/* A step: what it applies, and on whose word. */
struct step {
    struct source *source;
    struct policy_version version; /* author, origin, message, approver */
    bool is_planned;               /* it must still be this plan: */
    struct text plan_digest;
    bool waits; /* for approval, instead of being kept */
};

static void copy(char *out, size_t size, struct text text)
{
    snprintf(out, size, "%.*s", (int)text.size, text.size ? text.data : "");
}

static void step_set(struct step *step, const struct call *call,
                     const char *origin)
{
    struct policy_version *version = &step->version;

    copy(version->author, sizeof(version->author),
         text_of(call->peer->session->user));
    copy(version->origin, sizeof(version->origin), text_of(origin));
    copy(version->message, sizeof(version->message),
         params_text(call->params, "message"));
    step->is_planned = params_value(call->params, "plan_digest") != NULL;
    step->plan_digest = params_text(call->params, "plan_digest");
    step->waits = call->peer->settings->config->policy_approval;
}

/* ---- The answer and the record ---- */

static void put_outcome(const struct step *step, const struct rollout *rollout,
                        struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_int(w, "version",
                   step->waits ? rollout->current.number
                               : step->version.number);
    writer_put_string(w, "digest", rollout->source->digest);
    writer_put_bool(w, "changed", !step->waits && rollout->changed);
    writer_put_bool(w, "waiting", step->waits);
    writer_object_end(w);
}

static void note(struct call *call, const struct step *step,
                 const struct rollout *rollout)
{
    struct json_writer w = json_writer_make(&call->note);

    buf_clear(&call->note);
    writer_object_begin(&w);
    if (!step->waits && step->version.number)
        writer_put_int(&w, "version", step->version.number);
    writer_put_string(&w, "sha256", step->source->digest);
    writer_put_bool(&w, "changed", rollout->changed);
    if (step->waits)
        writer_put_bool(&w, "waiting", true);
    if (step->version.approver[0])
        writer_put_string(&w, "author", step->version.author);
    if (step->version.message[0])
        writer_put_string(&w, "message", step->version.message);
    writer_object_end(&w);
}

/* ---- The step ---- */

static enum rpc_error check_plan(struct call *call, const struct step *step,
                                 struct rollout *rollout)
{
    const enum status status =
        rollout->is_compared ? rollout_compare(rollout) : STATUS_OK;

    if (status != STATUS_OK)
        return method_error(status);
    if (!step->is_planned ||
        text_equal(step->plan_digest, text_of(rollout->digest)))
        return RPC_DONE;
    call->message =
        "The plan has changed, because the site or the files have. Plan again.";
    return RPC_CONFLICT;
}

static enum rpc_error run_step(struct call *call, struct step *step,
                               struct rollout *rollout)
{
    const struct declare_missing *missing;
    const enum status status = rollout_run(rollout);
    size_t n;

    note(call, step, rollout);
    if (status != STATUS_OK)
        return policy_call_fail(call, status, step->source);
    missing = declare_missing(rollout->declare, &n);
    if (n > 0)
        return policy_call_deny(call, &missing[0]);
    return check_plan(call, step, rollout);
}

/* Undone, but the files are kept until somebody approves or rejects them. */
static enum status put_waiting(struct call *call, const struct step *step,
                               const struct rollout *rollout)
{
    struct policy_waiting waiting = {.version = step->version};

    waiting.version.time_s = call->ground->now_s;
    waiting.until_s = approval_until(call);
    memcpy(waiting.version.digest, step->source->digest,
           sizeof(waiting.version.digest));
    memcpy(waiting.plan_digest, rollout->digest, sizeof(waiting.plan_digest));
    TRY(approval_evidence(call->peer->session, waiting.evidence));
    TRY(source_keep(step->source, call->ground->store));
    return policy_waiting_put(call->ground->store, &waiting);
}

static enum rpc_error keep(struct call *call, struct step *step,
                           struct rollout *rollout)
{
    const enum status status = rollout_keep(rollout, &step->version);

    if (status != STATUS_OK)
        return policy_call_undo(call) ? method_error(status) : RPC_UNAVAILABLE;
    if (rollout->changed) {
        call->act.estate_changed = true;
        call->next_site = TAKE(rollout->after);
    }
    if (store_part_keep(call->ground->store) == STATUS_OK)
        return RPC_DONE;
    call->ground->is_broken = true;
    return RPC_UNAVAILABLE;
}

static enum rpc_error finish_step(struct call *call, struct step *step,
                                  struct rollout *rollout,
                                  struct json_writer *result)
{
    enum status status = STATUS_OK;
    enum rpc_error error;

    if (step->waits) {
        if (!policy_call_undo(call))
            return RPC_UNAVAILABLE;
        status = put_waiting(call, step, rollout);
        if (status == STATUS_CONFLICT)
            call->message =
                "Somebody else requested the same, and it awaits approval.";
    } else {
        error = keep(call, step, rollout);
        if (error != RPC_DONE)
            return error;
    }
    note(call, step, rollout);
    put_outcome(step, rollout, result);
    return method_error(status);
}

static enum rpc_error check_room(struct call *call, const struct step *step)
{
    const enum status status =
        policy_room_check(call->ground->store, step->version.author,
                          source_n_bytes(step->source), call->ground->now_s);

    if (status == STATUS_LIMIT) {
        call->message = "You have applied too many or too large versions of "
                        "the policy recently. Try again later.";
        call->retry_after_ms = POLICY_RATE_S * 1000;
    }
    return method_error(status);
}

static enum rpc_error take_step(struct call *call, struct step *step,
                                struct json_writer *result)
{
    SCOPED(rollout_clear) struct rollout rollout = {0};
    struct policy_caller caller;
    enum rpc_error error = check_room(call, step);

    if (error != RPC_DONE)
        return error;
    policy_caller_set(&caller, call);
    caller.caller.is_forced = params_boolean(call->params, "force");
    if (step->version.approver[0])
        caller.caller.asked_by = step->version.author;
    rollout = policy_call_rollout(call, step->source, &caller);
    rollout.is_compared = step->waits || step->is_planned;
    rollout.is_restored = strcmp(step->version.origin, "rollback") == 0;
    if (store_part_begin(rollout.store) != STATUS_OK)
        return RPC_UNAVAILABLE;
    error = run_step(call, step, &rollout);
    if (error == RPC_DONE)
        return finish_step(call, step, &rollout, result);
    return policy_call_undo(call) ? error : RPC_UNAVAILABLE;
}

enum rpc_error run_policy_apply(struct call *call, struct json_writer *result)
{
    OWNED(source) source = NULL;
    struct step step = {0};
    const enum rpc_error error = policy_call_files(call, &source);

    if (error != RPC_DONE)
        return error;
    step.source = source;
    step_set(&step, call, "console");
    return take_step(call, &step, result);
}

enum rpc_error run_policy_rollback(struct call *call,
                                   struct json_writer *result)
{
    OWNED(source) source = NULL;
    struct policy_version back;
    struct step step = {0};
    enum rpc_error error = policy_call_version(call, "version", &back);

    if (error == RPC_DONE)
        error = policy_call_stored(call, back.digest, &source);
    if (error != RPC_DONE)
        return error;
    step.source = source;
    step_set(&step, call, "rollback");
    if (!step.version.message[0])
        snprintf(step.version.message, sizeof(step.version.message),
                 "back to version %lld", (long long)back.number);
    return take_step(call, &step, result);
}

/* ---- Approval ---- */

/* Its author may have been removed since, or have withdrawn it (T88). */
enum { WAITING_MAX_S = 7 * 24 * 3600 };

static enum rpc_error find_waiting(struct call *call,
                                   struct policy_waiting *waiting)
{
    return method_error(policy_waiting_find(
        call->ground->store, params_text(call->params, "digest"), waiting));
}

static bool is_author(const struct call *call,
                      const struct policy_waiting *waiting)
{
    return strcmp(waiting->version.author, call->peer->session->user) == 0;
}

/*
 * The approver needs every right that the change needs, as its author did, and
 * it must still be the change that was requested.
 */
enum rpc_error run_policy_approve(struct call *call, struct json_writer *result)
{
    OWNED(source) source = NULL;
    struct policy_waiting waiting;
    struct step step = {0};
    enum rpc_error error = find_waiting(call, &waiting);

    if (error != RPC_DONE)
        return error;
    if (call->ground->now_s - waiting.version.time_s >= WAITING_MAX_S) {
        call->message =
            "The request is more than a week old. Apply the policy again.";
        return RPC_CONFLICT;
    }
    if (call->ground->now_s >= waiting.until_s && !MUTANT("a5-author-ended")) {
        return approval_refuse(
            call, "The author no longer has the right to make this request. "
                  "It must be made again.");
    }
    error = approval_check_person(call, &waiting);
    if (error == RPC_DONE)
        error = policy_call_stored(call, waiting.version.digest, &source);
    if (error != RPC_DONE)
        return error;
    step.source = source;
    step.version = waiting.version;
    step.is_planned = true;
    step.plan_digest = text_of(waiting.plan_digest);
    copy(step.version.approver, sizeof(step.version.approver),
         text_of(call->peer->session->user));
    error = take_step(call, &step, result);
    if (error != RPC_DONE)
        return error;
    return method_error(
        policy_waiting_drop(call->ground->store, waiting.version.digest));
}

/* Its author, or anybody who may change administrators. */
enum rpc_error run_policy_reject(struct call *call, struct json_writer *result)
{
    const struct object_class *admin = object_class_find(TEXT("SMS_Admin"));
    struct policy_waiting waiting;
    enum rpc_error error = find_waiting(call, &waiting);
    enum status status = STATUS_OK;

    if (error != RPC_DONE)
        return error;
    if (!is_author(call, &waiting))
        status = object_actor_may(&call->act, admin->modify, false, NULL, 0);
    if (status == STATUS_OK)
        status =
            policy_waiting_drop(call->ground->store, waiting.version.digest);
    if (status == STATUS_OK)
        writer_null(result);
    return method_error(status);
}
