#include "auth/signer/distant_key.h"

#include <stdatomic.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "auth/why.h"

static enum status ask(struct signer *signer, struct signer_order *order,
                       struct text bytes, struct signer_answer *answer)
{
    answer->size = 0;
    if (bytes.size > SIGNER_BYTES_MAX)
        return STATUS_INVALID;
    memcpy(order->bytes, bytes.data, bytes.size);
    order->size = (uint32_t)bytes.size;
    signer_ask(signer, order, answer);
    return (enum status)answer->status;
}

/* "PATH NUL public half", or the path alone. False: there is no room. */
static bool put_question(const char *path, EVP_PKEY *wanted,
                         struct signer_order *order)
{
    const size_t length = strlen(path) + (wanted ? 1 : 0);
    const int size = wanted ? i2d_PUBKEY(wanted, NULL) : 0;
    unsigned char *at = order->bytes + length;

    if (size < 0 || length + (size_t)size > SIGNER_BYTES_MAX)
        return false;
    memcpy(order->bytes, path, length);
    if (wanted)
        (void)i2d_PUBKEY(wanted, &at);
    order->size = (uint32_t)(length + (size_t)size);
    return true;
}

static enum status take(struct distant_key *key,
                        const struct signer_answer *answer)
{
    const unsigned char *at = answer->bytes;

    key->number = answer->key;
    key->public = d2i_PUBKEY(NULL, &at, (long)answer->size);
    ERR_clear_error();
    return key->public ? STATUS_OK : STATUS_INVALID;
}

enum status distant_key_read(struct signer *signer, enum signer_purpose purpose,
                             const char *path, EVP_PKEY *wanted,
                             struct distant_key **key_out, const char **why_out)
{
    OWNED(distant_key) key = calloc(1, sizeof(*key));
    struct signer_order order = {.verb = SIGNER_LOAD, .purpose = purpose};
    struct signer_answer answer;

    *why_out = "no memory";
    if (!key)
        return STATUS_NO_MEMORY;
    key->signer = signer;
    key->n_holders = 1;
    *why_out = "the path is too long, or the key of the certificate";
    if (!put_question(path, wanted, &order))
        return STATUS_INVALID;
    signer_ask(signer, &order, &answer);
    if (answer.status != STATUS_OK) {
        *why_out = answer.size ? why_format("%.*s", (int)answer.size,
                                            (const char *)answer.bytes)
                               : "the signer does not answer";
        return (enum status)answer.status;
    }
    *why_out = why_format("%s: a key of no known kind", path);
    TRY(take(key, &answer));
    *key_out = TAKE(key);
    return STATUS_OK;
}

struct distant_key *distant_key_hold(struct distant_key *key)
{
    key->n_holders++;
    return key;
}

void distant_key_free(struct distant_key *key)
{
    struct signer_order order = {.verb = SIGNER_DROP};
    struct signer_answer answer;

    if (!key || --key->n_holders > 0)
        return;
    order.key = key->number;
    if (key->number)
        signer_ask(key->signer, &order, &answer);
    EVP_PKEY_free(key->public);
    free(key);
}

enum status distant_key_sign(const struct distant_key *key,
                             enum signer_digest digest, struct text text,
                             unsigned char *signature, size_t room,
                             size_t *size_out)
{
    struct signer_order order = {
        .verb = SIGNER_SIGN, .key = key->number, .digest = digest};
    struct signer_answer answer;

    TRY(ask(key->signer, &order, text, &answer));
    if (answer.size > room)
        return STATUS_INVALID;
    memcpy(signature, answer.bytes, answer.size);
    *size_out = answer.size;
    return STATUS_OK;
}
