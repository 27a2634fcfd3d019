/*
 * Orders to the signer, as a process sends them that is no longer the
 * provider's: whatever they say, the only thing signed is what TLS 1.3 makes a
 * server sign. Key 1 is a curve's, key 2 Edwards'.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "auth/signer/key_ring.h"
#include "auth/signer/server_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_key(struct key_ring *ring, EVP_PKEY *key)
{
    char path[] = "/tmp/fuzz_signer.XXXXXX";
    struct signer_order order = {.verb = SIGNER_LOAD, .size = sizeof(path) - 1};
    struct signer_answer answer;
    FILE *file = fdopen(mkstemp(path), "w");

    assert(file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL));
    fclose(file);
    memcpy(order.bytes, path, order.size);
    key_ring_obey(ring, &order, &answer);
    assert(answer.status == STATUS_OK);
    unlink(path);
    EVP_PKEY_free(key);
}

static struct key_ring *make_ring(void)
{
    struct key_ring *ring = key_ring_new();

    put_key(ring, EVP_EC_gen("P-256"));
    put_key(ring, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
    return ring;
}

static void check(const struct signer_order *order,
                  const struct signer_answer *answer)
{
    const struct text text = {(const char *)order->bytes, order->size};

    assert(signer_answer_is_whole(answer, SIGNER_ANSWER_BYTES(answer->size)));
    if (order->verb == SIGNER_SIGN && answer->status == STATUS_OK)
        assert(server_text_is_one(text) && answer->size > 0 &&
               (order->key == 1 || order->key == 2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct key_ring *ring;
    struct signer_order order;
    struct signer_answer answer;

    if (!ring)
        ring = make_ring();
    if (size > sizeof(order))
        return 0;
    memcpy(&order, data, size);
    if (!signer_order_is_whole(&order, size))
        return 0;
    /* Paths are the host's, and the keys shall stay. */
    if (order.verb == SIGNER_LOAD || order.verb == SIGNER_DROP)
        return 0;
    key_ring_obey(ring, &order, &answer);
    check(&order, &answer);
    return 0;
}
