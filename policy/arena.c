#include "policy/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK_BYTES = 64 * 1024, ALIGNMENT = alignof(max_align_t) };

struct chunk {
    struct chunk *before;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct chunk *chunk; /* the newest */
    char *free;          /* n_free bytes of it are left */
    size_t n_free;
    size_t n_given;
    size_t max_bytes;
    enum status failed;
};

enum status arena_new(size_t max_bytes, struct arena **arena_out)
{
    struct arena *arena = calloc(1, sizeof(*arena));

    if (!arena)
        return STATUS_NO_MEMORY;
    arena->max_bytes = max_bytes;
    *arena_out = arena;
    return STATUS_OK;
}

void arena_end(struct arena *arena)
{
    if (!arena)
        return;
    while (arena->chunk) {
        struct chunk *before = arena->chunk->before;

        free(arena->chunk);
        arena->chunk = before;
    }
    free(arena);
}

enum status arena_status(const struct arena *arena)
{
    return arena->failed;
}

static void *fail(struct arena *arena, enum status why)
{
    if (arena->failed == STATUS_OK)
        arena->failed = why;
    return NULL;
}

/* A big piece gets a chunk of its own; the one in use stays in use. */
static char *chunk_add(struct arena *arena, size_t size)
{
    const size_t bytes = size > CHUNK_BYTES / 4 ? size : CHUNK_BYTES;
    struct chunk *chunk = calloc(1, sizeof(*chunk) + bytes);

    if (!chunk)
        return fail(arena, STATUS_NO_MEMORY);
    chunk->before = arena->chunk;
    arena->chunk = chunk;
    if (bytes == CHUNK_BYTES) {
        arena->free = chunk->bytes + size;
        arena->n_free = bytes - size;
    }
    return chunk->bytes;
}

void *arena_alloc(struct arena *arena, size_t n, size_t size)
{
    size_t need;
    char *piece;

    if (__builtin_mul_overflow(n, size, &need) || need > arena->max_bytes)
        return fail(arena, STATUS_LIMIT);
    need = (need + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (need == 0)
        need = ALIGNMENT;
    if (arena->n_given + need > arena->max_bytes)
        return fail(arena, STATUS_LIMIT);
    if (need <= arena->n_free) {
        piece = arena->free;
        arena->free += need;
        arena->n_free -= need;
    } else {
        piece = chunk_add(arena, need);
    }
    if (piece)
        arena->n_given += need;
    return piece;
}

char *arena_text(struct arena *arena, struct text text)
{
    char *copy = arena_alloc(arena, text.size + 1, 1);

    if (copy && text.size)
        memcpy(copy, text.data, text.size);
    return copy;
}

char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
{
    va_list measure;
    int length;
    char *made;

    va_copy(measure, arguments);
    length = vsnprintf(NULL, 0, format, measure);
    va_end(measure);
    made = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1, 1);
    if (made)
        vsnprintf(made, (size_t)length + 1, format, arguments);
    return made;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    char *made;

    va_start(arguments, format);
    made = arena_vformat(arena, format, arguments);
    va_end(arguments);
    return made;
}
