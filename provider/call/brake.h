/*
 * The throttle of password guesses, shared by all threads.
 */
#pragma once

#include <pthread.h>

#include "auth/throttle.h"

struct brake {
    pthread_mutex_t lock;
    struct throttle *throttle; /* owned; under the lock */
};

MUST_CHECK
enum status brake_open(struct brake *brake);
void brake_close(struct brake *brake);

struct throttle_verdict brake_ask(struct brake *brake, struct text source,
                                  struct text account, int64_t now_ms);
void brake_failed(struct brake *brake, struct text source, struct text account,
                  int64_t now_ms);
void brake_succeeded(struct brake *brake, struct text source,
                     struct text account);
