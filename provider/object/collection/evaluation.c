#include "provider/object/collection/evaluation.h"

#include <stdio.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/object/collection/evaluation_sql.h"
#include "provider/object/collection/member_sweep.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_part.h"

enum {
    BATCH_MAX = 256,    /* collections that are swept together */
    WINDOW_MAX = 8,     /* blocks of each that are looked up for a slice */
    RULES_AHEAD_S = 60, /* rules are run before older members are evaluated */
    RETRY_S = 60,       /* after the first failure; doubled each time */
    RETRY_MAX_S = 3600,
};

/* ---- What is due ---- */

static enum status put_status(struct store *store, int64_t collection,
                              int64_t status)
{
    return store_run_with(store, SQL_DUE_STATUS,
                          STORE_ARGS(STORE_INT(collection), STORE_INT(status)));
}

static enum status make_due(struct store *store, int64_t collection,
                            bool with_queries, int64_t now_s)
{
    TRY(store_run_with(store, SQL_DUE_REQUEST,
                       STORE_ARGS(STORE_INT(collection),
                                  STORE_INT((int64_t)with_queries),
                                  STORE_INT(now_s))));
    return put_status(store, collection, COLLECTION_AWAITS_REFRESH);
}

enum status evaluation_request(struct store *store, int64_t collection,
                               bool with_queries, int64_t now_s)
{
    if (with_queries)
        TRY(rule_part_begin_all(store, collection));
    return make_due(store, collection, with_queries, now_s);
}

enum status evaluation_go_on(struct store *store, const struct row_list *which,
                             int64_t block, int64_t now_s)
{
    for (size_t i = 0; i < which->n; i++) {
        TRY(store_run_with(store, SQL_DUE_GO_ON,
                           STORE_ARGS(STORE_INT(which->of[i]), STORE_INT(block),
                                      STORE_INT(now_s))));
        TRY(put_status(store, which->of[i], COLLECTION_EVALUATES));
    }
    return STATUS_OK;
}

enum status evaluation_clock(struct store *store, int64_t now_s)
{
    return store_run_with(
        store, SQL_DUE_CLOCK,
        STORE_ARGS(STORE_INT(now_s), STORE_INT((int64_t)RETRY_MAX_S)));
}

/* ---- At once ---- */

/* Blocks until the time is over, at least one; the rest is due. */
static enum status sweep_some(struct member_sweep *sweep,
                              const struct row_list *numbers, int64_t until_ms,
                              bool *is_whole_out)
{
    size_t i = 0;

    while (i < numbers->n) {
        TRY(member_sweep_block(sweep, numbers->of[i++]));
        if (clock_mono_ms() >= until_ms)
            break;
    }
    *is_whole_out = i == numbers->n;
    return *is_whole_out
               ? STATUS_OK
               : evaluation_go_on(sweep->round.store, sweep->work->which,
                                  numbers->of[i], sweep->work->now_s);
}

static enum status evaluate_until(struct store *store,
                                  const struct member_work *work,
                                  int64_t until_ms, struct row_list *circle)
{
    SCOPED(member_sweep_clear) struct member_sweep sweep;
    SCOPED(row_set_clear) struct row_set numbers = {0};
    struct block_window all = block_window_all();
    bool is_whole;

    member_sweep_begin(&sweep, store, work);
    TRY(member_sweep_make(&sweep, circle));
    TRY(member_sweep_blocks(&sweep, &all, &numbers));
    TRY(sweep_some(&sweep, &numbers.rows, until_ms, &is_whole));
    if (!is_whole && work->outcome)
        *work->outcome = (struct member_outcome){true, true};
    return STATUS_OK;
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
    return members_evaluate(store, collection, now_s, EVALUATION_HOLD_MS, NULL);
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

enum status evaluation_query(struct store *store, int64_t collection,
                             int64_t now_s, bool *is_done_out)
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

/* ---- What is next ---- */

/* A collection whose rules are run, or collections that go on together. */
struct batch {
    struct store *store;
    int64_t now_s;
    int64_t collection; /* that has waited longest */
    int64_t failures;
    bool is_of_rules;
    int64_t block; /* from here on */
    struct row_list rows;
    struct row_set numbers; /* of the blocks */
    struct block_window window;
    size_t at;
};

static void batch_clear(struct batch *batch)
{
    row_list_clear(&batch->rows);
    row_set_clear(&batch->numbers);
}

/* What failed goes on alone, so that it keeps no other from going on. */
static enum status gather(struct batch *batch)
{
    if (batch->is_of_rules || batch->failures != 0)
        return row_list_add(&batch->rows, batch->collection);
    return row_list_select(batch->store, SQL_DUE_BATCH,
                           STORE_ARGS(STORE_INT(batch->block),
                                      STORE_INT(batch->now_s),
                                      STORE_INT((int64_t)BATCH_MAX)),
                           &batch->rows);
}

static enum status find_next(struct batch *batch)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(
        batch->store, SQL_DUE_NEXT,
        STORE_ARGS(STORE_INT(batch->now_s), STORE_INT((int64_t)RULES_AHEAD_S)),
        &stmt);

    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    batch->collection = store_int(stmt, 0);
    batch->is_of_rules = store_int(stmt, 1) != 0;
    batch->block = store_int(stmt, 2);
    batch->failures = store_int(stmt, 3);
    return gather(batch);
}

/* ---- Rules ---- */

static enum status run_rule(const struct batch *batch)
{
    bool has_more;

    TRY(rule_part_run(batch->store, batch->collection, batch->now_s,
                      &has_more));
    if (has_more)
        return put_status(batch->store, batch->collection, COLLECTION_QUERIES);
    return store_run_with(batch->store, SQL_DUE_QUERIED,
                          STORE_ARGS(STORE_INT(batch->collection)));
}

/* ---- Blocks ---- */

/* The next block where the collections have members or want any; or, behind
 * the window, one that may be. */
static bool next_block(struct batch *batch)
{
    const int64_t end = batch->window.end;

    while (batch->at < batch->numbers.rows.n &&
           batch->numbers.rows.of[batch->at] < batch->block)
        batch->at++;
    if (batch->at == batch->numbers.rows.n ||
        batch->numbers.rows.of[batch->at] >= end) {
        batch->block = end;
        return end < INT64_MAX;
    }
    batch->block = batch->numbers.rows.of[batch->at];
    return true;
}

static enum status finish_one(const struct batch *batch, int64_t collection)
{
    TRY(store_run_with(batch->store, SQL_DUE_DONE,
                       STORE_ARGS(STORE_INT(collection))));
    TRY(store_run_with(
        batch->store, SQL_DUE_REFRESHED,
        STORE_ARGS(STORE_INT(collection), STORE_INT(batch->now_s))));
    return put_status(batch->store, collection, COLLECTION_READY);
}

static enum status keep_place(const struct batch *batch, bool is_end)
{
    for (size_t i = 0; i < batch->rows.n; i++)
        TRY(is_end ? finish_one(batch, batch->rows.of[i])
                   : store_run_with(batch->store, SQL_DUE_MOVE,
                                    STORE_ARGS(STORE_INT(batch->rows.of[i]),
                                               STORE_INT(batch->block))));
    return STATUS_OK;
}

static enum status show_begin(const struct batch *batch)
{
    for (size_t i = 0; batch->block == 0 && i < batch->rows.n; i++)
        TRY(put_status(batch->store, batch->rows.of[i], COLLECTION_EVALUATES));
    return STATUS_OK;
}

static enum status sweep_batch(struct batch *batch, int64_t until_ms)
{
    const struct member_work work = {.which = &batch->rows,
                                     .now_s = batch->now_s};
    SCOPED(row_list_clear) struct row_list circle = {0};
    SCOPED(member_sweep_clear) struct member_sweep sweep;
    bool has_more;

    batch->window = (struct block_window){
        .from = batch->block, .n_max = WINDOW_MAX, .end = INT64_MAX};
    member_sweep_begin(&sweep, batch->store, &work);
    TRY(show_begin(batch));
    TRY(member_sweep_make(&sweep, &circle));
    TRY(member_sweep_blocks(&sweep, &batch->window, &batch->numbers));
    has_more = next_block(batch);
    while (has_more && batch->block < batch->window.end) {
        TRY(member_sweep_block(&sweep, batch->block++));
        has_more = next_block(batch);
        if (clock_mono_ms() >= until_ms)
            break;
    }
    return keep_place(batch, !has_more);
}

/* ---- A slice ---- */

static enum status step(struct store *store, int64_t now_s, int64_t until_ms,
                        bool *more_out)
{
    SCOPED(batch_clear)
    struct batch batch = {.store = store, .now_s = now_s};

    TRY(find_next(&batch));
    *more_out = batch.rows.n > 0;
    if (!*more_out)
        return STATUS_OK;
    return batch.is_of_rules ? run_rule(&batch) : sweep_batch(&batch, until_ms);
}

enum status evaluation_slice(struct store *store, int64_t now_s,
                             int64_t hold_ms, bool *more_out)
{
    const int64_t until_ms = clock_mono_ms() + hold_ms;

    do {
        TRY(step(store, now_s, until_ms, more_out));
    } while (*more_out && clock_mono_ms() < until_ms);
    return STATUS_OK;
}

/* ---- Failures ---- */

static void log_failure(struct text id, enum status why)
{
    char name[OBJECT_KEY_MAX_BYTES];

    snprintf(name, sizeof(name), "%.*s", (int)id.size, id.data);
    log_error("collection.evaluate collection=%s why=%s", name,
              status_name(why));
}

static enum status put_off(const struct batch *batch, enum status why)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_run_with(
        batch->store, SQL_DUE_FAIL,
        STORE_ARGS(STORE_INT(batch->collection), STORE_INT((int64_t)RETRY_S),
                   STORE_INT((int64_t)RETRY_MAX_S), STORE_INT(batch->now_s))));
    TRY(store_row_with(batch->store, SQL_DUE_FAILED,
                       STORE_ARGS(STORE_INT(batch->collection)), &stmt));
    if (store_int(stmt, 0) == 1)
        log_failure(store_text(stmt, 1), why);
    return put_status(batch->store, batch->collection,
                      COLLECTION_AWAITS_REFRESH);
}

enum status evaluation_failed(struct store *store, int64_t now_s,
                              enum status why)
{
    SCOPED(batch_clear)
    struct batch batch = {.store = store, .now_s = now_s};

    TRY(find_next(&batch));
    if (batch.rows.n == 1)
        return put_off(&batch, why);
    for (size_t i = 0; i < batch.rows.n; i++)
        TRY(store_run_with(store, SQL_DUE_ALONE,
                           STORE_ARGS(STORE_INT(batch.rows.of[i]))));
    return STATUS_OK;
}
