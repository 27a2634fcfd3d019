/*
 * A token issuer inside a test: keys made at first use, tokens as asked for,
 * right or forged.
 */
#pragma once

#include "provider/base/buf.h"

enum mint_key {
    MINT_RSA,       /* kid "rsa-1" */
    MINT_EC,        /* kid "ec-1", P-256 */
    MINT_ED,        /* kid "ed-1" */
    MINT_OTHER_RSA, /* in no key set */
};

/* The JWK set of the first three. */
void mint_key_set(struct buf *out);

/* The public key as PEM: what a forger takes for an HMAC secret. */
void mint_public_pem(enum mint_key key, struct buf *out);

/*
 * header.claims.signature. alg says how to sign, whatever the header says:
 * RS256, PS256, ES256, EdDSA, "none" (no signature), HS256 (with the public
 * key in PEM), "DER" (an ECDSA signature that was not made raw).
 */
void mint_token(struct buf *out, enum mint_key key, const char *alg,
                const char *header, const char *claims);
