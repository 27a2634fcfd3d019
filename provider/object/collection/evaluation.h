/*
 * Evaluation of collections: at once, or going on after the change that asked
 * for it, a slice of the writer's time after another (evaluation_slice.h). What
 * is due stands in collection_due, CurrentStatus says how far a collection is.
 */
#pragma once

#include "provider/object/collection/member_sweep.h"

enum {
    EVALUATION_HOLD_MS = 10,      /* of the writer's time, in one change */
    EVALUATION_RETRY_S = 3600,    /* at most, between failures */
    EVALUATION_DAY_S = 24 * 3600, /* between scheduled evaluations (C15) */
    COLLECTION_READY = 1,         /* CurrentStatus */
    COLLECTION_EVALUATES = 4,
    COLLECTION_AWAITS_REFRESH = 5,
    COLLECTION_QUERIES = 8,
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

/*
 * After the rules of a collection changed in an act. What may go, from it or
 * from what excludes it, is gone when this returns, however long that takes:
 * between slices somebody would keep rights over a device longer than the act
 * allows. What only comes may follow in slices.
 */
MUST_CHECK
enum status evaluation_follow(struct store *store, int64_t collection,
                              bool goes, int64_t now_s);

/*
 * Runs a query rule again before members are evaluated, or all of a collection
 * and evaluates it. Not done: they take longer than a slice each, and the
 * collection is due. Its members follow then, whatever comes or goes. A rule
 * that would be heavy in slices too is run here, within the caller's allowance:
 * others would have to wait for it. So is one rule that changed, where others
 * exclude what it finds.
 */
MUST_CHECK
enum status evaluation_query_rule(struct store *store, int64_t collection,
                                  int64_t rule, int64_t now_s,
                                  bool *is_done_out);
MUST_CHECK
enum status evaluation_refresh(struct store *store, int64_t collection,
                               int64_t now_s, struct member_outcome *outcome);

/* ---- What is due ---- */

/* A collection is due: its query rules too, or only what they found. */
MUST_CHECK
enum status evaluation_request(struct store *store, int64_t collection,
                               bool with_queries, int64_t now_s);

/* What its rules found is others: from the first block on, as what was looked
 * at was looked at too early. */
MUST_CHECK
enum status evaluation_go_on(struct store *store, int64_t collection,
                             int64_t now_s);

/* As evaluation_request with its query rules, if others are due already:
 * together they take less. */
MUST_CHECK
enum status evaluation_join(struct store *store, int64_t collection,
                            int64_t now_s, bool *is_due_out);

/* Adds those that are due, of some: members of them will be others. */
MUST_CHECK
enum status evaluation_due_of(struct store *store,
                              const struct row_set *collections,
                              struct row_list *due);

/* What waits for a time that is too far away goes on: the clock was put back.
 */
MUST_CHECK
enum status evaluation_clock(struct store *store, int64_t now_s);
