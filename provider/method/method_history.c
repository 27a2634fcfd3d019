/* The versions of the policy: applied, running, pending. */
#include "policy/write.h"
#include "provider/base/datetime.h"
#include "provider/call/gate.h"
#include "provider/call/method.h"
#include "provider/method/methods.h"
#include "provider/method/policy_call.h"
#include "provider/rollout/directory.h"
#include "provider/rollout/rollout_write.h"

enum {
    HISTORY_DEFAULT = 100,
    EXPORT_MAX_BYTES = 8 * 1024 * 1024,
    ARENA_MAX_BYTES = 512 * 1024 * 1024,
};

enum rpc_error run_policy_history(struct call *call, struct json_writer *result)
{
    return method_error(policy_version_list(
        call->ground->store, params_integer(call->params, "after", 0),
        params_integer(call->params, "limit", HISTORY_DEFAULT), result));
}

/* ---- policy.export ---- */

static enum status put_file(void *context, struct policy_file file)
{
    struct json_writer *w = context;
    SCOPED(memory_drop) char *name = text_dup(file.name);

    if (!name)
        return STATUS_NO_MEMORY;
    writer_put_text(w, name, file.text);
    return STATUS_OK;
}

static enum rpc_error export_version(struct call *call, struct json_writer *w)
{
    struct policy_version version;
    enum rpc_error error = policy_call_need(call, VERB_LIST);

    if (error == RPC_DONE)
        error = policy_call_version(call, "version", &version);
    if (error != RPC_DONE)
        return error;
    return method_error(
        policy_files_visit(call->ground->store, version.digest, put_file, w));
}

static bool tells_exclusions(const struct call *call)
{
    return gate_ask_policy(call, VERB_LIST).decision.verdict == RBAC_ALLOW;
}

/* The running version; source_out NULL: none was ever applied. */
static enum status read_running(struct call *call, struct source **source_out)
{
    struct policy_version running;

    *source_out = NULL;
    TRY(policy_version_newest(call->ground->store, NULL, &running));
    if (running.number == 0)
        return STATUS_OK;
    return source_read_stored(call->ground->store, running.digest,
                              &call->peer->settings->config->realms,
                              source_out);
}

/* Objects declared and created in the console, as one file. */
static enum status write_all(struct call *call, struct buf *out)
{
    OWNED(export) all = NULL;
    OWNED(source) running = NULL;

    TRY(export_read(call->ground->store, &all));
    TRY(read_running(call, &running));
    if (running) {
        all->policy.tests = running->policy->tests;
        all->policy.n_tests = running->policy->n_tests;
    }
    if (!tells_exclusions(call))
        export_drop_exclusions(all);
    return export_write(all, out);
}

static enum status write_declared(struct call *call, struct buf *out)
{
    OWNED(source) running = NULL;
    struct policy told;

    TRY(read_running(call, &running));
    if (!running) {
        buf_append_string(out, "version: 1\n");
        return buf_status(out);
    }
    told = *running->policy;
    if (!tells_exclusions(call)) {
        told.n_exclusions = 0;
        buf_append_string(out, EXPORT_NO_EXCLUSIONS);
    }
    return policy_write(&told, out);
}

static enum rpc_error export_canonical(struct call *call, struct json_writer *w)
{
    SCOPED(buf_free) struct buf text = buf_make(EXPORT_MAX_BYTES);
    const bool is_all = params_boolean(call->params, "all");
    const enum status status =
        is_all ? write_all(call, &text) : write_declared(call, &text);

    if (status == STATUS_OK)
        writer_put_text(w, "policy.yaml", buf_text(&text));
    return method_error(status);
}

enum rpc_error run_policy_export(struct call *call, struct json_writer *result)
{
    enum rpc_error error;

    writer_object_begin(result);
    writer_key(result, "files");
    writer_object_begin(result);
    error = params_value(call->params, "version")
                ? export_version(call, result)
                : export_canonical(call, result);
    writer_object_end(result);
    writer_object_end(result);
    return error;
}

/* ---- policy.status ---- */

static void put_running(const struct policy_version *running,
                        struct json_writer *w)
{
    if (running->number > 0)
        policy_version_put(running, w);
    else
        writer_put_int(w, "version", 0);
}

enum rpc_error run_policy_status(struct call *call, struct json_writer *result)
{
    struct policy_version running;
    enum status status =
        policy_version_newest(call->ground->store, NULL, &running);

    if (status != STATUS_OK)
        return method_error(status);
    writer_object_begin(result);
    put_running(&running, result);
    if (call->ground->directory)
        directory_put(call->ground->directory, running.digest, result);
    writer_put_bool(result, "approval",
                    call->peer->settings->config->policy_approval);
    writer_key(result, "waiting");
    status = policy_waiting_list(call->ground->store, result);
    writer_object_end(result);
    return method_error(status);
}

/* ---- policy.diff ---- */

static enum status put_difference(const struct source *from,
                                  const struct source *to, int64_t now_s,
                                  struct json_writer *w)
{
    OWNED(arena) arena = NULL;
    struct policy_plan plan;
    struct rights_difference rights;

    TRY(arena_new(ARENA_MAX_BYTES, &arena));
    TRY(policy_plan_make(from->policy, to->policy, arena, &plan));
    TRY(policy_rights_compare(from->policy, to->policy, now_s, arena, &rights));
    writer_object_begin(w);
    TRY(rollout_put_difference(&plan, &rights, NULL, w));
    writer_object_end(w);
    return STATUS_OK;
}

static enum rpc_error read_side(struct call *call, const char *param,
                                struct source **source_out)
{
    struct policy_version version;
    const enum rpc_error error = policy_call_version(call, param, &version);

    if (error != RPC_DONE)
        return error;
    return policy_call_stored(call, version.digest, source_out);
}

enum rpc_error run_policy_diff(struct call *call, struct json_writer *result)
{
    OWNED(source) from = NULL;
    OWNED(source) to = NULL;
    enum rpc_error error = read_side(call, "from", &from);

    if (error == RPC_DONE)
        error = read_side(call, "to", &to);
    if (error != RPC_DONE)
        return error;
    return method_error(put_difference(from, to, call->ground->now_s, result));
}
