#include "provider/object/collection/evaluation.h"

#include "provider/base/clock.h"
#include "provider/base/mutant.h"
#include "provider/object/collection/arrival_due.h"
#include "provider/object/collection/evaluation_sql.h"
#include "provider/object/collection/member_sweep.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_part.h"

/* ---- What is due ---- */

/* What its evaluation changes is counted from nothing, unless it goes on. */
static enum status begin(struct store *store, int64_t collection,
                         int64_t status)
{
    return store_run_quietly(
        store, SQL_DUE_BEGIN,
        STORE_ARGS(STORE_INT(collection), STORE_INT(status)));
}

static enum status make_due(struct store *store, int64_t collection,
                            bool with_queries, int64_t now_s)
{
    TRY(store_run_with(store, SQL_DUE_REQUEST,
                       STORE_ARGS(STORE_INT(collection),
                                  STORE_INT((int64_t)with_queries),
                                  STORE_INT(now_s))));
    return begin(store, collection, COLLECTION_AWAITS_REFRESH);
}

enum status evaluation_request(struct store *store, int64_t collection,
                               bool with_queries, int64_t now_s)
{
    if (with_queries)
        TRY(rule_part_begin_all(store, collection));
    return make_due(store, collection, with_queries, now_s);
}

static enum status wait_on(struct store *store, int64_t collection,
                           int64_t now_s)
{
    return store_run_with(store, SQL_DUE_GO_ON,
                          STORE_ARGS(STORE_INT(collection), STORE_INT(now_s)));
}

enum status evaluation_go_on(struct store *store, int64_t collection,
                             int64_t now_s)
{
    TRY(wait_on(store, collection, now_s));
    return begin(store, collection, COLLECTION_EVALUATES);
}

/* What an act began: what it changed counts. */
static enum status go_on(struct store *store, const struct row_list *which,
                         int64_t now_s)
{
    for (size_t i = 0; i < which->n; i++) {
        TRY(wait_on(store, which->of[i], now_s));
        TRY(store_run_quietly(store, SQL_DUE_STATUS,
                              STORE_ARGS(STORE_INT(which->of[i]),
                                         STORE_INT(COLLECTION_EVALUATES))));
    }
    return STATUS_OK;
}

static enum status is_busy(struct store *store, int64_t now_s, bool *is_out)
{
    return store_find_with(store, SQL_DUE_ANY, STORE_ARGS(STORE_INT(now_s)),
                           is_out);
}

enum status evaluation_join(struct store *store, int64_t collection,
                            int64_t now_s, bool *is_due_out)
{
    TRY(is_busy(store, now_s, is_due_out));
    return *is_due_out ? evaluation_request(store, collection, true, now_s)
                       : STATUS_OK;
}

enum status evaluation_due_of(struct store *store,
                              const struct row_set *collections,
                              struct row_list *due)
{
    bool is_due;

    TRY(store_find_with(store, SQL_DUE_SOME, STORE_NO_ARGS, &is_due));
    for (size_t i = 0; is_due && i < collections->rows.n; i++) {
        const int64_t collection = collections->rows.of[i];
        bool is_one;

        TRY(store_find_with(store, SQL_DUE_ONE,
                            STORE_ARGS(STORE_INT(collection)), &is_one));
        if (is_one)
            TRY(row_list_add(due, collection));
    }
    return STATUS_OK;
}

enum status evaluation_clock(struct store *store, int64_t now_s)
{
    return store_run_with(
        store, SQL_DUE_CLOCK,
        STORE_ARGS(STORE_INT(now_s), STORE_INT((int64_t)EVALUATION_RETRY_S)));
}

/* ---- At once ---- */

/* What has to leave out devices that wait for rules is due, for later. */
static enum status sweep_block(struct member_sweep *sweep, int64_t number)
{
    sweep->left.n = 0;
    if (!MUTANT("r5-comes-in-an-act"))
        TRY(arrival_block(sweep->round.store, number, &sweep->waiting));
    TRY(member_sweep_block(sweep, number));
    return go_on(sweep->round.store, &sweep->left, sweep->work->now_s);
}

/* Blocks until the time is over, at least one; the rest is due. */
static enum status sweep_some(struct member_sweep *sweep,
                              const struct row_list *numbers, int64_t until_ms,
                              bool *is_whole_out)
{
    size_t i = 0;

    while (i < numbers->n) {
        TRY(sweep_block(sweep, numbers->of[i++]));
        if (clock_mono_ms() >= until_ms)
            break;
    }
    *is_whole_out = i == numbers->n;
    return STATUS_OK;
}

/* What depends on them goes on with them, and is counted with the rest. */
static enum status end(struct member_sweep *sweep, bool is_whole)
{
    const struct evaluation_count *count = &sweep->round.own;
    const struct row_list *which = sweep->work->which;

    if (!is_whole)
        TRY(go_on(sweep->round.store, &count->counted.rows,
                  sweep->work->now_s));
    if (!is_whole)
        return go_on(sweep->round.store, which, sweep->work->now_s);
    for (size_t i = 0; i < which->n; i++)
        TRY(evaluation_count_end(count, sweep->round.store, which->of[i]));
    return STATUS_OK;
}

static enum status evaluate_until(struct store *store,
                                  const struct member_work *work,
                                  int64_t until_ms, struct row_list *circle)
{
    SCOPED(member_sweep_clear) struct member_sweep sweep;
    SCOPED(row_list_clear) struct row_list numbers = {0};
    bool is_whole;

    member_sweep_begin(&sweep, store, work);
    if (work->begun_us)
        sweep.round.own.begun_us = work->begun_us;
    TRY(member_sweep_make(&sweep, circle));
    TRY(member_sweep_blocks(&sweep, &numbers));
    TRY(sweep_some(&sweep, &numbers, until_ms, &is_whole));
    if (!is_whole && work->outcome)
        *work->outcome = (struct member_outcome){true, true};
    return end(&sweep, is_whole);
}

enum status members_evaluate_all(struct store *store,
                                 const struct member_work *work,
                                 struct row_list *circle)
{
    return evaluate_until(store, work, INT64_MAX, circle);
}

enum status members_evaluate(struct store *store, int64_t collection,
                             int64_t now_s, int64_t hold_ms,
                             struct member_outcome *outcome)
{
    const struct row_list which = {.of = &collection, .n = 1};
    const struct member_work work = {
        .which = &which, .now_s = now_s, .outcome = outcome};
    SCOPED(row_list_clear) struct row_list circle = {0};

    return evaluate_until(store, &work, clock_mono_ms() + hold_ms, &circle);
}

/* While others wait it waits with them: together they take less. */
static enum status evaluate_soon(struct store *store, int64_t collection,
                                 int64_t now_s)
{
    bool waits;

    TRY(is_busy(store, now_s, &waits));
    return waits ? evaluation_request(store, collection, false, now_s)
                 : members_evaluate(store, collection, now_s,
                                    EVALUATION_HOLD_MS, NULL);
}

enum status evaluation_follow(struct store *store, int64_t collection,
                              bool goes, int64_t now_s)
{
    const struct row_list which = {.of = &collection, .n = 1};
    const struct member_work work = {.which = &which, .now_s = now_s};
    SCOPED(row_list_clear) struct row_list circle = {0};
    bool is_excluded;

    TRY(collection_is_excluded(store, collection, &is_excluded));
    if (goes || is_excluded)
        return members_evaluate_all(store, &work, &circle);
    return evaluate_soon(store, collection, now_s);
}

/* Labels that stand follow the old limit: all of them must change with it. */
enum status members_move(struct store *store, struct member_move move,
                         int64_t now_s)
{
    const struct row_list which = {.of = &move.collection, .n = 1};
    const struct member_work work = {
        .which = &which, .moves = &move, .n_moves = 1, .now_s = now_s};
    SCOPED(row_list_clear) struct row_list circle = {0};

    return members_evaluate_all(store, &work, &circle);
}

/* ---- Rules, in an act ---- */

/* In parts if that helps; what is heavy by itself costs its caller. */
static enum status query_one(struct store *store, int64_t rule, int64_t now_s,
                             bool *is_done_out)
{
    const enum status ran =
        members_query_rule(store, rule, now_s, EVALUATION_HOLD_MS);
    bool is_light;

    *is_done_out = true;
    if (ran != STATUS_LIMIT || store_is_spent(store))
        return ran;
    TRY(rule_part_is_light(store, rule, now_s, &is_light));
    if (!is_light)
        return members_query_rule(store, rule, now_s, 0);
    *is_done_out = false;
    return rule_part_begin(store, rule);
}

enum status evaluation_query_rule(struct store *store, int64_t collection,
                                  int64_t rule, int64_t now_s,
                                  bool *is_done_out)
{
    TRY(collection_is_excluded(store, collection, is_done_out));
    if (*is_done_out)
        return members_query_rule(store, rule, now_s, 0);
    TRY(query_one(store, rule, now_s, is_done_out));
    return *is_done_out ? STATUS_OK : make_due(store, collection, true, now_s);
}

static enum status query(struct store *store, int64_t collection, int64_t now_s,
                         bool *is_done_out)
{
    SCOPED(row_list_clear) struct row_list rules = {0};
    bool is_done = true;

    TRY(row_list_select(store, SQL_DUE_RULES, STORE_ARGS(STORE_INT(collection)),
                        &rules));
    for (size_t i = 0; i < rules.n; i++) {
        bool is_one_done;

        TRY(query_one(store, rules.of[i], now_s, &is_one_done));
        is_done &= is_one_done;
    }
    *is_done_out = is_done;
    return is_done ? STATUS_OK : make_due(store, collection, true, now_s);
}

enum status evaluation_refresh(struct store *store, int64_t collection,
                               int64_t now_s, struct member_outcome *outcome)
{
    const struct row_list which = {.of = &collection, .n = 1};
    const struct member_work work = {.which = &which,
                                     .now_s = now_s,
                                     .outcome = outcome,
                                     .begun_us = clock_mono_us()};
    SCOPED(row_list_clear) struct row_list circle = {0};
    bool is_done;

    *outcome = (struct member_outcome){true, true};
    TRY(query(store, collection, now_s, &is_done));
    if (!is_done)
        return STATUS_OK;
    *outcome = (struct member_outcome){false, false};
    return evaluate_until(store, &work, clock_mono_ms() + EVALUATION_HOLD_MS,
                          &circle);
}
