/*
 * What is left to delete of collections whose members were deleted
 * (deletion.h).
 */
#pragma once

#include "provider/object/object.h"
#include "provider/object/site.h"

/*
 * Within a change: deletes for 10 ms, one device at least, of collections
 * whose deletion its caller may still ask for. *more_out: there is more to do.
 */
MUST_CHECK
enum status deletion_slice(struct store *store, const struct site *site,
                           int64_t now_s, bool *more_out);

/* Notes who asks for it. */
MUST_CHECK
enum status deletion_note_asker(struct object_call *call);

/* The same of call->target, in the act that decided it. */
MUST_CHECK
enum status deletion_start(struct object_call *call, bool *more_out);
