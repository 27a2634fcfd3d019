/*
 * Signed tokens (JWT, RFC 7519, 8725, 9068) as evidence.
 *
 * Algorithm and key come from the issuer's configuration; the header only has
 * to agree, and anything else it recommends refuses the token. Pure except for
 * the key set it holds: the time is passed in. Rules T33 to T44.
 */
#pragma once

#include "auth/auth.h"
#include "auth/token/key_source.h"

enum {
    TOKEN_MAX_BYTES = 32 * 1024,
    TOKEN_HEADER_MAX_BYTES = 2 * 1024,
    TOKEN_SKEW_S = 60,
    TOKEN_LIFETIME_MAX_S = 24 * 60 * 60,
};

struct token_issuer {
    const struct auth_issuer_config *config; /* borrowed */
    struct key_source *keys; /* owned by the creator of the issuer */
};

/* What a token is checked against. */
struct token_setting {
    const struct token_issuer *issuers; /* [n_issuers] */
    size_t n_issuers;
    const unsigned char *certificate_sha256; /* of the channel; or NULL */
    int64_t now_s;
};

/*
 * STATUS_OK and evidence, or STATUS_DENIED with a word for the audit in why_out
 * ("token-expired"). claimed_out, if set, is the subject the token names, given
 * to the caller even if it is refused after the signature.
 */
MUST_CHECK
enum status token_check(const struct token_setting *setting, struct text token,
                        struct auth_evidence *evidence_out, char **claimed_out,
                        const char **why_out);
