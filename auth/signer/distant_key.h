/*
 * A private key in the signer, and its public half here.
 */
#pragma once

#include <openssl/evp.h>

#include "auth/signer/signer.h"

struct distant_key {
    struct signer *signer; /* borrowed */
    uint32_t number;       /* there; 0: none */
    EVP_PKEY *public;      /* owned */
    _Atomic unsigned n_holders;
};

/* Has the signer read a file, for one purpose: private_key_read(). The caller
 * holds the result. why_out: borrowed, as of why_format(). */
MUST_CHECK
enum status distant_key_read(struct signer *signer, enum signer_purpose purpose,
                             const char *path, EVP_PKEY *wanted,
                             struct distant_key **key_out,
                             const char **why_out);
struct distant_key *distant_key_hold(struct distant_key *key);
void distant_key_free(struct distant_key *key); /* releases a hold */
DEFINE_DROP(distant_key)

/* Of what the key's purpose is, and nothing else. size_out is at most
 * room, or it fails. */
MUST_CHECK
enum status distant_key_sign(const struct distant_key *key,
                             enum signer_digest digest, struct text text,
                             unsigned char *signature, size_t room,
                             size_t *size_out);
