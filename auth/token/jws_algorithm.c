#include "auth/token/jws_algorithm.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "provider/base/own.h"

enum {
    RSA_MIN_BITS = 2048,
    RSA_MAX_BITS = 8192, /* T44: work is bounded before it starts */
    ECDSA_MAX_RAW_BYTES = 132,
    ECDSA_MAX_DER_BYTES = ECDSA_MAX_RAW_BYTES + 16,
};

static const struct jws_algorithm algorithms[] = {
    {"RS256", JWS_RSA_PKCS1, "SHA256", NULL, 0},
    {"RS384", JWS_RSA_PKCS1, "SHA384", NULL, 0},
    {"RS512", JWS_RSA_PKCS1, "SHA512", NULL, 0},
    {"PS256", JWS_RSA_PSS, "SHA256", NULL, 0},
    {"PS384", JWS_RSA_PSS, "SHA384", NULL, 0},
    {"PS512", JWS_RSA_PSS, "SHA512", NULL, 0},
    {"ES256", JWS_ECDSA, "SHA256", "prime256v1", 64},
    {"ES384", JWS_ECDSA, "SHA384", "secp384r1", 96},
    {"ES512", JWS_ECDSA, "SHA512", "secp521r1", 132},
    {"EdDSA", JWS_EDDSA, NULL, NULL, 64},
};

static void digest_context_drop(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

static void signature_drop(ECDSA_SIG **signature)
{
    ECDSA_SIG_free(*signature);
}

const struct jws_algorithm *jws_algorithm_read(struct text name)
{
    for (size_t i = 0; i < ARRAY_SIZE(algorithms); i++)
        if (text_equal(name, text_of(algorithms[i].name)))
            return &algorithms[i];
    return NULL;
}

static bool has_curve(EVP_PKEY *key, const char *curve)
{
    char name[64];
    size_t length;

    return EVP_PKEY_is_a(key, "EC") &&
           EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name,
                                          sizeof(name), &length) == 1 &&
           strcmp(name, curve) == 0;
}

bool jws_algorithm_fits(const struct jws_algorithm *algorithm, EVP_PKEY *key)
{
    const int bits = EVP_PKEY_get_bits(key);

    switch (algorithm->family) {
    case JWS_RSA_PKCS1:
    case JWS_RSA_PSS:
        return EVP_PKEY_is_a(key, "RSA") && bits >= RSA_MIN_BITS &&
               bits <= RSA_MAX_BITS; /* a weak key is never in a key set */
    case JWS_ECDSA:
        return has_curve(key, algorithm->curve);
    case JWS_EDDSA:
        return EVP_PKEY_is_a(key, "ED25519");
    }
    return false;
}

/* r || s, each half of the size, as the DER that OpenSSL expects. */
static size_t der_of_raw(struct text raw, unsigned char *der)
{
    const unsigned char *bytes = (const unsigned char *)raw.data;
    const int half = (int)(raw.size / 2);
    SCOPED(signature_drop) ECDSA_SIG *signature = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(bytes, half, NULL);
    BIGNUM *s = BN_bin2bn(bytes + half, half, NULL);
    int length;

    if (!signature || !r || !s || ECDSA_SIG_set0(signature, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return 0;
    }
    length = i2d_ECDSA_SIG(signature, NULL);
    if (length <= 0 || length > ECDSA_MAX_DER_BYTES)
        return 0;
    return (size_t)i2d_ECDSA_SIG(signature, &der);
}

static bool use_pss(EVP_PKEY_CTX *context)
{
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) ==
               1;
}

static bool is_signed(const struct jws_algorithm *algorithm, EVP_PKEY *key,
                      struct text bytes, const unsigned char *signature,
                      size_t size)
{
    SCOPED(digest_context_drop) EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options = NULL; /* owned by context */

    if (!context ||
        EVP_DigestVerifyInit_ex(context, &options, algorithm->digest, NULL,
                                NULL, key, NULL) != 1)
        return false;
    if (algorithm->family == JWS_RSA_PSS && !use_pss(options))
        return false;
    return EVP_DigestVerify(context, signature, size,
                            (const unsigned char *)bytes.data, bytes.size) == 1;
}

static bool has_right_size(const struct jws_algorithm *algorithm, EVP_PKEY *key,
                           size_t size)
{
    if (algorithm->signature_size)
        return size == algorithm->signature_size;
    return size == (size_t)EVP_PKEY_get_size(key);
}

enum status jws_verify(const struct jws_algorithm *algorithm, EVP_PKEY *key,
                       struct text signed_bytes, struct text signature)
{
    unsigned char der[ECDSA_MAX_DER_BYTES];
    const unsigned char *bytes = (const unsigned char *)signature.data;
    size_t size = signature.size;
    bool good;

    if (!has_right_size(algorithm, key, size))
        return STATUS_DENIED;
    if (algorithm->family == JWS_ECDSA) {
        size = der_of_raw(signature, der);
        bytes = der;
    }
    good = size > 0 && is_signed(algorithm, key, signed_bytes, bytes, size);
    if (!good)
        ERR_clear_error(); /* OpenSSL keeps an error queue per thread */
    return good ? STATUS_OK : STATUS_DENIED;
}
