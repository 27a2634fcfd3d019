#include "provider/call/brake.h"

enum { BRAKE_ENTRIES = 65536 };

enum status brake_open(struct brake *brake)
{
    TRY(throttle_new(BRAKE_ENTRIES, &brake->throttle));
    pthread_mutex_init(&brake->lock, NULL);
    return STATUS_OK;
}

void brake_close(struct brake *brake)
{
    if (!brake->throttle)
        return;
    throttle_free(brake->throttle);
    brake->throttle = NULL;
    pthread_mutex_destroy(&brake->lock);
}

struct throttle_verdict brake_ask(struct brake *brake, struct text source,
                                  struct text account, int64_t now_ms)
{
    struct throttle_verdict verdict;

    pthread_mutex_lock(&brake->lock);
    verdict = throttle_ask(brake->throttle, source, account, now_ms);
    pthread_mutex_unlock(&brake->lock);
    return verdict;
}

void brake_failed(struct brake *brake, struct text source, struct text account,
                  int64_t now_ms)
{
    pthread_mutex_lock(&brake->lock);
    throttle_failed(brake->throttle, source, account, now_ms);
    pthread_mutex_unlock(&brake->lock);
}

void brake_succeeded(struct brake *brake, struct text source,
                     struct text account)
{
    pthread_mutex_lock(&brake->lock);
    throttle_succeeded(brake->throttle, source, account);
    pthread_mutex_unlock(&brake->lock);
}
