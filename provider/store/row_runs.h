/*
 * Sets of rows as bytes: runs of neighbours, ascending, each as the rows left
 * out before it and the rows in it less one, 7 bits a byte, the lowest first
 * and all but the last with the eighth set. A million rows side by side take
 * five bytes, and one far from others two or three.
 */
#pragma once

#include <stdint.h>

#include "provider/base/buf.h"
#include "provider/base/status.h"

/* Both included; rows are above 0. */
struct row_run {
    int64_t first;
    int64_t last;
};

/* last: of the run before, or 0. The new one begins behind it. */
void row_run_append(struct buf *runs, int64_t last, struct row_run run);

struct row_walk {
    struct text rest; /* set by the caller */
    struct row_run run;
};

/* The next run. STATUS_END behind the last; STATUS_INVALID: it is no such set.
 */
MUST_CHECK
enum status row_walk_next(struct row_walk *walk);

/* Sorted, and without those that touch or overlap; answers how many are left.
 */
size_t row_runs_join(struct row_run *runs, size_t n);
