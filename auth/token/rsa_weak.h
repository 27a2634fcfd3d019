/*
 * Detects RSA keys with a weak modulus.
 */
#pragma once

#include <openssl/evp.h>
#include <stdbool.h>

/*
 * Is it an RSA key with a small factor, or with the fingerprint of a generator
 * whose primes are powers of 65537 modulo a product of small primes
 * (CVE-2017-15361, "ROCA": such keys of 2048 bits have been factored)? False
 * for keys of other kinds. True if it cannot be determined.
 */
bool rsa_is_weak(EVP_PKEY *key);
