/*
 * Evaluation of collections: at once, or going on after the change that asked
 * for it, a slice of the writer's time after another.
 *
 * What is due stands in collection_due with the block where it goes on, so that
 * a stop between two slices loses nothing. Each slice leaves every device right
 * in the blocks it went through; members in the others are as they were.
 * CurrentStatus says that a collection is due (5).
 */
#pragma once

#include "provider/object/collection/member_sweep.h"

enum {
    EVALUATION_HOLD_MS = 10,      /* of the writer's time, in one change */
    EVALUATION_DAY_S = 24 * 3600, /* between scheduled evaluations (C15) */
    COLLECTION_READY = 1,         /* CurrentStatus */
    COLLECTION_AWAITS_REFRESH = 5,
};

/* ---- At once ---- */

/*
 * Evaluates members of collections from their rules within their limits, then
 * of what depends on them as far as something changed (C19), and the labels of
 * every device that came or went. STATUS_INVALID if they depend on each other
 * in a cycle: circle[] is one of it, in order.
 */
MUST_CHECK
enum status members_evaluate_all(struct store *store,
                                 const struct member_work *work,
                                 struct row_list *circle);

/* The same for one, known to be in no cycle, for hold_ms: what is left then is
 * due, and the outcome says that both may happen. */
MUST_CHECK
enum status members_evaluate(struct store *store, int64_t collection,
                             int64_t now_s, int64_t hold_ms,
                             struct member_outcome *outcome);

/* As members_evaluate_all after the limit of a collection changed. */
MUST_CHECK
enum status members_move(struct store *store, struct member_move move,
                         int64_t now_s);

/* ---- What is due ---- */

/* A collection is due: its query rules too, or only what they found. */
MUST_CHECK
enum status evaluation_request(struct store *store, int64_t collection,
                               bool with_queries, int64_t now_s);

/* The same from a block on, for collections of which a part is done. */
MUST_CHECK
enum status evaluation_go_on(struct store *store, const struct row_list *which,
                             int64_t block, int64_t now_s);

/* Makes collections due that refresh on schedule and whose day is over. */
MUST_CHECK
enum status evaluation_schedule(struct store *store, int64_t now_s);

/*
 * Within a change: evaluates for hold_ms, one step at least. *more_out: there
 * is more to do.
 */
MUST_CHECK
enum status evaluation_slice(struct store *store, int64_t now_s,
                             int64_t hold_ms, bool *more_out);
