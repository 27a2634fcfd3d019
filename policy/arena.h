/*
 * Memory allocated piece by piece and freed at once.
 *
 * Everything read from a file lives as long as the reading: the tree, the
 * structs, the texts and the messages about them. A failed allocation is NULL
 * and marks the arena; a reader may go on and check once, at the end
 * (arena_status).
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "provider/base/own.h"
#include "provider/base/status.h"
#include "provider/base/text.h"

/* Never allocates more than max_bytes in all. */
struct arena;
MUST_CHECK
enum status arena_new(size_t max_bytes, struct arena **arena_out);
void arena_end(struct arena *arena);
static inline void arena_free(struct arena *arena)
{
    arena_end(arena);
}
DEFINE_DROP(arena)

/* STATUS_LIMIT or STATUS_NO_MEMORY once an allocation has failed. */
MUST_CHECK
enum status arena_status(const struct arena *arena);

/* n zeroed pieces of size bytes, aligned for anything; NULL: see above. */
void *arena_alloc(struct arena *arena, size_t n, size_t size);

/* A NUL-terminated copy. */
char *arena_text(struct arena *arena, struct text text);

/* As printf. */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
