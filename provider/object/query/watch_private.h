/*
 * The inside of a watch; for this room.
 */
#pragma once

#include "provider/object/query/watch_seen.h"
#include "provider/object/watch.h"

/* What a look found: now told, and perhaps kept. */
enum event { EVENT_ADDED, EVENT_CHANGED, EVENT_REMOVED };
struct change {
    enum event event;
    struct seen seen; /* owns its key, but not of what is removed */
};

struct watch {
    const struct object_class *class;
    char *filter;
    struct seen_list seen;
    struct change *told; /* [n_told] owned; NULL: nothing is told */
    size_t n_told;
};

/* What the last look told does not count. */
void watch_forget_told(struct watch *watch);

/* Visits what the caller sees, in the order of rows. */
struct visitor {
    enum status (*visit)(struct visitor *visitor, struct seen seen);
    struct watch *watch;
    struct object_call *call;
    size_t at; /* in what was seen before */
    size_t n;
    size_t limit;
    bool is_full;
};

MUST_CHECK
enum status watch_walk(struct visitor *visitor,
                       const struct object_filter *filter);
