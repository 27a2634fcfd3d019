/*
 * Memory for the subjects of one ground: near to each other and, when there
 * are many, in large pages, because a check goes to a subject at random.
 *
 * May be used by several threads at once. Deciding never comes here.
 */
#pragma once

#include <pthread.h>
#include <stddef.h>

enum { POOL_UNIT = 64, POOL_CLASSES = 64 };

struct pool_free;
struct pool_chunk;

struct pool {
    pthread_mutex_t mutex;
    struct pool_chunk *newest; /* owned, linked to the older ones */
    size_t used;               /* of the newest */
    struct pool_free *free[POOL_CLASSES];
};

void pool_init(struct pool *pool);

/* Aligned to a cache line, not zeroed. NULL when memory is short. */
void *pool_take(struct pool *pool, size_t bytes);
void pool_give(struct pool *pool, void *block, size_t bytes);

/* Everything that was taken is gone. */
void pool_free(struct pool *pool);
