/*
 * Asks what a user may do, and why: the gate's own decision, without acting.
 *
 * Users may ask about themselves; asking about others needs Read on
 * administrators. Objects that the caller may not read are never disclosed
 * (T60).
 */
#include "provider/base/mutant.h"
#include "provider/call/access.h"
#include "provider/call/answer.h"
#include "provider/call/method.h"
#include "provider/method/attempt.h"
#include "provider/method/methods.h"
#include "provider/object/question.h"
#include "rbac/explain.h"

/* ---- An act with its content ---- */

static const char *attempt_code(const struct attempt *attempt)
{
    const struct denial *denial = &attempt->act.denial;

    if (attempt->ended == RPC_DONE)
        return rbac_reason_name(RBAC_ALLOWED);
    if (attempt->ended == RPC_NOT_FOUND)
        return "not-found";
    if (denial->is_set && *denial_code(denial))
        return denial_code(denial);
    return rpc_error_reason(attempt->ended);
}

static void put_attempt(struct call *call, struct attempt *attempt,
                        struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_string(w, "user", call->peer->session->user);
    writer_put_text(w, "act", attempt->request.method);
    writer_put_bool(w, "allowed", attempt->ended == RPC_DONE);
    if (attempt->ended == RPC_LEVEL_TOO_LOW)
        writer_put_string(
            w, "level_required",
            auth_level_name(attempt->act.denial.decision.level_required));
    writer_put_string(w, "code", attempt_code(attempt));
    writer_put_string(w, "level", auth_level_name(call->gate.level));
    if (attempt->ended != RPC_DONE) {
        writer_key(w, "error");
        answer_error_value(&attempt->act, attempt->ended, w);
    }
    writer_object_end(w);
}

/* Exactly the answer that the act would get. */
static enum rpc_error try_act(struct call *call, struct json_writer *w)
{
    SCOPED(attempt_clear) struct attempt attempt = {0};
    const enum rpc_error error = attempt_run(call, &attempt);

    if (error == RPC_DONE)
        put_attempt(call, &attempt, w);
    return error;
}

/* Are operation and class given? */
static enum rpc_error need_question(struct call *call, const char *why)
{
    if (params_value(call->params, "operation") &&
        params_value(call->params, "class"))
        return RPC_DONE;
    call->problem = (struct rpc_problem){"operation", why};
    return RPC_INVALID_PARAMS;
}

/* ---- access.check ---- */

static void put_decision(const struct access *access,
                         struct rbac_decision decision, struct json_writer *w)
{
    writer_put_bool(w, "allowed", decision.verdict == RBAC_ALLOW);
    if (decision.verdict == RBAC_ALLOW_AT_LEVEL)
        writer_put_string(w, "level_required",
                          auth_level_name(decision.level_required));
    writer_put_string(w, "code",
                      access->is_hidden ? "not-found"
                                        : rbac_reason_name(decision.reason));
}

static struct rbac_decision decide(const struct access *access)
{
    if (access->is_hidden)
        return (struct rbac_decision){0};
    return access_decide(access);
}

static enum rpc_error check_one(struct call *call, const json_t *asked,
                                struct json_writer *w)
{
    SCOPED(access_clear) struct access access = {.call = call};
    const enum rpc_error error = access_read(&access, asked);

    if (error != RPC_DONE)
        return error;
    writer_object_begin(w);
    put_decision(&access, decide(&access), w);
    writer_object_end(w);
    return RPC_DONE;
}

static enum rpc_error check_many(struct call *call, const json_t *checks,
                                 struct json_writer *w)
{
    static const struct param item_params[] = {
        {"operation", PARAM_TEXT, true, 256},
        {"class", PARAM_TEXT, true, 256},
        {"key", PARAM_TEXT, false, OBJECT_KEY_MAX_BYTES},
        {"level", PARAM_LEVEL, false, 0},
    };
    enum rpc_error error = RPC_DONE;

    writer_array_begin(w);
    for (size_t i = 0; i < json_array_size(checks) && error == RPC_DONE; i++) {
        const json_t *asked = json_array_get(checks, i);

        if (!params_check(asked, item_params, ARRAY_SIZE(item_params),
                          &call->problem))
            return RPC_INVALID_PARAMS;
        if (!MUTANT("b7-checks-without-end") &&
            !store_may_go_on(call->ground->store))
            return RPC_LIMIT;
        error = check_one(call, asked, w);
    }
    writer_array_end(w);
    return error;
}

enum rpc_error run_access_check(struct call *call, struct json_writer *result)
{
    const json_t *checks = params_value(call->params, "checks");

    enum rpc_error error;

    if (params_value(call->params, "act"))
        return try_act(call, result);
    if (checks)
        return check_many(call, checks, result);
    error = need_question(
        call, "Give operation and class, or several as checks, or an act.");
    return error == RPC_DONE ? check_one(call, call->params, result) : error;
}

/* ---- access.explain ---- */

/* The smallest change that would allow it. */
static void put_change(const struct access *access,
                       const struct rbac_finding *finding,
                       struct json_writer *w)
{
    if (finding->change == RBAC_CHANGE_NONE)
        return;
    writer_key(w, "change");
    writer_object_begin(w);
    writer_put_string(w, "kind", rbac_change_name(finding->change));
    if (finding->change == RBAC_CHANGE_ADD_SCOPE)
        access_put_scope(access, finding->change_category, w);
    if (finding->change == RBAC_CHANGE_ADD_COLLECTION ||
        finding->change == RBAC_CHANGE_REMOVE_COLLECTION)
        access_put_collection(access, finding->change_category, w);
    if (finding->change == RBAC_CHANGE_SIGN_IN_AT)
        writer_put_string(w, "level", auth_level_name(finding->level_required));
    writer_object_end(w);
}

static void put_findings(const struct access *access, bool is_allowed,
                         struct json_writer *w)
{
    const struct rbac_request request = is_allowed || MUTANT("a10-hints")
                                            ? access_request(access)
                                            : access_request_shown(access);
    struct rbac_explanation why;

    rbac_explain(access->subject, &request, &why);
    for (size_t i = 0; i < why.n_findings; i++) {
        const struct rbac_finding *finding = &why.findings[i];

        writer_object_begin(w);
        access_put_grant(access, &finding->grant, w);
        writer_put_string(w, "code", rbac_reason_name(finding->reason));
        writer_put_string(w, "text", rbac_reason_text(finding->reason));
        put_change(access, finding, w);
        writer_object_end(w);
    }
}

static enum rpc_error explain(struct call *call, struct json_writer *result)
{
    SCOPED(access_clear) struct access access = {.call = call};
    const enum rpc_error error = access_read(&access, call->params);
    struct rbac_decision decision;

    if (error != RPC_DONE)
        return error;
    if (access.is_hidden)
        return RPC_NOT_FOUND;
    decision = access_decide(&access);
    writer_object_begin(result);
    writer_put_string(result, "user", access.user);
    access_put_note(&access, result);
    put_decision(&access, decision, result);
    writer_put_string(result, "text", rbac_reason_text(decision.reason));
    writer_put_string(result, "level", auth_level_name(access.question.level));
    writer_key(result, "findings");
    writer_array_begin(result);
    if (question_decide(&access.question).verdict == decision.verdict)
        put_findings(&access, decision.verdict != RBAC_DENY,
                     result); /* the cause is not a lack of grants */
    writer_array_end(result);
    writer_object_end(result);
    return RPC_DONE;
}

enum rpc_error run_access_explain(struct call *call, struct json_writer *result)
{
    enum rpc_error error;

    if (params_value(call->params, "act"))
        return try_act(call, result);
    error = need_question(call, "Give operation and class, or an act.");
    return error == RPC_DONE ? explain(call, result) : error;
}
