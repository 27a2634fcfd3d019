/*
 * Memory that connections have left goes back to the system.
 *
 * The allocator keeps what is freed between what is in use. After many
 * connections have come or gone it is told to return whole pages: in a thread
 * of the pool, because that takes milliseconds, and not again for a while,
 * because memory that is used again at once would cost more.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "provider/call/pool.h"

enum {
    TRIM_CHANGES = 256, /* connections that came or went */
    TRIM_EACH_MS = 5 * 1000,
};

struct trim {
    struct job job; /* away, if is_away */
    _Atomic bool is_away;
    _Atomic unsigned n_changed;
    _Atomic int64_t next_ms;
};

/* A connection came or went. */
void trim_note(struct trim *trim);

/* Is it time, and nobody at it? Then it counts as begun: run the job. */
bool trim_is_due(struct trim *trim, int64_t now_ms);

/* In a loop, now and then: begins it in the pool if it is due. */
void trim_look(struct trim *trim, struct pool *pool, int64_t now_ms);
