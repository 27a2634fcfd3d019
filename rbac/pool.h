/*
 * Memory for the subjects of one ground: close together and, if there are many,
 * in large pages, because checks access subjects at random.
 *
 * May be used by several threads at once. Decisions never come here.
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

/* Aligned to a cache line, not zeroed. NULL: out of memory. */
void *pool_take(struct pool *pool, size_t bytes);
void pool_give(struct pool *pool, void *block, size_t bytes);

/* Everything that was taken becomes invalid. */
void pool_free(struct pool *pool);
