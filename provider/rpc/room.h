/*
 * Reserves room for the answers to one line, so that they always fit.
 *
 * A line of the wire is whole or the stream is useless. So while a call writes
 * its answer, room is reserved for refusing it and every call after it; an
 * answer that does not fit becomes an error of that call alone, and a call is
 * not begun if hardly any room is left for its answer.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/buf.h"

enum {
    /* The longest error with nothing but its kind and any id. */
    ROOM_ERROR_BYTES = 1536,
    /* The minimum room for a call to begin. */
    ROOM_ANSWER_MIN_BYTES = 16 * 1024,
};

struct room {
    size_t start;     /* of the line in its buffer */
    size_t max_bytes; /* of the line */
};

/* For n_calls answers, behind what is in the buffer, within its maximum; which
 * is raised if not even their errors would fit. */
struct room room_make(struct buf *out, size_t n_calls);

/* Limits the room from now on; the minimum that n_left answers need is never
 * taken. */
void room_narrow(struct room *room, struct buf *out, size_t n_left,
                 size_t more_bytes);

/* Reserves room for n_left errors. False: do not begin, refuse it. */
bool room_begin(const struct room *room, struct buf *out, size_t n_left);

/* Releases it. False: what was written did not fit. */
bool room_end(const struct room *room, struct buf *out);
