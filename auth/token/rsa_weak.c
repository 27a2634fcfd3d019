#include "auth/token/rsa_weak.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "provider/base/mutant.h"
#include "provider/base/own.h"

static void bignum_drop(BIGNUM **number)
{
    BN_free(*number);
}

static const unsigned primes[] = {
    3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
    47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
};

/* Is the remainder a power of 65537 modulo the prime? */
static bool is_power(unsigned remainder, unsigned prime)
{
    unsigned power = 1;

    do {
        if (power == remainder)
            return true;
        power = power * (65537 % prime) % prime;
    } while (power != 1);
    return false;
}

bool rsa_is_weak(EVP_PKEY *key)
{
    SCOPED(bignum_drop) BIGNUM *modulus = NULL;
    bool has_fingerprint = true;

    if (MUTANT("c6-roca") ||
        (!EVP_PKEY_is_a(key, "RSA") && !EVP_PKEY_is_a(key, "RSA-PSS")))
        return false;
    if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus) != 1 ||
        !BN_is_odd(modulus))
        return true;
    for (size_t i = 0; i < ARRAY_SIZE(primes); i++) {
        const BN_ULONG remainder = BN_mod_word(modulus, primes[i]);

        if (remainder == 0)
            return true;
        has_fingerprint =
            has_fingerprint && is_power((unsigned)remainder, primes[i]);
    }
    return has_fingerprint;
}
