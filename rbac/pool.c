#include "rbac/pool.h"

#include <stdint.h>
#include <stdlib.h>

#include "rbac/pages.h"

enum {
    FIRST_CHUNK = 64 * 1024,
    LAST_CHUNK = 2 * 1024 * 1024,
    STEPS = 4, /* sizes between two powers of two */
};

struct pool_free {
    struct pool_free *next;
};

/* The header takes one unit at the start of its chunk. */
struct pool_chunk {
    struct pool_chunk *older;
    size_t size;
};

void pool_init(struct pool *pool)
{
    *pool = (struct pool){0};
    pthread_mutex_init(&pool->mutex, NULL);
}

void pool_free(struct pool *pool)
{
    struct pool_chunk *chunk = pool->newest;

    while (chunk) {
        struct pool_chunk *older = chunk->older;

        pages_give(chunk, chunk->size);
        chunk = older;
    }
    pthread_mutex_destroy(&pool->mutex);
}

/*
 * Sizes are rounded up to units times 4, 5, 6 or 7 times a power of two, so
 * that a freed subject's memory fits another one.
 */
static size_t class_of(size_t bytes, size_t *rounded_out)
{
    size_t units = (bytes + POOL_UNIT - 1) / POOL_UNIT;
    size_t shift = 0;

    if (units < STEPS)
        units = STEPS;
    while (units >> shift >= 2 * STEPS)
        shift++;
    units = (units + ((size_t)1 << shift) - 1) >> shift;
    if (units == 2 * STEPS) {
        units = STEPS;
        shift++;
    }
    *rounded_out = (units << shift) * POOL_UNIT;
    return shift * STEPS + units - STEPS;
}

static size_t next_chunk(const struct pool *pool, size_t wanted)
{
    size_t size = pool->newest ? 2 * pool->newest->size : FIRST_CHUNK;

    if (size > LAST_CHUNK)
        size = LAST_CHUNK;
    while (size < wanted + POOL_UNIT)
        size *= 2;
    return size;
}

static void *take_new(struct pool *pool, size_t size)
{
    struct pool_chunk *chunk = pool->newest;
    char *block;

    if (!chunk || chunk->size - pool->used < size) {
        const size_t chunk_size = next_chunk(pool, size);

        chunk = pages_take(chunk_size);
        if (!chunk)
            return NULL;
        chunk->older = pool->newest;
        chunk->size = chunk_size;
        pool->newest = chunk;
        pool->used = POOL_UNIT;
    }
    block = (char *)chunk + pool->used;
    pool->used += size;
    return block;
}

void *pool_take(struct pool *pool, size_t bytes)
{
    size_t size;
    const size_t class = class_of(bytes, &size);
    void *block = NULL;

    pthread_mutex_lock(&pool->mutex);
    if (class < POOL_CLASSES && pool->free[class]) {
        block = pool->free[class];
        pool->free[class] = pool->free[class]->next;
    } else if (class < POOL_CLASSES) {
        block = take_new(pool, size);
    }
    pthread_mutex_unlock(&pool->mutex);
    return block;
}

void pool_give(struct pool *pool, void *block, size_t bytes)
{
    size_t size;
    const size_t class = class_of(bytes, &size);
    struct pool_free *given = block;

    pthread_mutex_lock(&pool->mutex);
    given->next = pool->free[class];
    pool->free[class] = given;
    pthread_mutex_unlock(&pool->mutex);
}
