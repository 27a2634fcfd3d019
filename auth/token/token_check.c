#include "auth/token/token.h"

#include "auth/token/json_strict.h"
#include "auth/token/token_claims.h"
#include "auth/token/token_kind.h"
#include "auth/token/token_use.h"
#include "provider/base/base64.h"

/* header.claims.signature, still encoded. */
struct segments {
    struct text header;
    struct text claims;
    struct text signature;
    struct text signed_bytes; /* header.claims */
};

struct header {
    const struct jws_algorithm *algorithm;
    struct text kid; /* borrowed from the JSON, and so is */
    struct text type;
};

static enum status refuse(const char **why_out, const char *why)
{
    *why_out = why;
    return STATUS_DENIED;
}

/* Exactly three parts, none empty. */
static enum status split(struct text token, struct segments *out)
{
    const char *first = memchr(token.data, '.', token.size);
    const char *second;
    const char *end = token.data + token.size;

    if (!first)
        return STATUS_INVALID;
    second = memchr(first + 1, '.', (size_t)(end - first - 1));
    if (!second || memchr(second + 1, '.', (size_t)(end - second - 1)))
        return STATUS_INVALID;
    out->header = (struct text){token.data, (size_t)(first - token.data)};
    out->claims = (struct text){first + 1, (size_t)(second - first - 1)};
    out->signature = (struct text){second + 1, (size_t)(end - second - 1)};
    out->signed_bytes =
        (struct text){token.data, (size_t)(second - token.data)};
    return out->header.size && out->claims.size && out->signature.size
               ? STATUS_OK
               : STATUS_INVALID;
}

static enum status read_json(struct text encoded, size_t max_bytes,
                             json_t **object_out)
{
    SCOPED(buf_wipe) struct buf decoded = buf_make(max_bytes);

    TRY(base64_read(BASE64_URL, encoded, &decoded));
    return json_read_object(buf_text(&decoded), object_out);
}

/* Only members that we know and enforce (T34). */
static bool has_plain_members(const json_t *header)
{
    static const char *const known[] = {"alg", "kid", "typ", "x5t", "x5t#S256"};
    size_t n_known = 0;

    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        n_known += json_object_get(header, known[i]) ? 1 : 0;
    return n_known == json_object_size(header);
}

/* "application/at+jwt" may be written shorter (RFC 7515, 4.1.9). */
static struct text short_type(struct text type)
{
    const struct text prefix = TEXT("application/");

    if (type.size > prefix.size &&
        text_equal_nocase((struct text){type.data, prefix.size}, prefix))
        return (struct text){type.data + prefix.size, type.size - prefix.size};
    return type;
}

/* Of a configured kind (T37). By default an access token says that it is one
 * (RFC 9068), or that it is just a JWT. */
static bool has_right_type(struct text type,
                           const struct auth_issuer_config *issuer)
{
    static const char *const usual[] = {"JWT", "at+jwt"};
    const char *const *types = issuer->n_types ? issuer->types : usual;
    const size_t n = issuer->n_types ? issuer->n_types : ARRAY_SIZE(usual);

    for (size_t i = 0; i < n; i++)
        if (text_equal_nocase(short_type(type), short_type(text_of(types[i]))))
            return true;
    return false;
}

static enum status read_header(const json_t *json, struct header *out,
                               const char **why_out)
{
    const struct text kid = json_member_text(json, "kid");

    if (!has_plain_members(json))
        return refuse(why_out, "token-header");
    out->algorithm = jws_algorithm_read(json_member_text(json, "alg"));
    if (!out->algorithm)
        return refuse(why_out, "token-algorithm");
    out->type = json_member_text(json, "typ");
    if (!key_id_is_valid(kid))
        return refuse(why_out, "token-key-id");
    out->kid = kid;
    return STATUS_OK;
}

static const struct token_issuer *find_issuer(
    const struct token_setting *setting, struct text name)
{
    for (size_t i = 0; i < setting->n_issuers; i++)
        if (text_equal(name, text_of(setting->issuers[i].config->issuer)))
            return &setting->issuers[i];
    return NULL;
}

static bool allows_algorithm(const struct auth_issuer_config *issuer,
                             const struct jws_algorithm *algorithm)
{
    for (size_t i = 0; i < issuer->n_algorithms; i++)
        if (strcmp(issuer->algorithms[i], algorithm->name) == 0)
            return true;
    return false;
}

/* The key that signed it, for when the set loses that key. */
static enum status check_signature(const struct token_issuer *issuer,
                                   const struct header *header,
                                   const struct segments *segments,
                                   unsigned char *fingerprint_out,
                                   const char **why_out)
{
    SCOPED(buf_free) struct buf signature = buf_make(1024);
    OWNED(key_set) keys = NULL;
    EVP_PKEY *key;
    bool is_known = false;

    if (!allows_algorithm(issuer->config, header->algorithm))
        return refuse(why_out, "token-algorithm");
    keys = key_source_hold(issuer->keys);
    if (!keys)
        return refuse(why_out, "token-keys-unavailable");
    key = key_set_find(keys, header->kid, header->algorithm, &is_known);
    if (!is_known)
        key_source_miss(issuer->keys);
    if (!key)
        return refuse(why_out,
                      is_known ? "token-algorithm" : "token-key-unknown");
    if (base64_read(BASE64_URL, segments->signature, &signature) != STATUS_OK)
        return refuse(why_out, "token-malformed");
    *why_out = "token-signature";
    TRY(jws_verify(header->algorithm, key, segments->signed_bytes,
                   buf_text(&signature)));
    memcpy(fingerprint_out, key_set_fingerprint(keys, key),
           KEY_FINGERPRINT_BYTES);
    return STATUS_OK;
}

/* A token with the issuer's valid signature. */
struct verified {
    const struct token_issuer *issuer;
    struct text signed_bytes;
    json_t *claims; /* owned */
    unsigned char key[KEY_FINGERPRINT_BYTES];
};

static void verified_clear(struct verified *verified)
{
    json_drop(&verified->claims);
}

static enum status verify(const struct token_setting *setting,
                          struct text token, struct verified *out,
                          const char **why_out)
{
    SCOPED(json_drop) json_t *header_json = NULL;
    SCOPED(json_drop) json_t *claims = NULL;
    const struct token_issuer *issuer;
    struct segments segments;
    struct header header;

    if (token.size == 0 || token.size > TOKEN_MAX_BYTES)
        return refuse(why_out, "token-size");
    if (split(token, &segments) != STATUS_OK ||
        read_json(segments.header, TOKEN_HEADER_MAX_BYTES, &header_json) !=
            STATUS_OK)
        return refuse(why_out, "token-malformed");
    TRY(read_header(header_json, &header, why_out));
    if (read_json(segments.claims, TOKEN_MAX_BYTES, &claims) != STATUS_OK)
        return refuse(why_out, "token-malformed");
    issuer = find_issuer(setting, json_member_text(claims, "iss"));
    if (!issuer)
        return refuse(why_out, "token-issuer");
    if (!has_right_type(header.type, issuer->config) ||
        !token_is_for_access(short_type(header.type), claims, issuer->config))
        return refuse(why_out, "token-kind");
    TRY(check_signature(issuer, &header, &segments, out->key, why_out));
    out->issuer = issuer;
    out->signed_bytes = segments.signed_bytes;
    out->claims = TAKE(claims);
    return STATUS_OK;
}

enum status token_check(const struct token_setting *setting, struct text token,
                        struct auth_evidence *evidence_out, char **claimed_out,
                        const char **why_out)
{
    SCOPED(auth_evidence_clear) struct auth_evidence evidence = {0};
    SCOPED(verified_clear) struct verified verified = {0};
    const struct auth_issuer_config *issuer;
    struct text subject;

    *claimed_out = NULL;
    *why_out = "token-malformed";
    TRY(verify(setting, token, &verified, why_out));
    issuer = verified.issuer->config;
    subject = token_subject(verified.claims, issuer);
    if (text_is_name(subject, IDENTITY_MAX_BYTES / 2))
        *claimed_out = text_dup(subject);
    TRY(token_claims_check(verified.claims, issuer, setting->now_s, why_out));
    TRY(token_claims_read(verified.claims, issuer, setting->now_s, &evidence,
                          why_out));
    TRY(token_use_check(verified.claims, verified.signed_bytes, issuer, setting,
                        &evidence.once, why_out));
    memcpy(evidence.key, verified.key, sizeof(evidence.key));
    *evidence_out = evidence;
    evidence = (struct auth_evidence){0};
    return STATUS_OK;
}
