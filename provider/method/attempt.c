#include "provider/method/attempt.h"

#include <stdio.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/call/denial.h"
#include "provider/call/method.h"
#include "provider/method/policy_call.h"

enum { ANSWER_MAX_BYTES = 16 * 1024 * 1024 };

void attempt_clear(struct attempt *attempt)
{
    object_target_clear(&attempt->act.target);
    buf_free(&attempt->act.messages);
    buf_free(&attempt->act.note);
    store_free(attempt->copy);
}

/* ---- The act ---- */

static enum rpc_error refuse(struct call *call, const char *at, const char *why)
{
    snprintf(call->problem.at, sizeof(call->problem.at), "%s", at);
    call->problem.why = why;
    return RPC_INVALID_PARAMS;
}

static bool is_act(const struct method *method)
{
    return method && (method->flags & METHOD_WRITES) &&
           method->needs.verb != VERB_IMPORT && /* it has a dry run */
           (method->needs.kind == NEEDS_VERB ||
            method->needs.kind == NEEDS_METHOD);
}

static bool is_about_another(const struct call *call)
{
    static const char *const others[] = {"operation", "class",  "key",
                                         "user",      "checks", "level"};

    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        if (params_value(call->params, others[i]))
            return true;
    return false;
}

static enum rpc_error read_act(struct call *call, struct attempt *attempt)
{
    const json_t *asked = params_value(call->params, "act");
    const json_t *params = json_object_get(asked, "params");
    const char *method = json_string_value(json_object_get(asked, "method"));

    if (is_about_another(call))
        return refuse(call, "act",
                      "An act is explained alone, and for yourself. Leave out "
                      "the other parameters.");
    if (!method || !json_is_object(params) || json_object_size(asked) != 2)
        return refuse(call, "act", "An act needs method and params.");
    if (!is_act(method_find(call->ground->methods, text_of(method))))
        return refuse(call, "act",
                      "The method is object.create, object.update,"
                      " object.delete or object.invoke.");
    attempt->request = (struct rpc_request){.method = text_of(method)};
    attempt->request.params = params;
    return RPC_DONE;
}

/* ---- Trying ---- */

static void set_ground(struct attempt *attempt, const struct call *call)
{
    attempt->ground = *call->ground;
    attempt->ground.store = attempt->copy;
    memset(attempt->ground.lately, 0, sizeof(attempt->ground.lately));
    attempt->act = (struct call){
        .ground = &attempt->ground,
        .peer = call->peer,
        .request = &attempt->request,
        .messages = buf_make(64 * 1024),
        .note = buf_make(8 * 1024),
    };
}

/* Checks of the whole site run when the change would be kept. */
static enum rpc_error check_site(const struct attempt *attempt)
{
    OWNED(site) site = NULL;
    enum status loaded;

    if (!attempt->act.act.estate_changed)
        return RPC_DONE;
    loaded = site_load(attempt->copy, &site);
    if (loaded == STATUS_OK)
        return RPC_DONE;
    return loaded == STATUS_INVALID ? RPC_CONFLICT : RPC_UNAVAILABLE;
}

static void run(struct attempt *attempt)
{
    SCOPED(buf_free) struct buf answer = buf_make(ANSWER_MAX_BYTES);
    struct json_writer w = json_writer_make(&answer);

    if (!MUTANT("d2-content-unforeseen"))
        attempt->ended = call_pass(&attempt->act, &w);
    if (attempt->ended == RPC_DONE)
        attempt->ended = check_site(attempt);
    attempt->ended = denial_settle(&attempt->act, attempt->ended);
}

enum rpc_error attempt_run(struct call *call, struct attempt *attempt)
{
    enum rpc_error error = read_act(call, attempt);

    if (error == RPC_DONE)
        error = method_error(call_copy(call->ground->store, &attempt->copy));
    if (error != RPC_DONE)
        return error;
    set_ground(attempt, call);
    run(attempt);
    policy_call_copied(call, attempt->copy);
    if (call->is_cut || attempt->act.is_cut)
        return RPC_UNAVAILABLE;
    return RPC_DONE;
}
