#include "provider/call/unread.h"

#include <stdlib.h>

#include "provider/base/mutant.h"

void unread_open(struct unread *unread)
{
    *unread =
        (struct unread){.key = ((uint64_t)arc4random() << 32) | arc4random()};
}

/* FNV-1a, begun with the key. */
static uint32_t counter_of(const struct unread *unread, struct text user)
{
    uint64_t hash = unread->key ^ UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < user.size; i++)
        hash = (hash ^ (unsigned char)user.data[i]) * UINT64_C(0x100000001b3);
    return (uint32_t)((hash ^ hash >> 32) % UNREAD_COUNTERS);
}

struct unread_hold unread_hold_of(struct unread *unread, struct text user)
{
    return (struct unread_hold){
        .unread = unread, .counter = unread ? counter_of(unread, user) : 0};
}

void unread_hold_set(struct unread_hold *hold, size_t bytes)
{
    const int64_t more = (int64_t)bytes - hold->bytes;

    if (!hold->unread || more == 0)
        return;
    hold->bytes = (int64_t)bytes;
    hold->unread->users[hold->counter] += more;
    hold->unread->all += more;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

size_t unread_room(const struct unread_hold *hold, size_t most_bytes)
{
    int64_t held, room;

    if (!hold->unread || MUTANT("b2-unread-unbounded"))
        return most_bytes;
    held = hold->unread->users[hold->counter];
    room = least((int64_t)most_bytes, UNREAD_USER_MAX_BYTES - held);
    if (held > UNREAD_LITTLE_BYTES)
        room = least(room, UNREAD_ALL_MAX_BYTES - hold->unread->all);
    return room > UNREAD_ROOM_MIN_BYTES ? (size_t)room : UNREAD_ROOM_MIN_BYTES;
}
