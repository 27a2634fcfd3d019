/*
 * A turn that waits for the descriptor of an outside worker to become readable,
 * or for its deadline, whichever is first.
 */
#pragma once

#include <stdint.h>

#include <uv.h>

#include "provider/base/status.h"

struct waiting;

/* Called once, after the descriptor is no longer watched; fd -1: there is none,
 * only the deadline. */
typedef void (*waiting_done)(void *context);

MUST_CHECK
enum status waiting_begin(uv_loop_t *loop, int fd, int64_t timeout_ms,
                          waiting_done done, void *context,
                          struct waiting **waiting_out);

/* Ends it without a call; frees itself. */
void waiting_end(struct waiting *waiting);
