#include "auth/exchange.h"

#include <stdio.h>
#include <stdlib.h>

#include "auth/certificate/certificate_upn.h"
#include "auth/evidence_make.h"
#include "auth/sasl_server.h"

enum { LOCAL_LIFETIME_S = 24 * 60 * 60, ROOT_LIFETIME_S = 60 * 60 };

struct text exchange_name(const struct auth_exchange *exchange)
{
    if (exchange->evidence.n_identities == 0)
        return (struct text){NULL, 0};
    /* The second identity of a certificate is its key: short, and unique. */
    if (exchange->evidence.method == AUTH_METHOD_CERTIFICATE)
        return text_of(
            exchange->evidence.identities[exchange->evidence.n_identities - 1]
                .value);
    return text_of(exchange->evidence.identities[0].value);
}

/* ---- Evidence that the channel itself brings (EXTERNAL) ---- */

static enum status take_local(const struct auth_channel *channel,
                              struct auth_evidence *evidence_out)
{
    char uid[16] = IDENTITY_ROOT;

    if (channel->peer_uid != 0)
        snprintf(uid, sizeof(uid), "%u", (unsigned)channel->peer_uid);
    evidence_out->method = AUTH_METHOD_LOCAL;
    evidence_out->facts = AUTH_FACT_IDENTITY;
    evidence_out->expires_at_s = INT64_MAX;
    evidence_out->detail = text_dup(TEXT("unix socket"));
    return evidence_add_identity(evidence_out, IDENTITY_LOCAL, text_of(uid));
}

static enum status take_certificate(const struct auth *auth,
                                    const struct auth_channel *channel,
                                    struct auth_evidence *evidence_out)
{
    TRY(evidence_copy(&channel->certificate, evidence_out));
    upn_rules_apply(auth->upns, evidence_out);
    return STATUS_OK;
}

static enum status take_channel(const struct auth *auth,
                                const struct auth_channel *channel,
                                struct auth_evidence *evidence_out)
{
    switch (channel->kind) {
    case AUTH_CHANNEL_NONE:
        break;
    case AUTH_CHANNEL_TLS:
        if (channel->certificate.n_identities == 0)
            break;
        return take_certificate(auth, channel, evidence_out);
    case AUTH_CHANNEL_UNIX:
        if (!channel->has_peer_uid)
            break;
        return take_local(channel, evidence_out);
    }
    return STATUS_DENIED;
}

/* ---- The exchange ---- */

static bool is_usable(const struct auth *auth,
                      const struct auth_channel *channel,
                      enum auth_mechanism mechanism)
{
    if (mechanism >= AUTH_N_MECHANISMS || channel->kind == AUTH_CHANNEL_NONE)
        return false;
    return auth_mechanism_reach(auth, mechanism) != AUTH_LEVEL_NONE;
}

enum status auth_exchange_new(const struct auth *auth,
                              const struct auth_channel *channel,
                              enum auth_mechanism mechanism,
                              struct auth_exchange **exchange_out)
{
    OWNED(auth_exchange) exchange = NULL;

    if (!is_usable(auth, channel, mechanism))
        return STATUS_DENIED;
    exchange = calloc(1, sizeof(*exchange));
    if (!exchange)
        return STATUS_NO_MEMORY;
    exchange->auth = auth;
    exchange->channel = channel;
    exchange->mechanism = mechanism;
    exchange->answer = buf_make(AUTH_MESSAGE_MAX_BYTES);
    exchange->authzid = buf_make(EXCHANGE_NAME_MAX_BYTES);
    if (mechanism == AUTH_EXTERNAL)
        TRY(take_channel(auth, channel, &exchange->evidence));
    TRY(sasl_server_connect(exchange));
    *exchange_out = TAKE(exchange);
    return STATUS_OK;
}

enum auth_binding auth_binding_read(struct text name)
{
    if (text_equal(name, TEXT("tls-exporter")))
        return AUTH_BINDING_EXPORTER;
    if (text_equal(name, TEXT("tls-server-end-point")))
        return AUTH_BINDING_END_POINT;
    return AUTH_N_BINDINGS;
}

/* Everything that an exchange holds while it runs; evidence and reason are
 * kept. */
static void drop_work(struct auth_exchange *exchange)
{
    if (exchange->sasl)
        sasl_dispose(&exchange->sasl);
    exchange->sasl = NULL;
    kerberos_exchange_clear(&exchange->kerberos);
    pam_exchange_clear(&exchange->pam);
    buf_wipe(&exchange->answer);
    buf_free(&exchange->authzid);
}

void auth_exchange_free(struct auth_exchange *exchange)
{
    if (!exchange)
        return;
    drop_work(exchange);
    auth_evidence_clear(&exchange->evidence);
    free(exchange->claimed);
    free(exchange);
}

static enum auth_progress refuse(struct auth_exchange *exchange,
                                 const char *why)
{
    if (why)
        exchange->why = why;
    if (!exchange->why)
        exchange->why = "refused";
    exchange->is_over = true;
    auth_evidence_clear(&exchange->evidence);
    drop_work(exchange);
    return AUTH_REFUSED;
}

static bool has_binding(const struct auth_exchange *exchange,
                        enum auth_binding binding)
{
    const struct auth_channel *channel = exchange->channel;

    if (channel->kind != AUTH_CHANNEL_TLS || exchange->n_steps > 0 ||
        (exchange->mechanism != AUTH_GSSAPI &&
         exchange->mechanism != AUTH_GSS_SPNEGO))
        return false;
    return binding != AUTH_BINDING_END_POINT ||
           (!channel->binding_required && channel->end_point_size > 0);
}

enum status auth_exchange_bind(struct auth_exchange *exchange,
                               enum auth_binding binding)
{
    if (!has_binding(exchange, binding)) {
        (void)refuse(exchange, "binding-not-offered");
        return STATUS_DENIED;
    }
    exchange->binding = binding;
    return STATUS_OK;
}

static int step_sasl(struct auth_exchange *exchange, bool has_data,
                     struct text data, struct text *answer_out)
{
    const char *answer = NULL;
    unsigned size = 0;
    int result;

    if (exchange->n_steps == 1)
        result = sasl_server_start(
            exchange->sasl, auth_mechanism_name(exchange->mechanism),
            has_data ? (data.data ? data.data : "") : NULL,
            has_data ? (unsigned)data.size : 0, &answer, &size);
    else
        result = sasl_server_step(exchange->sasl, data.data ? data.data : "",
                                  (unsigned)data.size, &answer, &size);
    *answer_out = (struct text){answer, answer ? size : 0};
    return result;
}

/* A name that the evidence itself proves, or that the client gave when it was
 * proved. */
static bool is_own_name(const struct auth_exchange *exchange,
                        struct text wanted)
{
    const struct auth_evidence *evidence = &exchange->evidence;

    for (size_t i = 0; i < evidence->n_identities; i++)
        if (text_equal(wanted, text_of(evidence->identities[i].value)))
            return true;
    return exchange->claimed && text_equal(wanted, text_of(exchange->claimed));
}

/* Only the site knows whether another name is the user's own (T15). */
static enum status settle_name(struct auth_exchange *exchange)
{
    SCOPED(buf_free) struct buf spelled = buf_make(IDENTITY_MAX_BYTES);
    struct text wanted = buf_text(&exchange->authzid);

    TRY(buf_status(&exchange->authzid));
    if (wanted.size > 0 && realm_principal(&exchange->auth->config.realms,
                                           wanted, &spelled) == REALM_LISTED)
        wanted = buf_text(&spelled);
    if (wanted.size == 0 || is_own_name(exchange, wanted))
        return STATUS_OK;
    if (!text_is_name(wanted, EXCHANGE_NAME_MAX_BYTES))
        return STATUS_INVALID;
    exchange->evidence.acting_as = text_dup(wanted);
    return exchange->evidence.acting_as ? STATUS_OK : STATUS_NO_MEMORY;
}

/* A user of this host is one for the lifetime of a session; break-glass for an
 * hour. */
static void set_local_times(struct auth_exchange *exchange)
{
    struct auth_evidence *evidence = &exchange->evidence;

    evidence->authenticated_at_s = exchange->now_s;
    evidence->expires_at_s =
        exchange->now_s +
        (auth_is_break_glass(evidence) ? ROOT_LIFETIME_S : LOCAL_LIFETIME_S);
}

/* Will the evidence prove a level, once a single-use token is recorded as
 * used? */
static bool will_prove(const struct auth_exchange *exchange)
{
    struct auth_evidence used = exchange->evidence; /* borrows all of it */

    used.once.is_open = false;
    return auth_level_of(&used, exchange->now_s) != AUTH_LEVEL_NONE;
}

static enum auth_progress finish(struct auth_exchange *exchange)
{
    if (exchange->mechanism == AUTH_EXTERNAL &&
        exchange->evidence.method == AUTH_METHOD_LOCAL)
        set_local_times(exchange);
    if (!will_prove(exchange))
        return refuse(exchange, "evidence-expired");
    if (settle_name(exchange) != STATUS_OK)
        return refuse(exchange, "name-malformed");
    exchange->is_over = true;
    exchange->why = NULL;
    drop_work(exchange);
    return AUTH_DONE;
}

/* The library's result, for the exchange and its caller. */
static enum auth_progress conclude(struct auth_exchange *exchange, int result,
                                   struct text answer, struct buf *out)
{
    const size_t size_before = out->size;

    if (result == SASL_INTERACT) {
        exchange->is_suspended = true;
        return exchange->progress;
    }
    if (result != SASL_OK && result != SASL_CONTINUE)
        return refuse(exchange, NULL);
    buf_append_text(out, answer);
    if (buf_status(out) != STATUS_OK) {
        buf_truncate(out, size_before);
        return refuse(exchange, "answer-too-long");
    }
    if (result == SASL_CONTINUE)
        return AUTH_CONTINUE;
    return finish(exchange);
}

enum auth_progress auth_exchange_step(struct auth_exchange *exchange,
                                      bool has_data, struct text data,
                                      int64_t now_s, struct buf *out)
{
    struct text answer;
    int result;

    if (exchange->is_over)
        return AUTH_REFUSED;
    if (exchange->is_suspended)
        return refuse(exchange, "message-out-of-turn");
    if (++exchange->n_steps > AUTH_STEPS_MAX)
        return refuse(exchange, "too-many-steps");
    if (data.size > AUTH_MESSAGE_MAX_BYTES)
        return refuse(exchange, "message-too-long");
    if (exchange->mechanism == AUTH_EXTERNAL && data.size > 0) {
        /* It only carries the name to act as. */
        buf_clear(&exchange->authzid);
        buf_append_text(&exchange->authzid, data);
        data = TEXT("");
    }
    exchange->now_s = now_s;
    result = step_sasl(exchange, has_data, data, &answer);
    return conclude(exchange, result, answer, out);
}

/* ---- Waiting for a worker ---- */

int auth_exchange_fd(const struct auth_exchange *exchange)
{
    return exchange->pam.state == PAM_IDLE ? -1 : exchange->pam.fd;
}

int64_t auth_exchange_deadline_ms(const struct auth_exchange *exchange)
{
    return exchange->pam.deadline_ms;
}

enum auth_progress auth_exchange_resume(struct auth_exchange *exchange,
                                        int64_t now_s, struct buf *out)
{
    const char *answer = NULL;
    unsigned size = 0;
    int result;

    if (exchange->is_over || !exchange->is_suspended)
        return refuse(exchange, "message-out-of-turn");
    exchange->now_s = now_s;
    exchange->is_suspended = false;
    result = sasl_server_step(exchange->sasl, "", 0, &answer, &size);
    return conclude(exchange, result, (struct text){answer, answer ? size : 0},
                    out);
}

size_t auth_exchange_prompts(const struct auth_exchange *exchange,
                             struct auth_prompt prompts_out[])
{
    const struct pam_prompts *prompts = &exchange->pam.prompts;

    if (exchange->pam.state != PAM_ASKING)
        return 0;
    for (size_t i = 0; i < prompts->n; i++) {
        const enum pam_prompt_style style = prompts->prompts[i].style;

        prompts_out[i].text = prompts->prompts[i].text;
        prompts_out[i].style = style == PAM_STYLE_HIDDEN  ? AUTH_PROMPT_HIDDEN
                               : style == PAM_STYLE_SHOWN ? AUTH_PROMPT_SHOWN
                                                          : AUTH_PROMPT_INFO;
    }
    return prompts->n;
}

enum auth_progress auth_exchange_answer(struct auth_exchange *exchange,
                                        const struct text answers[], size_t n,
                                        int64_t now_s, struct buf *out)
{
    if (exchange->is_over)
        return AUTH_REFUSED;
    if (pam_exchange_answer(&exchange->pam, answers, n) != STATUS_OK)
        return refuse(exchange, "answers-malformed");
    return auth_exchange_resume(exchange, now_s, out);
}

void auth_exchange_take(struct auth_exchange *exchange,
                        struct auth_evidence *evidence_out)
{
    *evidence_out = exchange->evidence;
    exchange->evidence = (struct auth_evidence){0};
}

const char *auth_exchange_why(const struct auth_exchange *exchange)
{
    return exchange->why ? exchange->why : "";
}

const char *auth_exchange_hint(const struct auth_exchange *exchange)
{
    return exchange->hint;
}

bool auth_exchange_is_late(const struct auth_exchange *exchange)
{
    return exchange->why && strcmp(exchange->why, PAM_CHECK_LATE) == 0;
}

bool auth_exchange_is_excused(const struct auth_exchange *exchange)
{
    static const char *const excuses[] = {
        "account-expired",      "account-barred",
        "password-must-change", "password-checks-busy",
        "password-worker-lost", "password-check-broken",
        "password-name",        "password-worker-unavailable",
    };

    for (size_t i = 0; exchange->why && i < ARRAY_SIZE(excuses); i++)
        if (strcmp(exchange->why, excuses[i]) == 0)
            return true;
    return false;
}

const char *auth_exchange_claimed(const struct auth_exchange *exchange)
{
    return exchange->claimed;
}
