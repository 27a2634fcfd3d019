/*
 * Memory allocated piece by piece and freed at once: what an engine keeps lives
 * exactly as long as the engine.
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
 * count * size zeroed bytes, aligned for any type; NULL: out of memory. A count
 * of 0 gives a pointer that must not be dereferenced.
 */
void *arena_take(struct arena *arena, size_t count, size_t size);

/* A copy with a NUL after it. NULL: out of memory. */
char *arena_copy_text(struct arena *arena, struct text text);

void arena_free(struct arena *arena);
