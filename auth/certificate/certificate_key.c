#include "auth/certificate/certificate_key.h"

#include <openssl/sha.h>

#include "provider/base/hex.h"
#include "provider/base/own.h"

static void openssl_drop(void *memory)
{
    OPENSSL_free(*(void **)memory);
}

enum status certificate_key_hash(X509 *certificate,
                                 char hex_out[CERTIFICATE_KEY_CHARS + 1])
{
    SCOPED(openssl_drop) unsigned char *der = NULL;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    unsigned char hash[CERTIFICATE_KEY_BYTES];

    if (size <= 0)
        return STATUS_INVALID;
    SHA256(der, (size_t)size, hash);
    hex_write_upper(hash, sizeof(hash), hex_out);
    return STATUS_OK;
}
