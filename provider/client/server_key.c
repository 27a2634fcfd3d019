#include "provider/client/server_key.h"

#include <stdio.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

static const struct text prefix = {"sha256:", 7};

static int read_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum status server_key_read(struct text text, struct server_key *key_out)
{
    struct server_key key = {.is_set = true};

    if (text.size != prefix.size + 2 * SERVER_KEY_BYTES ||
        memcmp(text.data, prefix.data, prefix.size) != 0)
        return STATUS_INVALID;
    for (size_t i = 0; i < SERVER_KEY_BYTES; i++) {
        const char *digits = text.data + prefix.size + 2 * i;
        const int high = read_digit(digits[0]), low = read_digit(digits[1]);

        if (high < 0 || low < 0)
            return STATUS_INVALID;
        key.sha256[i] = (unsigned char)(high * 16 + low);
    }
    *key_out = key;
    return STATUS_OK;
}

void server_key_write(const struct server_key *key,
                      char text_out[SERVER_KEY_TEXT_BYTES])
{
    size_t size =
        (size_t)snprintf(text_out, SERVER_KEY_TEXT_BYTES, "%s", prefix.data);

    for (size_t i = 0; i < SERVER_KEY_BYTES; i++)
        size += (size_t)snprintf(text_out + size, SERVER_KEY_TEXT_BYTES - size,
                                 "%02x", key->sha256[i]);
}

struct server_key server_key_of(X509 *certificate)
{
    struct server_key key = {false};
    unsigned char *der = NULL;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);

    key.is_set = size > 0 && EVP_Digest(der, (size_t)size, key.sha256, NULL,
                                        EVP_sha256(), NULL) == 1;
    OPENSSL_free(der);
    return key;
}

bool server_key_equal(const struct server_key *a, const struct server_key *b)
{
    return a->is_set && b->is_set &&
           CRYPTO_memcmp(a->sha256, b->sha256, SERVER_KEY_BYTES) == 0;
}
