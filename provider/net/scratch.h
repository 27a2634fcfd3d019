/*
 * Room for the bytes of one step, shared by the connections of a loop.
 *
 * Only what is read lies here; what is sent has an owner (outbox.h). The room
 * is open within one step alone: what the step put there is wiped when it
 * ends, however it ends, and a build with AddressSanitizer aborts whoever
 * looks at it between two steps.
 */
#pragma once

#include "provider/wire/frame.h"

struct scratch {
    char bytes[FRAME_FEED_MAX_BYTES];
};

void scratch_make(struct scratch *scratch);

/* Open until scratch_close, which is told how many bytes were put there. */
char *scratch_open(struct scratch *scratch);
void scratch_close(struct scratch *scratch, size_t n_used);

/* Whoever frees the memory around it opens it before. */
void scratch_end(struct scratch *scratch);
