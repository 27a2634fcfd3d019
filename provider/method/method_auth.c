/*
 * Signing in: one SASL exchange per peer, carried by auth.start and auth.step.
 *
 * The exchange runs in its loop. When it has finished, the result goes to the
 * writer: the evidence is matched with an administrator of the present site,
 * and the session is opened in the same change as its record. Every refusal has
 * the same answer (T52).
 */
#include <stdio.h>
#include <string.h>

#include "provider/base/base64.h"
#include "provider/base/log_rate.h"
#include "provider/call/params.h"
#include "provider/method/methods.h"
#include "provider/store/used_token.h"

#define TOKEN_REPLAYED "token-replayed"
#define NO_PLACE       "too-many-sessions"

static enum rpc_error fail_params(struct call *call, const char *at,
                                  const char *why)
{
    snprintf(call->problem.at, sizeof(call->problem.at), "%s", at);
    call->problem.why = why;
    return RPC_INVALID_PARAMS;
}

static void write_data(struct json_writer *w, struct text bytes)
{
    SCOPED(buf_wipe) struct buf encoded = buf_make(2 * AUTH_MESSAGE_MAX_BYTES);

    base64_append(&encoded, BASE64_PLAIN, bytes);
    writer_put_text(w, "data", buf_text(&encoded));
}

/* ---- The end of an exchange, in the writer ---- */

static void tell_brake(const struct call *call, bool is_accepted)
{
    peer_tell_brake(call->peer, call->ground->brake, is_accepted,
                    call->ground->now_ms);
}

/* Are the user's groups on this host known? Unknown is not the same as none
 * (T56). */
static bool is_asked_for(const struct peer *peer, const char *user)
{
    const struct peer_outcome *outcome = &peer->outcome;

    return outcome->user && strcmp(outcome->user, user) == 0 &&
           !outcome->accounts_why;
}

/* NULL if the evidence makes a session for the user, else why it does not. */
static const char *why_not(const struct call *call, const char *user,
                           const struct auth_evidence *evidence)
{
    const struct peer *peer = call->peer;

    if (!user)
        return "unknown-identity";
    if (evidence->acting_as)
        return "acting-as-another";
    if (auth_level_of(evidence, call->ground->now_s) == AUTH_LEVEL_NONE)
        return "proves-nothing";
    if (peer->settings->groups && !is_asked_for(peer, user))
        return "groups-unknown";
    if (peer->is_step_up &&
        (!peer->session || strcmp(user, peer->session->user) != 0))
        return "another-person";
    return NULL;
}

/*
 * Records a single-use token as used, in this change: if that is not kept,
 * neither is the session. NULL: done, or nothing to do; else why it proves
 * nothing.
 */
static const char *use_up(const struct call *call,
                          struct auth_evidence *evidence)
{
    const struct auth_once *once = &evidence->once;
    const struct text key = {(const char *)once->key, sizeof(once->key)};

    if (!once->is_open)
        return NULL;
    switch (used_token_put(call->ground->store, key, once->until_s,
                           call->ground->now_s)) {
    case STATUS_OK:
        evidence->once.is_open = false;
        return NULL;
    case STATUS_CONFLICT:
        return TOKEN_REPLAYED;
    default: /* full, or not writable: it might be a replay */
        return "token-memory-full";
    }
}

/* Reserves one of the user's sessions. NULL: done, else why not. */
static const char *take_place(const struct call *call, const char *user,
                              struct account **account_out)
{
    const struct config_limits *limits = &call->peer->settings->config->limits;
    const struct places places = {.of_user = limits->user_connections,
                                  .of_all = limits->connections};

    if (!call->ground->budget || call->peer->is_step_up)
        return NULL;
    switch (budget_join(call->ground->budget, user, &places,
                        call->ground->now_ms, account_out)) {
    case STATUS_OK:
        return NULL;
    case STATUS_LIMIT:
        return NO_PLACE;
    default:
        return "no-memory";
    }
}

static void note_sign_in(struct call *call, const char *user, const char *why)
{
    const struct auth_evidence *evidence = &call->peer->outcome.evidence;
    struct call_sign_in *note = &call->sign_in;

    note->event = call->peer->is_step_up          ? "signin.step_up"
                  : auth_is_break_glass(evidence) ? CALL_BREAK_GLASS
                                                  : "signin";
    snprintf(note->user, sizeof(note->user), "%s", user ? user : "");
    snprintf(note->acting_as, sizeof(note->acting_as), "%s",
             evidence->acting_as ? evidence->acting_as : "");
    note->method = evidence->method;
    note->level = auth_level_of(evidence, call->ground->now_s);
    note->mechanism = auth_mechanism_name(call->peer->mechanism);
    note->is_weak = evidence->facts & AUTH_FACT_WEAK;
    note->why = why;
}

/* The user has proved who they are: this is no guess, and not the fault of the
 * source. */
static enum rpc_error refuse_place(struct call *call)
{
    static struct log_rate rate;
    const struct peer *peer = call->peer;

    log_rarely(LOG_WARN, &rate, "session.no_place user=%s peer=%s limit=%lld",
               call->sign_in.user, peer->name,
               (long long)peer->settings->config->limits.user_connections);
    metrics_count_turned_away(call->ground->metrics, METRICS_NO_PLACE);
    peer_drop_exchange(call->peer);
    call->message = "You have too many sessions. End one of them first.";
    return RPC_LIMIT;
}

static enum rpc_error refuse(struct call *call)
{
    struct peer *peer = call->peer;
    const int64_t retry_after_ms = peer->outcome.retry_after_ms;
    enum rpc_error error =
        retry_after_ms > 0 ? RPC_LIMIT : RPC_NOT_AUTHENTICATED;

    log_info("signin.refused peer=%s mechanism=%s user=%s acting_as=%s why=%s",
             peer->name, call->sign_in.mechanism, call->sign_in.user,
             call->sign_in.acting_as, call->sign_in.why);
    /* What may be disclosed to the holder of a token that is valid but not
     * usable: nothing about the user. */
    if (peer->exchange && auth_exchange_is_late(peer->exchange)) {
        call->message =
            "The password was not checked in time. Try again later.";
        error = RPC_UNAVAILABLE;
    } else if (strcmp(call->sign_in.why, TOKEN_REPLAYED) == 0)
        call->message = "The token has been used before; each can sign in "
                        "once. Get a new one.";
    else if (peer->exchange && auth_exchange_hint(peer->exchange))
        call->message = auth_exchange_hint(peer->exchange);
    else
        call->message = "The sign-in was refused.";
    if (retry_after_ms == 0)
        tell_brake(call, false);
    peer_drop_exchange(peer);
    if (++peer->n_refused >= PEER_REFUSED_MAX)
        peer->is_over = true;
    call->retry_after_ms = retry_after_ms;
    return error;
}

static enum status begin_session(struct call *call, const char *user,
                                 struct account *account)
{
    struct peer *peer = call->peer;
    struct auth_evidence *evidence = &peer->outcome.evidence;

    if (peer->is_step_up) {
        TRY(session_step_up(peer->session, evidence));
    } else {
        TRY(session_new(user, evidence, call->ground->now_ms, &peer->session));
        peer->session->account = account;
    }
    session_set_accounts(peer->session, peer->outcome.accounts, NULL);
    return STATUS_OK;
}

static enum rpc_error begin(struct call *call, const char *user,
                            struct account *account, struct json_writer *w)
{
    struct peer *peer = call->peer;

    if (begin_session(call, user, account) != STATUS_OK) {
        account_leave(account);
        peer_drop_exchange(peer);
        return RPC_UNAVAILABLE;
    }
    tell_brake(call, true);
    peer->news = (struct peer_news){
        .event = peer->is_step_up ? "stepped_up" : "authenticated",
        .method = call->sign_in.method,
        .level = call->sign_in.level,
    };
    writer_object_begin(w);
    writer_put_bool(w, "done", true);
    if (peer->outcome.data.size > 0)
        write_data(w, buf_text(&peer->outcome.data));
    writer_put_string(w, "session", peer->session->id);
    writer_object_end(w);
    peer_drop_exchange(peer);
    return RPC_DONE;
}

static enum rpc_error finish(struct call *call, struct json_writer *w)
{
    struct peer *peer = call->peer;
    struct auth_evidence *evidence = &peer->outcome.evidence;
    struct account *account = NULL;
    const char *user = NULL;
    const char *why;

    if (peer->outcome.is_proved) {
        user = session_find_user(call->ground->generation->site, evidence);
        if (user) /* the site's name of the same user */
            (void)auth_evidence_acts_for(evidence, user);
        why = use_up(call, evidence);
        if (!why)
            why = why_not(call, user, evidence);
        if (!why)
            why = take_place(call, user, &account);
        if (!user && evidence->n_identities > 0)
            user = evidence->identities[0].value;
    } else {
        user = peer->exchange ? auth_exchange_claimed(peer->exchange) : NULL;
        why = peer->outcome.retry_after_ms > 0 ? "throttled"
              : peer->exchange ? auth_exchange_why(peer->exchange)
                               : "mechanism-not-offered";
    }
    note_sign_in(call, user, why ? why : "");
    if (why && strcmp(why, NO_PLACE) == 0)
        return refuse_place(call);
    return why ? refuse(call) : begin(call, user, account, w);
}

/* ---- One step, where the call runs ---- */

/* Password guessing is throttled (T51). Other proofs cannot be guessed, and
 * many may come from one address. */
static bool is_braked(struct call *call)
{
    call->retry_after_ms =
        peer_ask_brake(call->peer, call->ground->brake, call->ground->now_ms)
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

static enum rpc_error end_exchange(struct call *call, bool is_proved,
                                   struct json_writer *w)
{
    struct peer_outcome *outcome = &call->peer->outcome;

    outcome->is_there = true;
    outcome->is_proved = is_proved;
    if (is_proved)
        auth_exchange_take(call->peer->exchange, &outcome->evidence);
    if (is_proved && call->peer->settings->groups)
        note_user(call);
    if (call->ground->is_writer)
        return finish(call, w);
    /* Right or wrong, the answer takes the same time. */
    outcome->hold_ms =
        peer_ask_brake(call->peer, call->ground->brake, call->ground->now_ms)
            .hold_ms;
    if (outcome->hold_ms > 0)
        log_info("signin.held peer=%s for_ms=%lld", call->peer->name,
                 (long long)outcome->hold_ms);
    call->wants_writer = true;
    return RPC_DONE;
}

static enum rpc_error end_braked(struct call *call, struct json_writer *w)
{
    call->peer->outcome.retry_after_ms = call->retry_after_ms;
    return end_exchange(call, false, w);
}

static void write_more(struct call *call, struct json_writer *w)
{
    writer_object_begin(w);
    writer_put_bool(w, "done", false);
    write_data(w, buf_text(&call->peer->outcome.data));
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
        write_prompts(call, w);
        return RPC_DONE;
    case AUTH_DONE:
        return end_exchange(call, true, w);
    case AUTH_WAITING:
        if (is_braked(call))
            return end_braked(call, w);
        if (call->ground->is_writer) /* which nobody waits for */
            return end_exchange(call, false, w);
        call->wants_time = true;
        return RPC_DONE;
    case AUTH_REFUSED:
        break;
    }
    return end_exchange(call, false, w);
}

static enum rpc_error step(struct call *call, bool has_data, struct text data,
                           struct json_writer *w)
{
    struct peer *peer = call->peer;

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

/*
 * Continues a call: in the writer, with the result of the exchange; or in the
 * loop, with a worker's answer. False: this is its first run.
 */
static bool goes_on(struct call *call, struct json_writer *w,
                    enum rpc_error *error_out)
{
    struct peer *peer = call->peer;

    if (call->ground->is_writer && peer->outcome.is_there) {
        *error_out = finish(call, w);
        return true;
    }
    if (!peer->resumed.is_there)
        return false;
    peer->resumed.is_there = false;
    *error_out = conclude(call, peer->resumed.progress, w);
    return true;
}

static enum status name_binding(struct call *call)
{
    if (!params_value(call->params, "binding"))
        return STATUS_OK;
    return auth_exchange_bind(
        call->peer->exchange,
        auth_binding_read(params_text(call->params, "binding")));
}

static enum rpc_error start(struct call *call, bool is_step_up,
                            struct json_writer *w)
{
    struct peer *peer = call->peer;

    peer_drop_exchange(peer);
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
    if (is_braked(call))
        return end_braked(call, w);
    if (!peer_may_use(peer, peer->mechanism) ||
        auth_exchange_new(peer->settings->auth, &peer->channel, peer->mechanism,
                          &peer->exchange) != STATUS_OK ||
        name_binding(call) != STATUS_OK)
        return end_exchange(call, false, w);
    return step_encoded(call, w);
}

enum rpc_error run_auth_start(struct call *call, struct json_writer *result)
{
    enum rpc_error error;

    if (goes_on(call, result, &error))
        return error;
    if (call->peer->session) {
        call->message =
            "You are signed in already. Use auth.step_up to raise the level.";
        return RPC_INVALID_REQUEST;
    }
    return start(call, false, result);
}

enum rpc_error run_auth_step_up(struct call *call, struct json_writer *result)
{
    enum rpc_error error;

    if (goes_on(call, result, &error))
        return error;
    return start(call, true, result);
}

static enum rpc_error fail_no_exchange(struct call *call)
{
    call->message = "No sign-in is in progress. Use auth.start to begin one.";
    return RPC_INVALID_REQUEST;
}

enum rpc_error run_auth_step(struct call *call, struct json_writer *result)
{
    enum rpc_error error;

    if (goes_on(call, result, &error))
        return error;
    if (!call->peer->exchange)
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
    enum rpc_error error;
    size_t n;

    if (goes_on(call, result, &error))
        return error;
    if (!peer->exchange)
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
