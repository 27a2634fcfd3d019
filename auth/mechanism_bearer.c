#include "auth/mechanisms.h"
#include "auth/token/bearer.h"

/* What may be disclosed to the holder of a token that is valid but not usable:
 * nothing about the user. */
static const char *hint_of(const char *why)
{
    if (strcmp(why, "token-unbound") == 0)
        return "Tokens of this issuer must name a client certificate.";
    return NULL;
}

/*
 * A refusal ends the exchange at once: the error document of RFC 7628 would
 * tell strangers why a token is refused.
 */
enum auth_progress mechanism_bearer_step(struct auth_exchange *exchange,
                                         struct text in, struct buf *out)
{
    SCOPED(bearer_message_clear) struct bearer_message message = {0};
    const struct auth_channel *channel = exchange->channel;
    const struct token_setting setting = {
        .issuers = exchange->auth->issuers,
        .n_issuers = exchange->auth->config.n_issuers,
        .certificate_sha256 = channel->certificate.n_identities
                                  ? channel->certificate_sha256
                                  : NULL,
        .now_s = exchange->now_s,
    };

    (void)out;
    exchange->why = "token-message";
    if (bearer_read(in, &message) != STATUS_OK)
        return AUTH_REFUSED;
    if (token_check(&setting, message.token, &exchange->evidence,
                    &exchange->claimed, &exchange->why) != STATUS_OK) {
        exchange->hint = hint_of(exchange->why);
        return AUTH_REFUSED;
    }
    buf_append_text(&exchange->authzid, buf_text(&message.authzid));
    return AUTH_DONE;
}

enum auth_level mechanism_bearer_reach(const struct auth *auth)
{
    enum auth_level best = AUTH_LEVEL_NONE;

    for (size_t i = 0; i < auth->config.n_issuers; i++) {
        const enum auth_level reach = auth->config.issuers[i].n_mfa_amr ||
                                              auth->config.issuers[i].n_mfa_acr
                                          ? AUTH_LEVEL_MFA
                                          : AUTH_LEVEL_DOMAIN;

        if (reach > best)
            best = reach;
    }
    return best;
}
