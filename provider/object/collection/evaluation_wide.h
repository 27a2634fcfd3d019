/*
 * Where many of all collections are due: blocks that are gone through once for
 * all of them (wide_sweep.h), as long as nobody changes what depends on what.
 * Used by evaluation_slice alone.
 */
#pragma once

#include "provider/object/collection/evaluation_batch.h"

void evaluation_drop_wide(struct evaluation *evaluation);

/* Is it better to wait a little, as others change what depends on what? */
MUST_CHECK
enum status evaluation_is_put_off(const struct slice *slice, bool *is_out);

/* Are so many due that to compare each would take longer than to go through all
 * blocks? Not where some are through with one. */
bool evaluation_goes_everywhere(const struct evaluation *evaluation);

/* Labels that are due come before all else: of a block that was left they are
 * stored, and slice->is_behind says whether there are any of one that is gone
 * through. */
MUST_CHECK
enum status evaluation_wide_settle(struct slice *slice);

/* Before the steps of a slice, and after them. */
MUST_CHECK
enum status evaluation_wide_begin(const struct slice *slice);
void evaluation_wide_end(const struct slice *slice);

/* The next part, if the evaluation is wide; all collections were compared. */
MUST_CHECK
enum status evaluation_wide_part(struct slice *slice);
