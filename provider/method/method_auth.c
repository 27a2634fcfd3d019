/*
 * Signing in, in the loop: one SASL exchange per peer, carried by auth.start
 * and auth.step.
 *
 *     run_auth_start, _step, _prompt   a step of the exchange; not done: answer
 *     resume_auth                      the same, after a worker outside (PAM)
 *     end_exchange                     done: the outcome goes to the writer,
 *     finish_auth                      which takes it (sign_in_finish.c)
 *
 * What crosses is call->peer->outcome. A sign-in never begins in the writer or
 * the pool, which wait for nobody (call_run.c).
 */
#include <stdio.h>
#include <string.h>

#include "provider/base/base64.h"
#include "provider/base/log.h"
#include "provider/call/params.h"
#include "provider/method/methods.h"
#include "provider/method/sign_in.h"

static enum rpc_error fail_params(struct call *call, const char *at,
                                  const char *why)
{
    snprintf(call->problem.at, sizeof(call->problem.at), "%s", at);
    call->problem.why = why;
    return RPC_INVALID_PARAMS;
}

/* A session that a call had begun or raised would be there for the next request
 * of the connection, whoever sent it. */
static bool is_in_body(const struct call *call)
{
    return call->peer->channel.is_web && !call->peer->is_web_sign_in;
}

static enum rpc_error fail_in_body(struct call *call)
{
    call->message = "Over HTTPS a request signs in by its Authorization, or by "
                    "the certificate of the connection.";
    return RPC_INVALID_REQUEST;
}

/* ---- One step, where the call runs ---- */

/* Password guessing is throttled (T51). Other proofs cannot be guessed, and
 * many may come from one address. */
static bool is_throttled(struct call *call)
{
    call->retry_after_ms = peer_ask_throttle(call->peer, call->ground->throttle,
                                             call->ground->now_ms)
                               .retry_after_ms;
    return call->retry_after_ms > 0;
}

/* The user whose groups are looked up on the way to the writer. */
static void note_user(struct call *call)
{
    struct peer_outcome *outcome = &call->peer->outcome;
    const char *user =
        session_find_user(call->ground->generation->site, &outcome->evidence);

    outcome->user = user ? strdup(user) : NULL;
    outcome->accounts_why = "not-asked";
}

/* Right or wrong, the answer takes the same time, and the writer gives it. */
static enum rpc_error end_exchange(struct call *call, bool is_proved)
{
    struct peer_outcome *outcome = &call->peer->outcome;

    outcome->is_there = true;
    outcome->is_proved = is_proved;
    if (is_proved)
        auth_exchange_take(call->peer->exchange, &outcome->evidence);
    if (is_proved && call->peer->settings->groups)
        note_user(call);
    outcome->hold_ms = peer_ask_throttle(call->peer, call->ground->throttle,
                                         call->ground->now_ms)
                           .hold_ms;
    if (outcome->hold_ms > 0)
        log_info("signin.held peer=%s for_ms=%lld", call->peer->name,
                 (long long)outcome->hold_ms);
    call->wants_writer = true;
    return RPC_DONE;
}

static enum rpc_error end_throttled(struct call *call)
{
    call->peer->outcome.retry_after_ms = call->retry_after_ms;
    return end_exchange(call, false);
}

static void write_more(struct call *call, struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_bool(w, "done", false);
    sign_in_put_data(w, buf_text(&call->peer->outcome.data));
    writer_object_end(w);
    buf_wipe(&call->peer->outcome.data);
}

/* Prompts of PAM; one that needs no answer gets an empty one, so that answers
 * and prompts stay in step. */
static void write_prompts(struct call *call, struct json_writer *w)
{
    struct auth_prompt prompts[AUTH_PROMPTS_MAX];
    const size_t n = auth_exchange_prompts(call->peer->exchange, prompts);

    writer_object_begin(w);
    writer_put_bool(w, "done", false);
    writer_key(w, "prompts");
    writer_array_begin(w);
    for (size_t i = 0; i < n; i++) {
        writer_object_begin(w);
        writer_put_text(w, "text", prompts[i].text);
        writer_put_bool(w, "echo", prompts[i].style != AUTH_PROMPT_HIDDEN);
        if (prompts[i].style == AUTH_PROMPT_INFO)
            writer_put_bool(w, "info", true);
        writer_object_end(w);
    }
    writer_array_end(w);
    writer_object_end(w);
}

/* The result of a step, an answer or a worker. */
static enum rpc_error conclude(struct call *call, enum auth_progress progress,
                               struct json_writer *w)
{
    switch (progress) {
    case AUTH_CONTINUE:
        write_more(call, w);
        return RPC_DONE;
    case AUTH_PROMPT:
        peer_excuse_guess(call->peer, call->ground->throttle);
        write_prompts(call, w);
        return RPC_DONE;
    case AUTH_DONE:
        return end_exchange(call, true);
    case AUTH_WAITING:
        call->retry_after_ms =
            peer_begin_guess(call->peer, call->ground->throttle,
                             call->ground->now_ms)
                .retry_after_ms;
        if (call->retry_after_ms > 0)
            return end_throttled(call);
        call->wants_time = true;
        return RPC_DONE;
    case AUTH_REFUSED:
        break;
    }
    return end_exchange(call, false);
}

static enum rpc_error step(struct call *call, bool has_data, struct text data,
                           struct json_writer *w)
{
    struct peer *peer = call->peer;

    buf_wipe(&peer->outcome.data);
    peer->outcome.data = buf_make(AUTH_MESSAGE_MAX_BYTES);
    return conclude(call,
                    auth_exchange_step(peer->exchange, has_data, data,
                                       call->ground->now_s,
                                       &peer->outcome.data),
                    w);
}

static enum rpc_error step_encoded(struct call *call, struct json_writer *w)
{
    SCOPED(buf_wipe) struct buf data = buf_make(AUTH_MESSAGE_MAX_BYTES);

    if (base64_read(BASE64_PLAIN, params_text(call->params, "data"), &data) !=
        STATUS_OK) {
        peer_drop_exchange(call->peer);
        return fail_params(call, "data",
                           "The data is not base64, or too long.");
    }
    return step(call, params_value(call->params, "data"), buf_text(&data), w);
}

enum rpc_error resume_auth(struct call *call, struct json_writer *w)
{
    struct peer_resumed *resumed = &call->peer->resumed;

    resumed->is_there = false;
    return conclude(call, resumed->progress, w);
}

static enum status name_binding(struct call *call)
{
    if (!params_value(call->params, "binding"))
        return STATUS_OK;
    return auth_exchange_bind(
        call->peer->exchange,
        auth_binding_read(params_text(call->params, "binding")));
}

/* Whose logins does the site decide that calls with this certificate? 0: no
 * device's, or it is disabled. */
static int64_t device_of(const struct call *call)
{
    const struct site *site = call->ground->generation->site;
    const struct rbac_estate *estate = rbac_engine_estate(site->engine);
    const char *user = session_user_of(site, &call->peer->channel.certificate);
    uint32_t own;

    if (call->peer->channel.certificate.n_identities == 0 || !user)
        return 0;
    (void)site_admins_of(site, (struct site_member){.user = user}, NULL, 0,
                         &own);
    return own < estate->n_admins && !estate->admins[own].is_disabled
               ? site_user_host(site, user)
               : 0;
}

static enum rpc_error start(struct call *call, bool is_step_up,
                            struct json_writer *w)
{
    struct peer *peer = call->peer;

    peer_drop_exchange(peer);
    peer->device = device_of(call);
    peer->is_step_up = is_step_up;
    peer->exchange_begun_ms = call->ground->now_ms;
    peer->mechanism =
        auth_mechanism_read(params_text(call->params, "mechanism"));
    if (peer->mechanism == AUTH_N_MECHANISMS)
        return fail_params(call, "mechanism", "There is no such mechanism.");
    if (params_value(call->params, "binding") &&
        auth_binding_read(params_text(call->params, "binding")) ==
            AUTH_N_BINDINGS)
        return fail_params(call, "binding", "There is no such binding.");
    if (is_throttled(call))
        return end_throttled(call);
    if (!peer_may_use(peer, peer->mechanism) ||
        auth_exchange_new(peer->settings->auth, &peer->channel, peer->mechanism,
                          &peer->exchange) != STATUS_OK ||
        name_binding(call) != STATUS_OK)
        return end_exchange(call, false);
    return step_encoded(call, w);
}

enum rpc_error run_auth_start(struct call *call, struct json_writer *result)
{
    if (is_in_body(call))
        return fail_in_body(call);
    if (call->peer->session) {
        call->message =
            "You are signed in already. Use auth.step_up to raise the level.";
        return RPC_INVALID_REQUEST;
    }
    return start(call, false, result);
}

enum rpc_error run_auth_step_up(struct call *call, struct json_writer *result)
{
    if (is_in_body(call))
        return fail_in_body(call);
    return start(call, true, result);
}

static enum rpc_error fail_no_exchange(struct call *call)
{
    call->message = "No sign-in is in progress. Use auth.start to begin one.";
    return RPC_INVALID_REQUEST;
}

enum rpc_error run_auth_step(struct call *call, struct json_writer *result)
{
    if (!call->peer->exchange || is_in_body(call))
        return fail_no_exchange(call);
    return step_encoded(call, result);
}

/* more than any conversation needs: the worker refuses it */
enum { ANSWERS_WRONG = AUTH_PROMPTS_MAX + 1 };

/* The answers to the prompts that need one; exactly as many as prompts are sent
 * (T48). */
static size_t read_answers(const struct call *call,
                           struct text answers_out[AUTH_PROMPTS_MAX])
{
    const json_t *sent = params_value(call->params, "answers");
    struct auth_prompt prompts[AUTH_PROMPTS_MAX];
    const size_t n = auth_exchange_prompts(call->peer->exchange, prompts);
    size_t n_answers = 0;

    if (json_array_size(sent) != n)
        return ANSWERS_WRONG;
    for (size_t i = 0; i < n; i++) {
        const json_t *answer = json_array_get(sent, i);

        if (prompts[i].style != AUTH_PROMPT_INFO)
            answers_out[n_answers++] = (struct text){
                json_string_value(answer), json_string_length(answer)};
    }
    return n_answers;
}

enum rpc_error run_auth_prompt(struct call *call, struct json_writer *result)
{
    struct peer *peer = call->peer;
    struct text answers[AUTH_PROMPTS_MAX];
    size_t n;

    if (!peer->exchange || is_in_body(call))
        return fail_no_exchange(call);
    n = read_answers(call, answers);
    peer->has_answered = true;
    buf_wipe(&peer->outcome.data);
    peer->outcome.data = buf_make(AUTH_MESSAGE_MAX_BYTES);
    return conclude(call,
                    auth_exchange_answer(peer->exchange, answers, n,
                                         call->ground->now_s,
                                         &peer->outcome.data),
                    result);
}
