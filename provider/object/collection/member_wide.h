/*
 * Sets of all devices in memory, block by block: what a collection wants as a
 * whole, beside what it has. Each stored set is read once, in order.
 */
#pragma once

#include "provider/object/query/member_set.h"

/* Zeroed: empty. SCOPED(member_wide_clear) */
struct member_wide {
    struct row_set numbers;      /* of the blocks */
    struct member_block *blocks; /* owned: [numbers.rows.n] */
    size_t capacity;
    size_t last;  /* the place that was asked for last */
    bool *is_met; /* owned: [numbers.rows.n], by a set that is read */
};
void member_wide_clear(struct member_wide *wide);

MUST_CHECK
enum status member_wide_put(struct member_wide *wide, int64_t resource);

/* Adds the members of a set; keeps only them; removes them. */
MUST_CHECK
enum status member_wide_join(struct store *store, struct member_wide *wide,
                             struct member_set set);
MUST_CHECK
enum status member_wide_keep(struct store *store, struct member_wide *wide,
                             struct member_set set);
MUST_CHECK
enum status member_wide_drop(struct store *store, struct member_wide *wide,
                             struct member_set set);

/* Adds the numbers of blocks in which a stored set is another, ascending. */
MUST_CHECK
enum status member_wide_differ(struct store *store, struct member_wide *wide,
                               struct member_set set, struct row_list *numbers);

/* The block of a number; NULL: it is empty. */
const struct member_block *member_wide_block(const struct member_wide *wide,
                                             int64_t number);
