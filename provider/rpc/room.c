#include "provider/rpc/room.h"

#include "provider/base/mutant.h"

enum { END_BYTES = 2 }; /* of a batch, and of the line */

static size_t kept_back(size_t n_calls)
{
    return n_calls * ROOM_ERROR_BYTES + END_BYTES;
}

struct room room_make(struct buf *out, size_t n_calls)
{
    const size_t least = kept_back(n_calls) + ROOM_ANSWER_MIN_BYTES;
    struct room room = {.start = out->size};

    if (out->max_bytes < out->size + least)
        out->max_bytes = out->size + least;
    room.max_bytes = out->max_bytes - out->size;
    return room;
}

void room_narrow(struct room *room, struct buf *out, size_t n_left,
                 size_t more_bytes)
{
    const size_t used = out->size - room->start;
    const size_t least = kept_back(n_left) + ROOM_ANSWER_MIN_BYTES;
    const size_t most = used + (more_bytes > least ? more_bytes : least);

    if (most < room->max_bytes)
        room->max_bytes = most;
}

bool room_begin(const struct room *room, struct buf *out, size_t n_left)
{
    const size_t used = out->size - room->start;
    const size_t kept = kept_back(n_left);
    const size_t most = room->max_bytes > kept ? room->max_bytes - kept : 0;

    if (MUTANT("b3-answer-without-end"))
        return true;
    if (used + ROOM_ANSWER_MIN_BYTES > most)
        return false;
    out->max_bytes = room->start + most;
    return true;
}

bool room_end(const struct room *room, struct buf *out)
{
    out->max_bytes = room->start + room->max_bytes;
    return buf_status(out) == STATUS_OK || MUTANT("b3-answer-without-end");
}
