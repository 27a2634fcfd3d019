/*
 * Where the answers to one line are written, so that they always fit.
 *
 * A line of the wire is whole or the stream is worth nothing. So while a call
 * writes its answer, room is kept back for refusing it and every call after
 * it; an answer that does not fit becomes an error of that call alone, and a
 * call for whose answer hardly any room is left is not begun.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/buf.h"

enum {
    /* The longest error that says no more than its kind, with any id. */
    ROOM_ERROR_BYTES = 1536,
    /* What a call finds at least, or it is not begun. */
    ROOM_ANSWER_MIN_BYTES = 16 * 1024,
};

struct room {
    size_t start;     /* of the line in its buffer */
    size_t max_bytes; /* of the line */
};

/* For n_calls answers, behind what is in the buffer, within its maximum; which
 * is raised where not even their errors would fit. */
struct room room_make(struct buf *out, size_t n_calls);

/* From now on no more than so many bytes behind what is there; the least that
 * n_left answers need is never taken. */
void room_narrow(struct room *room, struct buf *out, size_t n_left,
                 size_t more_bytes);

/* Keeps room back for n_left errors. False: do not begin, refuse it. */
bool room_begin(const struct room *room, struct buf *out, size_t n_left);

/* Gives it free. False: what was written did not fit. */
bool room_end(const struct room *room, struct buf *out);
