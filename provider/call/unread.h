/*
 * Answers that their peers have not read yet, counted in bytes of memory.
 *
 * A connection holds one answer at a time, but a user may have many
 * connections. What all of a user's hold together is bounded, and so is what
 * those of everybody hold: as the room goes, answers may be less long, down to
 * UNREAD_ROOM_MIN_BYTES, and what does not fit is refused with a limit. A user
 * who holds little is never refused for what others hold.
 *
 * Users share a fixed number of counters by a keyed hash of their names. All
 * of it may be used from any thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/base/text.h"

enum {
    UNREAD_COUNTERS = 4096,
    UNREAD_USER_MAX_BYTES = 16 * 1024 * 1024,
    UNREAD_ALL_MAX_BYTES = 128 * 1024 * 1024,
    UNREAD_ROOM_MIN_BYTES = 64 * 1024,
    /* Who holds no more than this is not bound by what all hold. */
    UNREAD_LITTLE_BYTES = 1024 * 1024,
};

struct unread {
    uint64_t key; /* nobody chooses whose counter to share */
    _Atomic int64_t all;
    _Atomic int64_t users[UNREAD_COUNTERS];
};

void unread_open(struct unread *unread);

/* One holder of bytes: a connection, or a turn that is away from it. */
struct unread_hold {
    struct unread *unread; /* borrowed; NULL: nobody counts */
    uint32_t counter;
    int64_t bytes;
};

struct unread_hold unread_hold_of(struct unread *unread, struct text user);

/* It holds so much now. */
void unread_hold_set(struct unread_hold *hold, size_t bytes);

/* How long the next answer may be. */
size_t unread_room(const struct unread_hold *hold, size_t most_bytes);
