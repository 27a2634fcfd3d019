/*
 * The log of changes: which rows of each class's table each change of a sealed
 * store has changed.
 *
 * It is written by the change itself, so that neither is kept without the
 * other, as one small row for each table that the change touched: an import of
 * thousands of objects at once is one. The newest CHANGE_LOG_KEPT are kept; who
 * asks for older ones is told that they are gone.
 */
#pragma once

#include "provider/store/row_runs.h"
#include "provider/store/store.h"

enum {
    CHANGE_LOG_KEPT = 64 * 1024,
    CHANGE_LOG_SPARE = 256, /* it is cut by so many at once */
    CHANGE_RUNS_MAX = 1024 * 1024,
};

/* The first and last positions that the view has; 0: none. */
MUST_CHECK
enum status change_log_ends(struct store *store, int64_t *first_out,
                            int64_t *last_out);

struct row_runs {
    struct row_run *of; /* owned [n], ascending, apart */
    size_t n;
    size_t room;
};
void row_runs_clear(struct row_runs *runs);

/*
 * The rows of a table that were changed behind a position. STATUS_NOT_FOUND: it
 * is not known, or they are more than CHANGE_RUNS_MAX runs.
 */
MUST_CHECK
enum status change_log_since(struct store *store, const char *table,
                             int64_t position, struct row_runs *runs_out);
