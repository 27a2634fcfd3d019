/*
 * Labels that are due: an evaluation that goes through a block in many steps
 * stores the labels of devices that came into collections once, behind the last
 * of them. Until then they stand here, whatever happens.
 *
 * What goes is gone from the labels with the same step as from the sets. So
 * labels that are due never say more than the sets: whoever asks them may be
 * told no for as long as the evaluation takes, and never yes. Where a no would
 * let somebody act the sets are asked: member_holders() does.
 */
#pragma once

#include "provider/store/store.h"

/* By bits: words of a block of sets, each a block of labels. 0: none is. */
MUST_CHECK
enum status label_due_read(struct store *store, int64_t number,
                           uint64_t *words_out);

/* Within a change. */
MUST_CHECK
enum status label_due_write(struct store *store, int64_t number,
                            uint64_t words);

/* A block of which any are. */
MUST_CHECK
enum status label_due_next(struct store *store, int64_t *number_out,
                           bool *is_any_out);
