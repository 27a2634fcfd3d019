/*
 * Checks and plans policy files. Nothing here changes anything.
 */
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/method/policy_call.h"
#include "provider/rollout/replay.h"
#include "provider/rollout/rollout_write.h"
#include "rbac/catalog.h"

enum rpc_error run_policy_check(struct call *call, struct json_writer *result)
{
    const json_t *files = params_value(call->params, "files");
    const struct policy_facts facts =
        settings_facts(call->peer->settings, call->ground->now_s);
    OWNED(source) source = NULL;
    enum status status;

    status =
        source_read_json(files, &call->peer->settings->config->realms, &source);
    if (status == STATUS_OK)
        status = source_check(source, &facts);
    if (status != STATUS_OK && status != STATUS_INVALID)
        return method_error(status);
    writer_object_begin(result);
    writer_put_bool(result, "valid", status == STATUS_OK);
    writer_key(result, "messages");
    source_write_messages(source, result);
    writer_object_end(result);
    return RPC_DONE;
}

/* ---- policy.plan ---- */

/* Which requests of the period would be answered differently now. */
static enum status put_replay(const struct rollout *rollout, int64_t seconds,
                              struct json_writer *w)
{
    const struct replay replay = {
        .store = rollout->store,
        .audit = rollout->call->ground->store,
        .before = rollout->before,
        .after = rollout_site(rollout),
        .now_s = rollout->now_s,
        .since_s = rollout->now_s - seconds,
    };

    writer_key(w, "replay");
    return replay_put(&replay, w);
}

static enum status try_out(struct rollout *rollout, int64_t replay_s,
                           struct json_writer *w)
{
    enum status status = rollout_run(rollout);

    if (status == STATUS_INVALID && rollout->tests.n_failed)
        status = STATUS_OK; /* a plan shows which ones fail */
    TRY(status);
    TRY(rollout_compare(rollout));
    writer_object_begin(w);
    TRY(rollout_put_plan(rollout, w));
    if (replay_s > 0)
        TRY(put_replay(rollout, replay_s, w));
    writer_object_end(w);
    return STATUS_OK;
}

/* A pending request, so that its approver sees what it is; or the files of the
 * request. */
static enum rpc_error find_files(struct call *call, struct source **source_out)
{
    struct policy_waiting waiting;
    enum status status;

    if (!params_value(call->params, "digest"))
        return policy_call_files(call, source_out);
    status = policy_waiting_find(call->ground->store,
                                 params_text(call->params, "digest"), &waiting);
    if (status != STATUS_OK)
        return method_error(status);
    return policy_call_stored(call, waiting.version.digest, source_out);
}

/* A replay discloses what the audit has, so it needs the right to read that. */
static enum status may_replay(struct call *call)
{
    const struct object_need need = {RBAC_TYPE_STATUS_MESSAGE, RBAC_OP_READ};

    return params_value(call->params, "replay")
               ? object_actor_may(&call->act, need, true, NULL, 0)
               : STATUS_OK;
}

static enum rpc_error plan(struct call *call, struct source *source,
                           struct json_writer *result)
{
    OWNED(store) copy = NULL; /* outlives the rollout on it */
    SCOPED(rollout_clear) struct rollout rollout = {0};
    struct policy_caller caller;
    enum status status = call_copy(call->ground->store, &copy);

    if (status != STATUS_OK)
        return method_error(status);
    policy_caller_set(&caller, call);
    caller.caller.is_forced = params_boolean(call->params, "force");
    rollout = policy_call_rollout(call, source, &caller);
    rollout.store = copy;
    rollout.is_compared = true;
    status =
        try_out(&rollout, params_integer(call->params, "replay", 0), result);
    policy_call_copied(call, copy);
    return policy_call_fail(call, status, source);
}

enum rpc_error run_policy_plan(struct call *call, struct json_writer *result)
{
    OWNED(source) source = NULL;
    enum rpc_error error = method_error(may_replay(call));

    if (error == RPC_DONE)
        error = find_files(call, &source);
    return error == RPC_DONE ? plan(call, source, result) : error;
}
