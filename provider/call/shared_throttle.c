#include "provider/call/shared_throttle.h"

enum { SHARED_THROTTLE_ENTRIES = 65536 };

enum status shared_throttle_open(struct shared_throttle *shared)
{
    TRY(throttle_new(SHARED_THROTTLE_ENTRIES, &shared->throttle));
    pthread_mutex_init(&shared->lock, NULL);
    return STATUS_OK;
}

void shared_throttle_close(struct shared_throttle *shared)
{
    if (!shared->throttle)
        return;
    throttle_free(shared->throttle);
    shared->throttle = NULL;
    pthread_mutex_destroy(&shared->lock);
}

struct throttle_verdict shared_throttle_ask(struct shared_throttle *shared,
                                            struct text source,
                                            struct text account, int64_t now_ms)
{
    struct throttle_verdict verdict;

    pthread_mutex_lock(&shared->lock);
    verdict = throttle_ask(shared->throttle, source, account, now_ms);
    pthread_mutex_unlock(&shared->lock);
    return verdict;
}

struct throttle_verdict shared_throttle_begin(struct shared_throttle *shared,
                                              struct text source,
                                              struct text account,
                                              int64_t now_ms)
{
    struct throttle_verdict verdict;

    pthread_mutex_lock(&shared->lock);
    verdict = throttle_ask(shared->throttle, source, account, now_ms);
    if (verdict.retry_after_ms == 0)
        throttle_begun(shared->throttle, source, account, now_ms);
    pthread_mutex_unlock(&shared->lock);
    return verdict;
}

void shared_throttle_know_host(struct shared_throttle *shared,
                               struct text address, int64_t now_ms)
{
    pthread_mutex_lock(&shared->lock);
    throttle_know_host(shared->throttle, address, now_ms);
    pthread_mutex_unlock(&shared->lock);
}

struct text shared_throttle_source(struct shared_throttle *shared,
                                   struct text address,
                                   char source_out[THROTTLE_SOURCE_MAX_BYTES])
{
    struct text source;

    pthread_mutex_lock(&shared->lock);
    source = throttle_address_source(shared->throttle, address, source_out);
    pthread_mutex_unlock(&shared->lock);
    return source;
}

void shared_throttle_excused(struct shared_throttle *shared, struct text source,
                             struct text account)
{
    pthread_mutex_lock(&shared->lock);
    throttle_excused(shared->throttle, source, account);
    pthread_mutex_unlock(&shared->lock);
}

void shared_throttle_failed(struct shared_throttle *shared, struct text source,
                            struct text account, int64_t now_ms)
{
    pthread_mutex_lock(&shared->lock);
    throttle_failed(shared->throttle, source, account, now_ms);
    pthread_mutex_unlock(&shared->lock);
}

void shared_throttle_succeeded(struct shared_throttle *shared,
                               struct text source, struct text account,
                               int64_t now_ms)
{
    pthread_mutex_lock(&shared->lock);
    throttle_succeeded(shared->throttle, source, account, now_ms);
    pthread_mutex_unlock(&shared->lock);
}
