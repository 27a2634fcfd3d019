/*
 * A watch over the store, in the writer: beginning a change looks at the files
 * and at who else wrote to them. While it is there it removes a slice of the
 * audit that is over its term.
 */
#pragma once

#include <stdatomic.h>

#include "provider/call/writer.h"
#include "provider/store/retention.h"

struct watch {
    struct job job; /* first */
    atomic_bool is_posted;
    struct retention retention; /* the writer's */
    int64_t keep_ms;
    struct metrics *metrics; /* borrowed: the writer's */
};

/* Zeroed before the first time. Posts nothing while the last one is still
 * queued: the writer is busy then, and looks in every change. */
void watch_post(struct watch *watch, struct writer *writer, int64_t keep_ms);
