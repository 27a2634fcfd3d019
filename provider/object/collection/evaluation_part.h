/*
 * Parts of a block: some of the collections that differ in it, and some of its
 * devices, as many as a step has time for. Used by evaluation_slice alone.
 */
#pragma once

#include "provider/object/collection/evaluation_batch.h"

void evaluation_drop_sweep(struct evaluation *evaluation);

/* The next part; all collections were compared. */
MUST_CHECK
enum status evaluation_part(const struct slice *slice);
