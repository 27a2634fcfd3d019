#include "auth/token/token_use.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "auth/token/token_claims.h"
#include "provider/base/base64.h"
#include "provider/base/secret.h"

enum { TOKEN_ID_MAX_BYTES = 256, SHA256_BYTES = 32 };

static enum status refuse(const char **why_out, const char *why)
{
    *why_out = why;
    return STATUS_DENIED;
}

/* cnf names exactly one thing: a certificate's SHA-256. */
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
 * character that begins a hash, so neither passes for the other. */
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

/* No issuer contains the NUL between the two. */
static bool make_key(struct text issuer, struct text id,
                     unsigned char key_out[SHA256_BYTES])
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    const bool is_made =
        digest && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1 &&
        EVP_DigestUpdate(digest, issuer.data, issuer.size) == 1 &&
        EVP_DigestUpdate(digest, "", 1) == 1 &&
        EVP_DigestUpdate(digest, id.data, id.size) == 1 &&
        EVP_DigestFinal_ex(digest, key_out, NULL) == 1;

    EVP_MD_CTX_free(digest);
    return is_made;
}

static enum status open_once(const json_t *claims, struct text signed_bytes,
                             const struct auth_issuer_config *issuer,
                             struct auth_once *once_out, const char **why_out)
{
    char hash[1 + SHA256_BYTES];
    struct text id;

    if (!read_id(claims, signed_bytes, hash, &id) ||
        !make_key(text_of(issuer->issuer), id, once_out->key))
        return refuse(why_out, "token-id");
    once_out->until_s =
        json_integer_value(json_object_get(claims, "exp")) + TOKEN_SKEW_S;
    once_out->is_open = true;
    return STATUS_OK;
}

enum status token_use_check(const json_t *claims, struct text signed_bytes,
                            const struct auth_issuer_config *issuer,
                            const struct token_setting *setting,
                            struct auth_once *once_out, const char **why_out)
{
    const json_t *confirmation = json_object_get(claims, "cnf");

    if (confirmation)
        return check_binding(confirmation, setting, why_out);
    switch (issuer->use) {
    case AUTH_TOKEN_REUSABLE:
        return STATUS_OK;
    case AUTH_TOKEN_ONCE:
        return open_once(claims, signed_bytes, issuer, once_out, why_out);
    case AUTH_TOKEN_BOUND:
        break;
    }
    return refuse(why_out, "token-unbound");
}
