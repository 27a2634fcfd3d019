#include "tests/support/mint.h"

#include "tests/unit/unit.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "provider/base/base64.h"

enum { N_KEYS = MINT_OTHER_RSA + 1, SIGNATURE_MAX_BYTES = 1024 };

static EVP_PKEY *keys[N_KEYS];

static void free_keys(void)
{
    for (size_t i = 0; i < N_KEYS; i++)
        EVP_PKEY_free(keys[i]);
}

static EVP_PKEY *key_of(enum mint_key key)
{
    if (!keys[MINT_RSA]) {
        keys[MINT_RSA] = EVP_RSA_gen(2048);
        keys[MINT_EC] = EVP_EC_gen("P-256");
        keys[MINT_ED] = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        keys[MINT_OTHER_RSA] = EVP_RSA_gen(2048);
        atexit(free_keys);
    }
    assert_non_null(keys[key]);
    return keys[key];
}

static void append_encoded(struct buf *out, const void *data, size_t size)
{
    base64_append(out, BASE64_URL, (struct text){data, size});
}

static void append_number(struct buf *out, EVP_PKEY *key, const char *name,
                          size_t pad_to)
{
    unsigned char bytes[SIGNATURE_MAX_BYTES];
    BIGNUM *number = NULL;
    size_t size;

    assert_int_equal(EVP_PKEY_get_bn_param(key, name, &number), 1);
    size = pad_to ? pad_to : (size_t)BN_num_bytes(number);
    assert_int_equal(BN_bn2binpad(number, bytes, (int)size), size);
    append_encoded(out, bytes, size);
    BN_free(number);
}

void mint_key_set(struct buf *out)
{
    unsigned char raw[32];
    size_t size = sizeof(raw);

    buf_append_string(out, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"rsa-1\","
                           "\"use\":\"sig\",\"n\":\"");
    append_number(out, key_of(MINT_RSA), OSSL_PKEY_PARAM_RSA_N, 0);
    buf_append_string(out, "\",\"e\":\"");
    append_number(out, key_of(MINT_RSA), OSSL_PKEY_PARAM_RSA_E, 0);
    buf_append_string(out, "\"},{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":"
                           "\"ec-1\",\"alg\":\"ES256\",\"x\":\"");
    append_number(out, key_of(MINT_EC), OSSL_PKEY_PARAM_EC_PUB_X, 32);
    buf_append_string(out, "\",\"y\":\"");
    append_number(out, key_of(MINT_EC), OSSL_PKEY_PARAM_EC_PUB_Y, 32);
    buf_append_string(out, "\"},{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":"
                           "\"ed-1\",\"x\":\"");
    assert_int_equal(EVP_PKEY_get_raw_public_key(key_of(MINT_ED), raw, &size),
                     1);
    append_encoded(out, raw, size);
    buf_append_string(out, "\"},{\"kty\":\"oct\",\"kid\":\"secret\",\"k\":"
                           "\"AAAA\"}]}");
}

void mint_public_pem(enum mint_key key, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data;
    long size;

    assert_int_equal(PEM_write_bio_PUBKEY(bio, key_of(key)), 1);
    size = BIO_get_mem_data(bio, &data);
    buf_append(out, data, (size_t)size);
    BIO_free(bio);
}

static size_t sign_hmac(enum mint_key key, struct text bytes,
                        unsigned char *signature)
{
    SCOPED(buf_free) struct buf pem = buf_make(4096);
    unsigned size = 0;

    mint_public_pem(key, &pem);
    HMAC(EVP_sha256(), buf_text(&pem).data, (int)pem.size,
         (const unsigned char *)bytes.data, bytes.size, signature, &size);
    return size;
}

static size_t sign_key(enum mint_key key, const char *alg, struct text bytes,
                       unsigned char *signature)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options = NULL;
    const char *digest = strcmp(alg, "EdDSA") == 0 ? NULL : "SHA256";
    size_t size = SIGNATURE_MAX_BYTES;

    assert_int_equal(EVP_DigestSignInit_ex(context, &options, digest, NULL,
                                           NULL, key_of(key), NULL),
                     1);
    if (strcmp(alg, "PS256") == 0) {
        EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
    }
    assert_int_equal(EVP_DigestSign(context, signature, &size,
                                    (const unsigned char *)bytes.data,
                                    bytes.size),
                     1);
    EVP_MD_CTX_free(context);
    return size;
}

static size_t raw_of_der(unsigned char *signature, size_t size)
{
    const unsigned char *at = signature;
    ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &at, (long)size);

    BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature + 32, 32);
    ECDSA_SIG_free(parts);
    return 64;
}

void mint_token(struct buf *out, enum mint_key key, const char *alg,
                const char *header, const char *claims)
{
    unsigned char signature[SIGNATURE_MAX_BYTES];
    size_t size = 0;

    append_encoded(out, header, strlen(header));
    buf_append_char(out, '.');
    append_encoded(out, claims, strlen(claims));
    if (strcmp(alg, "HS256") == 0)
        size = sign_hmac(key, buf_text(out), signature);
    else if (strcmp(alg, "none") != 0)
        size = sign_key(key, alg, buf_text(out), signature);
    if (strcmp(alg, "ES256") == 0)
        size = raw_of_der(signature, size);
    buf_append_char(out, '.');
    append_encoded(out, signature, size);
}
