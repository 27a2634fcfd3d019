/*
 * Query rules that are to be run again, within slices of the writer's time:
 * each over all devices if that takes no longer than a slice, else over a range
 * of them after another. Members follow when all rules were run.
 *
 * A range that takes longer is tried again with fewer devices. A rule that
 * takes longer for PART_LEAST of them finds what it found before: it would cost
 * the site more than its answer is worth. That is logged.
 *
 * Where rules stand is kept in rule_due, so that a stop loses nothing.
 */
#pragma once

#include "provider/base/status.h"
#include "provider/store/store.h"

enum {
    PART_MAX_MS = 10, /* of the writer's time, for one part */
    PART_LEAST = 16,  /* devices */
};

/* One rule, known to take long, or all of a collection. */
MUST_CHECK
enum status rule_part_begin(struct store *store, int64_t rule);
MUST_CHECK
enum status rule_part_begin_all(struct store *store, int64_t collection);

/*
 * May the rule be run in parts? A rule that takes longer than a slice for the
 * first block of devices is heavy by itself: the act that wants it must pay.
 */
MUST_CHECK
enum status rule_part_is_light(struct store *store, int64_t rule, int64_t now_s,
                               bool *is_light_out);

/* The next parts of a rule of the collection, one at least, until a time;
 * *more_out: there was one. */
MUST_CHECK
enum status rule_part_run(struct store *store, int64_t collection,
                          int64_t now_s, int64_t until_ms, bool *more_out);
