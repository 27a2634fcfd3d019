/*
 * When collections refresh by themselves: RefreshType and RefreshSchedule.
 *
 * One that refreshes on schedule (2, 6) without tokens does so once a day. The
 * next time is kept in collection_refresh, with the time at which it was
 * computed: when the clock was put back, it is computed anew, and when it jumps
 * forward, a collection is due once, however often it would have been.
 */
#pragma once

#include "provider/object/object_private.h"

/* In an act: old NULL on create. RefreshSchedule becomes what is kept of it,
 * and is cleared where a collection does not refresh on schedule (any more). */
MUST_CHECK
enum status refresh_check(struct object_call *call,
                          const struct object_values *old,
                          struct object_values *values);

/* Tokens that are given become what is kept of them. */
MUST_CHECK
enum status refresh_keep(struct object_call *call, const char *name,
                         struct object_value *value);

/* After it: when the collection is due. */
MUST_CHECK
enum status refresh_plan(struct store *store, int64_t collection,
                         int64_t now_s);

/* Makes due whose time has come, as many as fit into a slice; *more_out: there
 * may be others. */
MUST_CHECK
enum status refresh_due(struct store *store, int64_t now_s, bool *more_out);
