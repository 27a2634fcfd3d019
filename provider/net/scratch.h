/*
 * A buffer for the bytes of one step, shared by the connections of a loop.
 *
 * Only received bytes are kept here; output has an owner (outbox.h). The buffer
 * is open within one step only: its content is wiped when the step ends,
 * however it ends, and a build with AddressSanitizer aborts on any access
 * between two steps.
 */
#pragma once

#include "provider/wire/frame.h"

struct scratch {
    char bytes[FRAME_FEED_MAX_BYTES];
};

void scratch_make(struct scratch *scratch);

/* Open until scratch_close, which is told how many bytes were written. */
char *scratch_open(struct scratch *scratch);
void scratch_close(struct scratch *scratch, size_t n_used);

/* Unpoisons it, before the memory around it is freed. */
void scratch_end(struct scratch *scratch);
