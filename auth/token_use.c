#include "auth/token_use.h"

#include <openssl/sha.h>

#include "auth/token_claims.h"
#include "provider/base/base64.h"
#include "provider/base/secret.h"

enum { TOKEN_ID_MAX_BYTES = 256, SHA256_BYTES = 32 };

static enum status refuse(const char **why_out, const char *why)
{
    *why_out = why;
    return STATUS_DENIED;
}

/* cnf names exactly one thing, and it is a certificate's SHA-256. */
static enum status check_binding(const json_t *confirmation,
                                 const struct token_setting *setting,
                                 const char **why_out)
{
    SCOPED(buf_free) struct buf hash = buf_make(SHA256_BYTES);
    const struct text encoded = json_member_text(confirmation, "x5t#S256");

    if (json_object_size(confirmation) != 1 || !encoded.data ||
        base64_read(BASE64_URL, encoded, &hash) != STATUS_OK ||
        hash.size != SHA256_BYTES)
        return refuse(why_out, "token-binding-unknown");
    if (!setting->certificate_sha256 ||
        !secret_equal(buf_text(&hash),
                      (struct text){(const char *)setting->certificate_sha256,
                                    SHA256_BYTES}))
        return refuse(why_out, "token-bound-to-another");
    return STATUS_OK;
}

/* The issuer's id of the token, else a hash of it. No id contains the control
 * character that begins a hash, so that neither passes for the other. */
static bool read_id(const json_t *claims, struct text signed_bytes,
                    char hash[1 + SHA256_BYTES], struct text *id_out)
{
    if (json_object_get(claims, "jti")) {
        *id_out = json_member_text(claims, "jti");
        return text_is_name(*id_out, TOKEN_ID_MAX_BYTES);
    }
    hash[0] = '\x01';
    *id_out = (struct text){hash, 1 + SHA256_BYTES};
    return SHA256((const unsigned char *)signed_bytes.data, signed_bytes.size,
                  (unsigned char *)hash + 1) != NULL;
}

static enum status use_up(const json_t *claims, struct text signed_bytes,
                          const struct auth_issuer_config *issuer,
                          const struct token_setting *setting,
                          const char **why_out)
{
    const json_int_t expires_s =
        json_integer_value(json_object_get(claims, "exp"));
    char hash[1 + SHA256_BYTES];
    struct text id;

    if (!read_id(claims, signed_bytes, hash, &id))
        return refuse(why_out, "token-id");
    if (!setting->replay)
        return refuse(why_out, "token-memory-missing");
    switch (replay_remember(setting->replay, text_of(issuer->issuer), id,
                            expires_s + TOKEN_SKEW_S, setting->now_s)) {
    case STATUS_OK:
        return STATUS_OK;
    case STATUS_CONFLICT:
        return refuse(why_out, "token-replayed");
    default: /* full, or no memory: it might be a replay */
        return refuse(why_out, "token-memory-full");
    }
}

enum status token_use_check(const json_t *claims, struct text signed_bytes,
                            const struct auth_issuer_config *issuer,
                            const struct token_setting *setting,
                            const char **why_out)
{
    const json_t *confirmation = json_object_get(claims, "cnf");

    if (confirmation)
        return check_binding(confirmation, setting, why_out);
    switch (issuer->use) {
    case AUTH_TOKEN_REUSABLE:
        return STATUS_OK;
    case AUTH_TOKEN_ONCE:
        return use_up(claims, signed_bytes, issuer, setting, why_out);
    case AUTH_TOKEN_BOUND:
        break;
    }
    return refuse(why_out, "token-unbound");
}
