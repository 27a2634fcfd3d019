#include "provider/net/penalty.h"

#include <openssl/rand.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    WAYS = 8,
    SEED_BYTES = 32,
    SOURCE_MAX_BYTES = 64,
    N_SETS = PENALTY_ENTRIES / WAYS
};

enum kind { KIND_IPV4 = 0, KIND_IPV6, KIND_LOCAL, N_KINDS };

struct penalty {
    uint64_t key;      /* 0: free */
    int64_t until_ms;  /* when the penalty has passed */
    int64_t second_ms; /* since when connections are counted */
    unsigned n_in_second;
};

struct penalties {
    pthread_mutex_t lock;
    unsigned char seed[SEED_BYTES]; /* collisions cannot be chosen */
    struct penalty entries[N_KINDS][N_SETS][WAYS];
};

enum status penalties_new(struct penalties **penalties_out)
{
    struct penalties *penalties = calloc(1, sizeof(*penalties));

    if (!penalties)
        return STATUS_NO_MEMORY;
    if (RAND_bytes(penalties->seed, SEED_BYTES) != 1) {
        free(penalties);
        return STATUS_UNAVAILABLE;
    }
    pthread_mutex_init(&penalties->lock, NULL);
    *penalties_out = penalties;
    return STATUS_OK;
}

void penalties_free(struct penalties *penalties)
{
    if (!penalties)
        return;
    pthread_mutex_destroy(&penalties->lock);
    free(penalties);
}

static enum kind kind_of(struct text source)
{
    if (memchr(source.data, ':', source.size))
        return KIND_IPV6;
    return memchr(source.data, '.', source.size) ? KIND_IPV4 : KIND_LOCAL;
}

/* Asked for each connection of a flood, so a plain hash after the secret has to
 * do: it is told to nobody. */
static uint64_t key_of(const struct penalties *penalties, struct text source)
{
    unsigned char keyed[SEED_BYTES + SOURCE_MAX_BYTES];
    unsigned char hash[SHA256_DIGEST_LENGTH];
    const size_t size =
        source.size < SOURCE_MAX_BYTES ? source.size : SOURCE_MAX_BYTES;
    uint64_t key = 0;

    memcpy(keyed, penalties->seed, SEED_BYTES);
    memcpy(keyed + SEED_BYTES, source.data, size);
    if (SHA256(keyed, SEED_BYTES + size, hash))
        memcpy(&key, hash, sizeof(key));
    return key ? key : 1;
}

/* The entry of the key, or the one that it replaces. */
static struct penalty *entry_for(struct penalty set[WAYS], uint64_t key)
{
    struct penalty *lightest = &set[0];

    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (set[i].until_ms < lightest->until_ms)
            lightest = &set[i];
    }
    return lightest;
}

static int64_t debt_of(const struct penalty *entry, uint64_t key,
                       int64_t now_ms)
{
    return entry->key == key && entry->until_ms > now_ms
               ? entry->until_ms - now_ms
               : 0;
}

bool penalty_add(struct penalties *penalties, struct text source,
                 int64_t cost_ms, int64_t now_ms)
{
    const uint64_t key = key_of(penalties, source);
    struct penalty *entry;
    int64_t before_ms, after_ms;

    if (source.size == 0)
        return false;
    pthread_mutex_lock(&penalties->lock);
    entry = entry_for(penalties->entries[kind_of(source)][key % N_SETS], key);
    before_ms = debt_of(entry, key, now_ms);
    after_ms = before_ms + cost_ms < PENALTY_MAX_MS ? before_ms + cost_ms
                                                    : PENALTY_MAX_MS;
    if (entry->key != key)
        *entry = (struct penalty){.key = key};
    entry->until_ms = now_ms + after_ms;
    pthread_mutex_unlock(&penalties->lock);
    return before_ms <= PENALTY_FROM_MS && after_ms > PENALTY_FROM_MS;
}

static bool comes_too_fast(struct penalty *entry, int64_t now_ms)
{
    if (now_ms - entry->second_ms >= 1000) {
        entry->second_ms = now_ms;
        entry->n_in_second = 0;
    }
    return ++entry->n_in_second > PENALTY_PER_S_MAX;
}

enum penalty_verdict penalty_ask(struct penalties *penalties,
                                 struct text source, int64_t now_ms)
{
    const uint64_t key = key_of(penalties, source);
    enum penalty_verdict verdict = PENALTY_NONE;
    struct penalty *entry;

    if (source.size == 0)
        return PENALTY_NONE;
    pthread_mutex_lock(&penalties->lock);
    entry = entry_for(penalties->entries[kind_of(source)][key % N_SETS], key);
    if (debt_of(entry, key, now_ms) > PENALTY_FROM_MS)
        verdict =
            comes_too_fast(entry, now_ms) ? PENALTY_TOO_FAST : PENALTY_OWES;
    pthread_mutex_unlock(&penalties->lock);
    return verdict;
}
