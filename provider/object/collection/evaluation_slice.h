/*
 * Collections that are due, evaluated a slice of the writer's time after
 * another.
 *
 * Many are evaluated together. Each is first compared with what its rules want
 * as a whole: most want what they have. What differs is then gone through block
 * by block, of all of them at once, and with what depends on them; if that
 * takes long, a block in parts of fewer devices. Each slice leaves every device
 * right in what it went through; members elsewhere are as they were.
 *
 * A stop between two slices loses nothing: what is due is compared again.
 * What has waited longest goes on first. A collection whose evaluation fails
 * waits, longer each time, and keeps no other from going on.
 */
#pragma once

#include "provider/object/collection/evaluation_batch.h"

void evaluation_clear(struct evaluation *evaluation);

/* Instead of a time, after a slice failed: a block of what goes on next. */
enum { EVALUATION_WARY = -1 };

/*
 * Within a change: evaluates for hold_ms, one step at least. *more_out: there
 * is more to do.
 */
MUST_CHECK
enum status evaluation_slice(struct evaluation *evaluation, struct store *store,
                             int64_t now_s, int64_t hold_ms, bool *more_out);

/*
 * After a wary slice failed too and was undone: what it was about waits. If
 * that is several collections, each goes on alone first.
 */
MUST_CHECK
enum status evaluation_failed(struct store *store, int64_t now_s,
                              enum status why);
