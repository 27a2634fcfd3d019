/*
 * Counts the memory of answers that peers have not read yet.
 *
 * A connection holds one answer at a time, but a user may have many
 * connections. The total of a user is bounded, and so is that of all users: as
 * room decreases, answers must be shorter, down to UNREAD_ROOM_MIN_BYTES, and
 * longer ones are refused with a limit. A user who holds little is never
 * refused for what others hold.
 *
 * Users share a fixed number of counters by a keyed hash of their names. All of
 * it may be used from any thread.
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
    /* A user who holds no more than this is not limited by the total. */
    UNREAD_LITTLE_BYTES = 1024 * 1024,
};

struct unread {
    uint64_t key; /* the sharing of counters cannot be chosen */
    _Atomic int64_t all;
    _Atomic int64_t users[UNREAD_COUNTERS];
};

void unread_open(struct unread *unread);

/* One holder of bytes: a connection, or a turn that is away from it. */
struct unread_hold {
    struct unread *unread; /* borrowed; NULL: nothing is counted */
    uint32_t counter;
    int64_t bytes;
};

struct unread_hold unread_hold_of(struct unread *unread, struct text user);

/* It holds this much now. */
void unread_hold_set(struct unread_hold *hold, size_t bytes);

/* The maximum length of the next answer. */
size_t unread_room(const struct unread_hold *hold, size_t most_bytes);
