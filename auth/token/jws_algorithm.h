/*
 * The signature algorithms of tokens, and no others: no "none", no HMAC.
 * Source: RFC 7518 section 3, RFC 8037; rule T33.
 */
#pragma once

#include <openssl/evp.h>

#include "provider/base/status.h"
#include "provider/base/text.h"

enum jws_family {
    JWS_RSA_PKCS1,
    JWS_RSA_PSS,
    JWS_ECDSA,
    JWS_EDDSA,
};

struct jws_algorithm {
    const char *name; /* "ES256" */
    enum jws_family family;
    const char *digest;    /* NULL: the algorithm implies its own */
    const char *curve;     /* of the key; NULL: not an elliptic curve */
    size_t signature_size; /* exact; 0: as long as the modulus */
};

/* NULL if there is none of that name (exact case). */
const struct jws_algorithm *jws_algorithm_read(struct text name);

/* Is a key of that type (and curve, and size) meant for it? */
bool jws_algorithm_fits(const struct jws_algorithm *algorithm, EVP_PKEY *key);

/*
 * STATUS_OK if the signature over signed_bytes is the key's; STATUS_DENIED
 * otherwise. The key must fit.
 */
MUST_CHECK
enum status jws_verify(const struct jws_algorithm *algorithm, EVP_PKEY *key,
                       struct text signed_bytes, struct text signature);
