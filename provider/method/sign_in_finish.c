/*
 * Signing in, in the writer: takes the outcome of the exchange that the loop
 * held (method_auth.c).
 *
 * The evidence is matched with an administrator of the present site, and the
 * session is opened in the same change as its record. Every refusal has the
 * same answer (T52).
 */
#include <stdio.h>
#include <string.h>

#include "provider/base/log_rate.h"
#include "provider/method/methods.h"
#include "provider/method/sign_in.h"
#include "provider/object/admin_identity.h"
#include "provider/store/used_token.h"

#define TOKEN_REPLAYED "token-replayed"
#define NO_PLACE       "too-many-sessions"
#define OTHER_ACCOUNT  "account-of-another"
#define GROUPS_UNKNOWN "groups-unknown"

static void tell_throttle(const struct call *call, bool is_accepted)
{
    peer_tell_throttle(call->peer, call->ground->throttle, is_accepted,
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

/* They are who they say, and somebody else had the name before; or the ticket
 * does not say which of the two they are. */
static bool has_name_of_another(const struct call *call,
                                const struct auth_evidence *evidence)
{
    const struct site *site = call->ground->generation->site;

    for (size_t i = 0; i < evidence->n_identities; i++)
        if (evidence->identities[i].kind == IDENTITY_KERBEROS &&
            site_user_has_sid(site, evidence->identities[i].value))
            return true;
    return false;
}

/* NULL if the evidence makes a session for the user, else why it does not. */
static const char *why_not(const struct call *call, const char *user,
                           const struct auth_evidence *evidence)
{
    const struct peer *peer = call->peer;

    if (!user)
        return has_name_of_another(call, evidence) ? OTHER_ACCOUNT
                                                   : "unknown-identity";
    if (evidence->acting_as)
        return "acting-as-another";
    if (auth_level_of(evidence, call->ground->now_s) == AUTH_LEVEL_NONE)
        return "proves-nothing";
    if (peer->settings->groups && !is_asked_for(peer, user))
        return GROUPS_UNKNOWN;
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

/* A record that does not know its user's account yet does from now on. NULL:
 * done, or nothing to do; else why not. */
static const char *learn_account(struct call *call, const char *user,
                                 const struct auth_evidence *evidence)
{
    const struct text sid = session_sid_of(evidence, user);
    bool is_new = false;

    if (sid.size == 0 ||
        site_user_has_sid(call->ground->generation->site, user))
        return NULL;
    if (admin_learn_sid(call->ground->store, text_of(user), sid, &is_new) !=
        STATUS_OK)
        return "account-not-kept";
    if (is_new) {
        call->act.estate_changed = true;
        call->act.remark = "The record is now the account's that signed in.";
        log_info("signin.account user=%s sid=%.*s", user, (int)sid.size,
                 sid.data);
    }
    return NULL;
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
    peer_excuse_guess(call->peer, call->ground->throttle);
    peer_drop_exchange(call->peer);
    call->message = "You have too many sessions. End one of them first.";
    return RPC_LIMIT;
}

/* Whoever has proved who they are is told what stands in the way, and nothing
 * of others; everybody else is told one thing (T52). */
static const char *sentence_for_proved(const char *why)
{
    static const struct {
        const char *why;
        const char *sentence;
    } sentences[] = {
        {TOKEN_REPLAYED, "The token has been used before; each can sign in "
                         "once. Get a new one."},
        {GROUPS_UNKNOWN, "Your groups cannot be looked up now, so it is not "
                         "known what you may do. Try again later."},
        {OTHER_ACCOUNT,
         "This name is an administrator's whose account has another SID, or "
         "what you signed in with does not tell yours. Sign in with a "
         "Kerberos ticket; if your account was made again, let an "
         "administrator declare its SID."},
        {"unknown-identity",
         "Your identity is proved, but no administrator's record has it. Ask "
         "an administrator to add it."},
    };

    for (size_t i = 0; i < ARRAY_SIZE(sentences); i++)
        if (strcmp(sentences[i].why, why) == 0)
            return sentences[i].sentence;
    return NULL;
}

static const char *sentence(const struct call *call)
{
    const struct auth_exchange *exchange = call->peer->exchange;
    const char *known = call->peer->outcome.is_proved
                            ? sentence_for_proved(call->sign_in.why)
                            : NULL;

    if (known)
        return known;
    if (exchange && auth_exchange_is_late(exchange))
        return "The password was not checked in time. Try again later.";
    return exchange && auth_exchange_hint(exchange)
               ? auth_exchange_hint(exchange)
               : "The sign-in was refused.";
}

/* A right password is none, and neither is what a module could not check. */
static bool is_guess(const struct peer *peer)
{
    return !peer->outcome.is_proved &&
           !(peer->exchange && auth_exchange_is_excused(peer->exchange));
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
    call->message = sentence(call);
    if (peer->exchange && auth_exchange_is_late(peer->exchange))
        error = RPC_UNAVAILABLE;
    if (retry_after_ms == 0 && is_guess(peer))
        tell_throttle(call, false);
    else
        peer_excuse_guess(peer, call->ground->throttle);
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
    tell_throttle(call, true);
    if (site_user_host(call->ground->generation->site, user) > 0)
        peer_know_host(peer, call->ground->throttle, call->ground->now_ms);
    peer->news = (struct peer_news){
        .event = peer->is_step_up ? "stepped_up" : "authenticated",
        .method = call->sign_in.method,
        .level = call->sign_in.level,
        .request = call->request->number,
    };
    writer_object_begin(w);
    writer_put_bool(w, "done", true);
    if (peer->outcome.data.size > 0)
        sign_in_put_data(w, buf_text(&peer->outcome.data));
    writer_put_string(w, "session", peer->session->id);
    writer_object_end(w);
    peer_drop_exchange(peer);
    return RPC_DONE;
}

enum rpc_error finish_auth(struct call *call, struct json_writer *w)
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
            why = learn_account(call, user, evidence);
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
    if (why || !peer->outcome.is_proved) /* no reason is no proof */
        return refuse(call);
    return begin(call, user, account, w);
}
