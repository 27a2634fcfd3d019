#include "auth/evidence_make.h"
#include "auth/mechanisms.h"
#include "auth/plain.h"
#include "auth/plain_user.h"
#include "provider/base/clock.h"

enum { EVIDENCE_LIFETIME_S = 24 * 60 * 60 };

static enum auth_progress refuse(struct auth_exchange *exchange,
                                 const char *why)
{
    exchange->why = why;
    return AUTH_REFUSED;
}

/* To act as oneself, any spelling of the name will do. */
static void note_names(struct auth_exchange *exchange,
                       const struct plain_message *plain,
                       const struct plain_user *user)
{
    SCOPED(plain_user_clear) struct plain_user other = plain_user_make();

    exchange->claimed = text_dup(buf_text(&user->principal));
    if (plain->authzid.size == 0)
        return;
    if (plain_user_read(&exchange->auth->config, plain->authzid, &other) ==
            STATUS_OK &&
        text_equal(buf_text(&other.principal), buf_text(&user->principal)))
        buf_append_text(&exchange->authzid, buf_text(&user->principal));
    else
        buf_append_text(&exchange->authzid, plain->authzid);
}

static enum auth_progress begin(struct auth_exchange *exchange,
                                struct text message)
{
    const struct auth_pam_config *config = &exchange->auth->config.pam;
    SCOPED(plain_user_clear) struct plain_user user = plain_user_make();
    struct plain_message plain;
    struct pam_begin start;
    enum status status;

    if (plain_read(message, &plain) != STATUS_OK ||
        plain_user_read(&exchange->auth->config, plain.user, &user) !=
            STATUS_OK)
        return refuse(exchange, "password-message");
    note_names(exchange, &plain, &user);
    start = (struct pam_begin){
        .directory = text_of(config->directory),
        .service = text_of(config->service),
        .user = buf_text(&user.account),
        .secret = plain.secret,
        .host = text_of(exchange->channel->peer),
        .terminal = TEXT("smsprovider"),
    };
    status = pam_exchange_begin(exchange->auth->pam, &start, clock_mono_ms(),
                                &exchange->pam);
    if (status == STATUS_LIMIT)
        return refuse(exchange, "password-checks-busy");
    if (status != STATUS_OK)
        return refuse(exchange, "password-worker-unavailable");
    return AUTH_WAITING;
}

uint32_t mechanism_plain_facts(enum auth_level level)
{
    switch (level) {
    case AUTH_LEVEL_NONE:
    case AUTH_LEVEL_DOMAIN:
        break;
    case AUTH_LEVEL_CERTIFICATE:
        return AUTH_FACT_IDENTITY | AUTH_FACT_PKI;
    case AUTH_LEVEL_MFA:
        return AUTH_FACT_IDENTITY | AUTH_FACT_MFA;
    }
    return AUTH_FACT_IDENTITY;
}

static enum auth_progress accept(struct auth_exchange *exchange,
                                 struct text user)
{
    const struct auth_pam_config *config = &exchange->auth->config.pam;
    SCOPED(buf_free) struct buf identity = buf_make(IDENTITY_MAX_BYTES);

    if (plain_principal(&exchange->auth->config, user, &identity) != STATUS_OK)
        return refuse(exchange, "password-name");
    exchange->evidence.method = AUTH_METHOD_PAM;
    exchange->evidence.facts = mechanism_plain_facts(config->level);
    exchange->evidence.authenticated_at_s = exchange->now_s;
    exchange->evidence.expires_at_s = exchange->now_s + EVIDENCE_LIFETIME_S;
    exchange->evidence.detail = text_dup(TEXT("pam"));
    if (!exchange->evidence.detail ||
        evidence_add_identity(&exchange->evidence, IDENTITY_KERBEROS,
                              buf_text(&identity)) != STATUS_OK)
        return refuse(exchange, "no-memory");
    return AUTH_DONE;
}

/* What follows a right password may be disclosed to whoever typed it. */
static enum auth_progress refuse_account(struct auth_exchange *exchange,
                                         const char *why, const char *hint)
{
    exchange->hint = hint;
    return refuse(exchange, why);
}

static enum auth_progress judge(struct auth_exchange *exchange,
                                const struct pam_verdict *verdict)
{
    switch (verdict->result) {
    case PAM_RESULT_OK:
        return accept(exchange, verdict->user);
    case PAM_RESULT_REFUSED:
        return refuse(exchange, "password-refused");
    case PAM_RESULT_EXPIRED:
        return refuse_account(exchange, "account-expired",
                              "The account has expired.");
    case PAM_RESULT_MUST_CHANGE:
        return refuse_account(exchange, "password-must-change",
                              "The password must be changed first.");
    case PAM_RESULT_BARRED:
        return refuse_account(exchange, "account-barred",
                              "The account may not sign in here.");
    case PAM_RESULT_NONE:
    case PAM_RESULT_BROKEN:
        break;
    }
    return refuse(exchange, "password-check-broken");
}

enum auth_progress mechanism_plain_step(struct auth_exchange *exchange,
                                        struct text in, struct buf *out)
{
    (void)out;
    if (exchange->pam.state == PAM_IDLE)
        return begin(exchange, in);
    pam_exchange_read(&exchange->pam, clock_mono_ms());
    switch (exchange->pam.state) {
    case PAM_RUNNING:
        return AUTH_WAITING;
    case PAM_ASKING:
        return AUTH_PROMPT;
    case PAM_FINISHED:
        return judge(exchange, &exchange->pam.verdict);
    case PAM_LATE:
        return refuse(exchange, PAM_CHECK_LATE);
    case PAM_IDLE:
    case PAM_LOST:
        break;
    }
    return refuse(exchange, "password-worker-lost");
}

enum auth_level mechanism_plain_reach(const struct auth *auth)
{
    const enum auth_level level = auth->config.pam.level;

    if (!auth->pam)
        return AUTH_LEVEL_NONE;
    return level == AUTH_LEVEL_NONE ? AUTH_LEVEL_DOMAIN : level;
}
