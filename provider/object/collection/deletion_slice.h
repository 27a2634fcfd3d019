/*
 * What is left to delete of collections whose members were deleted
 * (deletion.h).
 */
#pragma once

#include "provider/object/object.h"

/*
 * Within a change: deletes for 10 ms, one device at least. *more_out: there is
 * more to do.
 */
MUST_CHECK
enum status deletion_slice(struct store *store, const struct object_map *map,
                           int64_t now_s, bool *more_out);

/* The same of call->target, in the act that decided it. */
MUST_CHECK
enum status deletion_start(struct object_call *call, bool *more_out);
