/*
 * The throttle of password guesses, shared by all threads.
 */
#pragma once

#include <pthread.h>

#include "auth/throttle.h"

struct shared_throttle {
    pthread_mutex_t lock;
    struct throttle *throttle; /* owned; under the lock */
};

MUST_CHECK
enum status shared_throttle_open(struct shared_throttle *shared);
void shared_throttle_close(struct shared_throttle *shared);

struct throttle_verdict shared_throttle_ask(struct shared_throttle *shared,
                                            struct text source,
                                            struct text account,
                                            int64_t now_ms);
/* Asks, and begins if it need not wait, in one: others ask at once. */
struct throttle_verdict shared_throttle_begin(struct shared_throttle *shared,
                                              struct text source,
                                              struct text account,
                                              int64_t now_ms);
/* An address, as it counts (throttle.h). */
void shared_throttle_know_host(struct shared_throttle *shared,
                               struct text address, int64_t now_ms);
struct text shared_throttle_source(struct shared_throttle *shared,
                                   struct text address,
                                   char source_out[THROTTLE_SOURCE_MAX_BYTES]);
void shared_throttle_excused(struct shared_throttle *shared, struct text source,
                             struct text account);
void shared_throttle_failed(struct shared_throttle *shared, struct text source,
                            struct text account, int64_t now_ms);
void shared_throttle_succeeded(struct shared_throttle *shared,
                               struct text source, struct text account,
                               int64_t now_ms);
