#include "auth/signer/key_ring.h"

#include <pthread.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "auth/certificate/private_key.h"
#include "auth/signer/server_text.h"
#include "auth/signer/ssh_certificate.h"
#include "provider/base/offline_login.h"
#include "provider/base/own.h"

/* Of one site; a renewed key stays while connections use the old one. */
enum { KEYS_MAX = 256, CURVE_NAME_BYTES = 32, ED25519_BYTES = 32 };

struct held_key {
    uint32_t number;
    uint32_t purpose;
    unsigned n_holders;
    EVP_PKEY *key; /* owned */
};

struct key_ring {
    pthread_rwlock_t lock;
    struct held_key keys[KEYS_MAX];
    size_t n;
    uint32_t last_number;
};

struct key_ring *key_ring_new(void)
{
    struct key_ring *ring = calloc(1, sizeof(*ring));

    if (ring)
        pthread_rwlock_init(&ring->lock, NULL);
    return ring;
}

void key_ring_free(struct key_ring *ring)
{
    if (!ring)
        return;
    for (size_t i = 0; i < ring->n; i++)
        EVP_PKEY_free(ring->keys[i].key);
    pthread_rwlock_destroy(&ring->lock);
    free(ring);
}

/* NULL: none has that number. */
static struct held_key *find(struct key_ring *ring, uint32_t number)
{
    for (size_t i = 0; i < ring->n; i++)
        if (ring->keys[i].number == number)
            return &ring->keys[i];
    return NULL;
}

static enum status fail(struct signer_answer *answer, enum status status,
                        const char *why)
{
    signer_answer_put(answer, text_of(why));
    return status;
}

/* ---- Loading ---- */

static enum status put_public(EVP_PKEY *key, struct signer_answer *answer)
{
    unsigned char *at = answer->bytes;
    const int size = i2d_PUBKEY(key, NULL);

    if (size <= 0 || size > SIGNER_BYTES_MAX)
        return fail(answer, STATUS_INVALID, "a key of no known kind");
    answer->size = (uint32_t)i2d_PUBKEY(key, &at);
    return STATUS_OK;
}

/* Takes the key. The same one, read again, is held once, for one purpose. */
static struct held_key *hold(struct key_ring *ring, uint32_t purpose,
                             EVP_PKEY *key)
{
    for (size_t i = 0; i < ring->n; i++)
        if (EVP_PKEY_eq(ring->keys[i].key, key) == 1) {
            EVP_PKEY_free(key);
            if (ring->keys[i].purpose != purpose)
                return NULL;
            ring->keys[i].n_holders++;
            return &ring->keys[i];
        }
    if (ring->n == KEYS_MAX) {
        EVP_PKEY_free(key);
        return NULL;
    }
    ring->keys[ring->n] =
        (struct held_key){++ring->last_number, purpose, 1, key};
    return &ring->keys[ring->n++];
}

/* "PATH NUL public half", or the path alone. */
static enum status read_file(const struct signer_order *order,
                             EVP_PKEY **key_out, const char **why_out)
{
    SCOPED(private_key_drop) EVP_PKEY *wanted = NULL;
    char path[SIGNER_BYTES_MAX + 1] = "";
    const unsigned char *at;
    size_t length;

    memcpy(path, order->bytes, order->size);
    length = strlen(path);
    if (length < order->size) {
        at = order->bytes + length + 1;
        wanted = d2i_PUBKEY(NULL, &at, (long)(order->size - length - 1));
        *why_out = "the key of the certificate is of no known kind";
        if (!wanted)
            return STATUS_INVALID;
    }
    return private_key_read(path, wanted, key_out, why_out);
}

static enum status load(struct key_ring *ring, const struct signer_order *order,
                        struct signer_answer *answer)
{
    SCOPED(private_key_drop) EVP_PKEY *key = NULL;
    const struct held_key *held;
    const char *why = NULL;
    enum status status;

    status = read_file(order, &key, &why);
    if (status != STATUS_OK)
        return fail(answer, status, why);
    TRY(put_public(key, answer));
    pthread_rwlock_wrlock(&ring->lock);
    held = hold(ring, order->purpose, TAKE(key));
    answer->key = held ? held->number : 0;
    pthread_rwlock_unlock(&ring->lock);
    return held ? STATUS_OK
                : fail(answer, STATUS_CONFLICT,
                       "too many keys, or one for two purposes");
}

static enum status drop(struct key_ring *ring, uint32_t number)
{
    struct held_key *held;

    pthread_rwlock_wrlock(&ring->lock);
    held = find(ring, number);
    if (held && --held->n_holders == 0) {
        EVP_PKEY_free(held->key);
        *held = ring->keys[--ring->n];
    }
    pthread_rwlock_unlock(&ring->lock);
    return STATUS_OK;
}

/* ---- Signing ---- */

static const char *const digest_names[SIGNER_N_DIGESTS] = {
    [SIGNER_DIGEST_NONE] = NULL,
    [SIGNER_SHA256] = "SHA256",
    [SIGNER_SHA384] = "SHA384",
    [SIGNER_SHA512] = "SHA512",
};

/* Each curve of TLS 1.3 has its digest. */
static uint32_t digest_of_curve(EVP_PKEY *key)
{
    char name[CURVE_NAME_BYTES];
    int curve;

    if (EVP_PKEY_get_group_name(key, name, sizeof(name), NULL) != 1)
        return SIGNER_DIGEST_NONE;
    curve = OBJ_txt2nid(name);
    if (curve == NID_X9_62_prime256v1)
        return SIGNER_SHA256;
    if (curve == NID_secp384r1)
        return SIGNER_SHA384;
    return curve == NID_secp521r1 ? SIGNER_SHA512 : SIGNER_DIGEST_NONE;
}

static bool is_rsa(EVP_PKEY *key)
{
    return EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS");
}

/* A scheme of TLS 1.3 (RFC 8446, 4.2.3) for a key of that kind? */
static bool is_scheme(EVP_PKEY *key, uint32_t digest)
{
    if (digest >= SIGNER_N_DIGESTS)
        return false;
    if (EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448"))
        return digest == SIGNER_DIGEST_NONE;
    if (digest == SIGNER_DIGEST_NONE)
        return false;
    return is_rsa(key) || digest == digest_of_curve(key);
}

static void sum_drop(EVP_MD_CTX **sum)
{
    EVP_MD_CTX_free(*sum);
}

static bool sign_text(EVP_PKEY *key, const struct signer_order *order,
                      struct signer_answer *answer)
{
    SCOPED(sum_drop) EVP_MD_CTX *sum = EVP_MD_CTX_new();
    EVP_PKEY_CTX *manner = NULL;
    size_t size = sizeof(answer->bytes);

    if (!sum || EVP_DigestSignInit_ex(sum, &manner, digest_names[order->digest],
                                      NULL, NULL, key, NULL) != 1)
        return false;
    if (is_rsa(key) &&
        (EVP_PKEY_CTX_set_rsa_padding(manner, RSA_PKCS1_PSS_PADDING) != 1 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(manner, RSA_PSS_SALTLEN_DIGEST) != 1))
        return false;
    if (EVP_DigestSign(sum, answer->bytes, &size, order->bytes, order->size) !=
        1)
        return false;
    answer->size = (uint32_t)size;
    return true;
}

/* The certificate of a user, by this key? */
static bool is_certificate(EVP_PKEY *key, struct text text)
{
    SCOPED(buf_free) struct buf authority = buf_make(SSH_CERTIFICATE_BYTES);
    unsigned char point[ED25519_BYTES];
    size_t size = sizeof(point);

    if (!EVP_PKEY_is_a(key, "ED25519") ||
        EVP_PKEY_get_raw_public_key(key, point, &size) != 1)
        return false;
    ssh_put_string(&authority, TEXT("ssh-ed25519"));
    ssh_put_string(&authority, (struct text){(const char *)point, size});
    return buf_status(&authority) == STATUS_OK &&
           ssh_certificate_is_one(text, buf_text(&authority));
}

/* No text of one purpose is one of another. */
static bool is_of_purpose(const struct held_key *held, struct text text)
{
    static const struct text head = TEXT(OFFLINE_LOGIN_HEAD);

    switch ((enum signer_purpose)held->purpose) {
    case SIGNER_FOR_TLS:
        return server_text_is_one(text);
    case SIGNER_FOR_HOSTS:
        return text.size > head.size &&
               memcmp(text.data, head.data, head.size) == 0;
    case SIGNER_FOR_SSH:
        return is_certificate(held->key, text);
    case SIGNER_N_PURPOSES:
        break;
    }
    return false;
}

static enum status sign_with(const struct held_key *held,
                             const struct signer_order *order,
                             struct signer_answer *answer)
{
    const struct text text = {(const char *)order->bytes, order->size};

    if (!is_of_purpose(held, text))
        return fail(answer, STATUS_DENIED, "not what this key signs");
    if (!is_scheme(held->key, order->digest))
        return fail(answer, STATUS_DENIED, "not a scheme of this key");
    return sign_text(held->key, order, answer)
               ? STATUS_OK
               : fail(answer, STATUS_UNAVAILABLE, "cannot sign");
}

static enum status sign(struct key_ring *ring, const struct signer_order *order,
                        struct signer_answer *answer)
{
    const struct held_key *held;
    enum status status;

    pthread_rwlock_rdlock(&ring->lock);
    held = find(ring, order->key);
    status = held ? sign_with(held, order, answer)
                  : fail(answer, STATUS_NOT_FOUND, "no such key");
    pthread_rwlock_unlock(&ring->lock);
    return status;
}

void key_ring_obey(struct key_ring *ring, const struct signer_order *order,
                   struct signer_answer *answer)
{
    enum status status = STATUS_INVALID;

    answer->key = answer->size = 0;
    switch (order->verb) {
    case SIGNER_LOAD:
        status = load(ring, order, answer);
        break;
    case SIGNER_SIGN:
        status = sign(ring, order, answer);
        break;
    case SIGNER_DROP:
        status = drop(ring, order->key);
        break;
    default:
        break;
    }
    answer->status = (int32_t)status;
    ERR_clear_error();
}
