#include "auth/certificate/certificate_memory.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "auth/certificate/certificate_time.h"
#include "provider/base/clock.h"
#include "provider/base/own.h"

enum { SLOTS = 256, DIGEST_BYTES = 32, KEEP_S = 60 };

struct slot {
    unsigned char digest[DIGEST_BYTES]; /* of all that the client sent */
    STACK_OF(X509) * chain;             /* owned; NULL: empty */
    int64_t from_s;                     /* wall clock */
    int64_t until_s;
    int64_t until_ms; /* monotonic clock */
};

struct certificate_memory {
    pthread_mutex_t lock;
    struct slot slots[SLOTS];
};

static void chain_free(STACK_OF(X509) * chain)
{
    sk_X509_pop_free(chain, X509_free);
}

static void memory_free(void *parent, void *memory, CRYPTO_EX_DATA *data,
                        int index, long arg_l, void *arg_p)
{
    struct certificate_memory *freed = memory;

    (void)parent;
    (void)data;
    (void)index;
    (void)arg_l;
    (void)arg_p;
    if (!freed)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        chain_free(freed->slots[i].chain);
    pthread_mutex_destroy(&freed->lock);
    free(freed);
}

static int index_of_memory;

static void make_index(void)
{
    index_of_memory =
        SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, memory_free);
}

struct certificate_memory *certificate_memory_of(SSL_CTX *context)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct certificate_memory *memory;

    pthread_once(&once, make_index);
    memory = SSL_CTX_get_ex_data(context, index_of_memory);
    if (memory || index_of_memory < 0)
        return memory;
    memory = calloc(1, sizeof(*memory));
    if (!memory)
        return NULL;
    pthread_mutex_init(&memory->lock, NULL);
    if (SSL_CTX_set_ex_data(context, index_of_memory, memory) == 1)
        return memory;
    pthread_mutex_destroy(&memory->lock);
    free(memory);
    return NULL;
}

/* ---- The key of an entry ---- */

static void digest_drop(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

static bool add_certificate(EVP_MD_CTX *digest, const X509 *certificate)
{
    unsigned char one[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    return X509_digest(certificate, EVP_sha256(), one, &size) == 1 &&
           EVP_DigestUpdate(digest, one, size) == 1;
}

/* The certificate itself and the rest of the chain, in order. */
static bool digest_of(X509_STORE_CTX *verifying,
                      unsigned char out[DIGEST_BYTES])
{
    SCOPED(digest_drop) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    const X509 *leaf = X509_STORE_CTX_get0_cert(verifying);
    const STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(verifying);

    if (!digest || !leaf ||
        EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1 ||
        !add_certificate(digest, leaf))
        return false;
    for (int i = 0; i < sk_X509_num(sent); i++) {
        if (!add_certificate(digest, sk_X509_value(sent, i)))
            return false;
    }
    return EVP_DigestFinal_ex(digest, out, NULL) == 1;
}

/* ---- Expiry ---- */

/* INT64_MIN: unreadable, treated as expired. */
static int64_t time_s(const ASN1_TIME *time)
{
    return certificate_time_s(time, INT64_MIN);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The earliest expiry of a certificate of the chain or of any CRL. */
static int64_t end_of(X509_STORE_CTX *verifying, const STACK_OF(X509) * chain)
{
    const STACK_OF(X509_OBJECT) *objects =
        X509_STORE_get0_objects(X509_STORE_CTX_get0_store(verifying));
    int64_t end_s = INT64_MAX;

    for (int i = 0; i < sk_X509_num(chain); i++)
        end_s =
            earlier(end_s, time_s(X509_get0_notAfter(sk_X509_value(chain, i))));
    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        const X509_CRL *crl =
            X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));

        if (crl)
            end_s = earlier(end_s, time_s(X509_CRL_get0_nextUpdate(crl)));
    }
    return end_s;
}

/* ---- Finding and keeping ---- */

static struct slot *slot_of(struct certificate_memory *memory,
                            const unsigned char digest[DIGEST_BYTES])
{
    return &memory->slots[digest[0] % SLOTS];
}

static bool is_good_now(const struct slot *slot,
                        const unsigned char digest[DIGEST_BYTES])
{
    const int64_t now_s = clock_wall_s();

    return slot->chain && memcmp(slot->digest, digest, DIGEST_BYTES) == 0 &&
           slot->from_s <= now_s && now_s < slot->until_s &&
           clock_mono_ms() < slot->until_ms;
}

/* The connections of a client hold the certificate that was read first, instead
 * of the same bytes parsed again: kilobytes of small pieces each. */
static void share_leaf(X509_STORE_CTX *verifying, X509 *known)
{
    STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(verifying);
    X509 *leaf = X509_STORE_CTX_get0_cert(verifying);

    if (leaf == known || sk_X509_num(sent) < 1 ||
        sk_X509_value(sent, 0) != leaf || X509_up_ref(known) != 1)
        return;
    sk_X509_set(sent, 0, known);
    X509_STORE_CTX_set_cert(verifying, known);
    X509_free(leaf);
}

bool certificate_memory_find(struct certificate_memory *memory,
                             X509_STORE_CTX *verifying)
{
    unsigned char digest[DIGEST_BYTES];
    STACK_OF(X509) *chain = NULL;
    const struct slot *slot;

    if (!memory || !digest_of(verifying, digest))
        return false;
    slot = slot_of(memory, digest);
    pthread_mutex_lock(&memory->lock);
    if (is_good_now(slot, digest))
        chain = X509_chain_up_ref(slot->chain);
    pthread_mutex_unlock(&memory->lock);
    if (!chain)
        return false;
    share_leaf(verifying, sk_X509_value(chain, 0));
    X509_STORE_CTX_set0_verified_chain(verifying, chain);
    X509_STORE_CTX_set_error(verifying, X509_V_OK);
    return true;
}

void certificate_memory_keep(struct certificate_memory *memory,
                             X509_STORE_CTX *verifying)
{
    struct slot kept = {.chain = X509_STORE_CTX_get1_chain(verifying)};
    STACK_OF(X509) *before = kept.chain;
    struct slot *slot;

    if (memory && kept.chain && digest_of(verifying, kept.digest)) {
        kept.from_s = clock_wall_s();
        kept.until_s =
            earlier(kept.from_s + KEEP_S, end_of(verifying, kept.chain));
        kept.until_ms = clock_mono_ms() + (int64_t)KEEP_S * 1000;
        slot = slot_of(memory, kept.digest);
        pthread_mutex_lock(&memory->lock);
        before = slot->chain;
        *slot = kept;
        pthread_mutex_unlock(&memory->lock);
    }
    chain_free(before);
}
