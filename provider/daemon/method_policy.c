/*
 * Policy files as texts: what is wrong with them, and what would happen if
 * they were applied. Nothing here changes anything.
 */
#include "provider/daemon/method.h"
#include "provider/daemon/methods.h"
#include "provider/daemon/policy_call.h"
#include "rbac/catalog.h"

/* What may be read in a loop without keeping its other peers waiting. */
enum { CHECK_IN_LOOP_BYTES = 64 * 1024 };

static size_t bytes_of(const json_t *files)
{
    void *at = json_object_iter((json_t *)(uintptr_t)files);
    size_t n = 0;

    for (; at; at = json_object_iter_next((json_t *)(uintptr_t)files, at))
        n += json_string_length(json_object_iter_value(at));
    return n;
}

enum rpc_error run_policy_check(struct call *call, struct json_writer *result)
{
    const json_t *files = params_value(call->params, "files");
    OWNED(source) source = NULL;
    enum status status;

    if (!call->ground->is_writer && bytes_of(files) > CHECK_IN_LOOP_BYTES) {
        call->wants_writer = true;
        return RPC_UNAVAILABLE;
    }
    status = source_read_json(files, &source);
    if (status == STATUS_OK)
        status = source_check(source, call->ground->now_s);
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

static void put_missing(const struct declare_missing *missing,
                        struct json_writer *w)
{
    const struct rbac_type *type =
        rbac_catalog_type(&rbac_catalog, missing->need.type);

    writer_object_begin(w);
    if (type && type->operation_names)
        writer_put_string(w, "operation",
                          type->operation_names[missing->need.operation]);
    if (type)
        writer_put_string(w, "class",
                          type->class_name ? type->class_name
                                           : type->display_name);
    writer_put_string(w, "name", missing->name);
    writer_put_string(w, "at", missing->place);
    writer_put_string(w, "why", rbac_reason_text(missing->decision.reason));
    writer_object_end(w);
}

static void put_all_missing(const struct rollout *rollout,
                            struct json_writer *w)
{
    size_t n;
    const struct declare_missing *missing =
        declare_missing(rollout->declare, &n);

    writer_key(w, "missing");
    writer_array_begin(w);
    for (size_t i = 0; i < n; i++)
        put_missing(&missing[i], w);
    writer_array_end(w);
}

static void put_tests(const struct trial_count *count, struct json_writer *w)
{
    writer_key(w, "tests");
    writer_object_begin(w);
    writer_put_int(w, "passed", (int64_t)count->n_passed);
    writer_put_int(w, "failed", (int64_t)count->n_failed);
    writer_object_end(w);
}

static enum status put_plan(struct rollout *rollout, struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_int(w, "version", rollout->current.number);
    writer_put_string(w, "digest", rollout->source->digest);
    writer_put_string(w, "plan_digest", rollout->digest);
    writer_key(w, "changes");
    policy_plan_write_json(&rollout->plan, w);
    writer_key(w, "rights");
    rights_write_json(&rollout->rights, w);
    writer_key(w, "messages");
    source_write_messages(rollout->source, w);
    put_tests(&rollout->tests, w);
    put_all_missing(rollout, w);
    writer_object_end(w);
    return STATUS_OK;
}

static enum status try_out(struct rollout *rollout, struct json_writer *w)
{
    enum status status = rollout_run(rollout);

    if (status == STATUS_INVALID && rollout->tests.n_failed)
        status = STATUS_OK; /* a plan tells which ones fail */
    TRY(status);
    TRY(rollout_compare(rollout));
    return put_plan(rollout, w);
}

enum rpc_error run_policy_plan(struct call *call, struct json_writer *result)
{
    OWNED(source) source = NULL;
    SCOPED(rollout_clear) struct rollout rollout = {0};
    struct policy_caller caller;
    enum status status;
    const enum rpc_error error = policy_call_files(call, &source);

    if (error != RPC_DONE)
        return error;
    policy_caller_set(&caller, call);
    rollout = policy_call_rollout(call, source, &caller);
    rollout.is_compared = true;
    status = store_part_begin(rollout.store);
    if (status != STATUS_OK)
        return method_error(status);
    status = try_out(&rollout, result);
    if (!policy_call_undo(call))
        return RPC_UNAVAILABLE;
    return policy_call_fail(call, status, source);
}
