#include "provider/method/policy_call.h"

#include <stdio.h>
#include <string.h>

#include "provider/call/gate.h"
#include "provider/call/method.h"

void policy_caller_set(struct policy_caller *caller, const struct call *call)
{
    const struct session *session = call->peer->session;

    session_groups(session, call->ground->generation->site, &caller->groups);
    caller->caller = (struct declare_caller){
        .user = session->user,
        .groups = caller->groups.names,
        .n_groups = caller->groups.n,
        .level = call->gate.level,
        .now_s = call->ground->now_s,
    };
}

/* ---- Errors ---- */

/* The first error, as the sentence of the answer; all of them as its data. */
static void write_messages(struct call *call, const struct source *source)
{
    struct json_writer w = json_writer_make(&call->messages);
    struct object_failure *failure = &call->act.failure;
    size_t n;
    const struct policy_message *messages =
        policy_set_messages(source->set, &n);

    source_write_messages(source, &w);
    strcpy(failure->property, "files");
    snprintf(failure->why, sizeof(failure->why),
             "The policy files contain errors.");
    for (size_t i = 0; i < n; i++) {
        const struct policy_message *first = &messages[i];

        if (first->severity != POLICY_ERROR)
            continue;
        snprintf(failure->why, sizeof(failure->why), "%.100s:%u:%u: %s",
                 first->place.file ? first->place.file : "policy",
                 first->place.line, first->place.column, first->text);
        return;
    }
}

enum rpc_error policy_call_fail(struct call *call, enum status status,
                                const struct source *source)
{
    if (status == STATUS_INVALID && source)
        write_messages(call, source);
    return method_error(status);
}

enum rpc_error policy_call_deny(struct call *call,
                                const struct declare_missing *missing)
{
    struct object_failure *failure = &call->act.failure;

    *failure = (struct object_failure){
        .denial = denial_make(missing->decision, missing->need),
    };
    snprintf(failure->place, sizeof(failure->place), "%s", missing->place);
    snprintf(failure->why, sizeof(failure->why), "%.127s: %.256s: %s",
             missing->place, missing->name,
             rbac_reason_text(missing->decision.reason));
    return RPC_DENIED;
}

enum rpc_error policy_call_need(struct call *call, enum gate_verb verb)
{
    const struct policy_answer answer = gate_ask_policy(call, verb);

    if (answer.decision.verdict == RBAC_ALLOW)
        return RPC_DONE;
    call->act.failure = (struct object_failure){
        .denial = denial_make(answer.decision, answer.need),
    };
    denial_name_object(&call->act.failure.denial, NULL, answer.key);
    return RPC_DENIED;
}

/* ---- Parameters ---- */

enum rpc_error policy_call_files(struct call *call, struct source **source_out)
{
    const enum status status =
        source_read_json(params_value(call->params, "files"),
                         &call->peer->settings->config->realms, source_out);

    return policy_call_fail(call, status, *source_out);
}

enum rpc_error policy_call_version(struct call *call, const char *param,
                                   struct policy_version *version_out)
{
    const enum status status = policy_version_find(
        call->ground->store, params_integer(call->params, param, 0),
        version_out);

    return method_error(status);
}

enum rpc_error policy_call_stored(struct call *call, const char *digest,
                                  struct source **source_out)
{
    const enum status status =
        source_read_stored(call->ground->store, digest,
                           &call->peer->settings->config->realms, source_out);

    return policy_call_fail(call, status, *source_out);
}

/* ---- Rolling out ---- */

struct rollout policy_call_rollout(struct call *call, struct source *source,
                                   const struct policy_caller *caller)
{
    return (struct rollout){
        .store = call->ground->store,
        .before = call->ground->generation->site,
        .source = source,
        .caller = &caller->caller,
        .call = call,
        .settings = call->peer->settings,
        .now_s = call->ground->now_s,
    };
}

void policy_call_copied(struct call *call, const struct store *copy)
{
    call->is_cut |= store_is_spent(copy);
}

bool policy_call_undo(struct call *call)
{
    if (store_part_undo(call->ground->store) == STATUS_OK)
        return true;
    call->ground->is_broken = true;
    return false;
}
