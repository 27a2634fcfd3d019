/*
 * Keys of the signer, as the TLS library takes them: a provider of algorithms
 * (provider(7)) that has the public half, and passes on what is to be signed.
 *
 * It is in a library context of its own: the rest of the program never takes an
 * algorithm from it, only its keys do.
 */
#pragma once

#include "auth/signer/distant_key.h"

/* Has the signer read a file: private_key_read(). The key is given to the
 * caller, and borrows the signer. why_out: borrowed, as of why_format(). */
MUST_CHECK
enum status key_provider_load(struct signer *signer, const char *path,
                              EVP_PKEY *wanted, EVP_PKEY **key_out,
                              const char **why_out);
