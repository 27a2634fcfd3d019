/*
 * Memory that is taken piece by piece and given back at once: what an engine
 * keeps lives exactly as long as the engine.
 */
#pragma once

#include <stddef.h>

#include "provider/base/text.h"

struct arena_block;

/* Zeroed memory is an empty arena. */
struct arena {
    struct arena_block *newest; /* owned, linked to the older ones */
    size_t n_bytes;             /* of all blocks */
};

/*
 * count * size zeroed bytes, aligned for any type; NULL when memory is short.
 * A count of 0 gives a pointer that must not be read through.
 */
void *arena_take(struct arena *arena, size_t count, size_t size);

/* A copy with a NUL after it. NULL when memory is short. */
char *arena_copy_text(struct arena *arena, struct text text);

void arena_free(struct arena *arena);
