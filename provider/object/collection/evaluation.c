#include "provider/object/collection/evaluation.h"

#include "provider/base/clock.h"
#include "provider/object/collection/evaluation_sql.h"
#include "provider/object/collection/member_sweep.h"
#include "provider/object/collection/members.h"

enum {
    BATCH_MAX = 256, /* collections that are swept together */
    /* How the rules of a collection are run. */
    QUERIES_RUN = 0,
    QUERIES_WAIT = 1,
    QUERIES_BY_BLOCK = 2,
};

/* ---- What is due ---- */

static enum status put_status(struct store *store, int64_t collection,
                              int64_t status)
{
    return store_run_with(store, SQL_DUE_STATUS,
                          STORE_ARGS(STORE_INT(collection), STORE_INT(status)));
}

enum status evaluation_request(struct store *store, int64_t collection,
                               bool with_queries, int64_t now_s)
{
    TRY(store_run_with(
        store, SQL_DUE_REQUEST,
        STORE_ARGS(STORE_INT(collection),
                   STORE_INT(with_queries ? QUERIES_WAIT : QUERIES_RUN),
                   STORE_INT(now_s))));
    return put_status(store, collection, COLLECTION_AWAITS_REFRESH);
}

enum status evaluation_go_on(struct store *store, const struct row_list *which,
                             int64_t block, int64_t now_s)
{
    for (size_t i = 0; i < which->n; i++) {
        TRY(store_run_with(store, SQL_DUE_GO_ON,
                           STORE_ARGS(STORE_INT(which->of[i]), STORE_INT(block),
                                      STORE_INT(now_s))));
        TRY(put_status(store, which->of[i], COLLECTION_AWAITS_REFRESH));
    }
    return STATUS_OK;
}

enum status evaluation_schedule(struct store *store, int64_t now_s)
{
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(store, SQL_DUE_SCHEDULED,
                        STORE_ARGS(STORE_INT(now_s - EVALUATION_DAY_S)),
                        &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(evaluation_request(store, rows.of[i], true, now_s));
    return STATUS_OK;
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
    bool is_whole;

    member_sweep_begin(&sweep, store, work);
    TRY(member_sweep_make(&sweep, circle));
    TRY(member_sweep_blocks(&sweep, &numbers));
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

/* ---- Rules ---- */

/* All rules of a collection over all devices, if that takes no longer than a
 * slice; else they are run block by block. */
static enum status run_queries(struct store *store, int64_t now_s,
                               bool *found_out)
{
    int64_t collection;
    enum status run;

    run = store_int_with(store, SQL_DUE_QUERIES, STORE_NO_ARGS, &collection);
    *found_out = run == STATUS_OK;
    if (run != STATUS_OK)
        return run == STATUS_END ? STATUS_OK : run;
    run = members_query(store, collection, now_s, EVALUATION_HOLD_MS);
    if (run != STATUS_OK && run != STATUS_LIMIT)
        return run;
    return store_run_with(
        store, SQL_DUE_QUERIED,
        STORE_ARGS(
            STORE_INT(collection),
            STORE_INT(run == STATUS_OK ? QUERIES_RUN : QUERIES_BY_BLOCK)));
}

/* ---- Blocks ---- */

/* Collections that go on together. */
struct batch {
    struct store *store;
    int64_t now_s;
    int64_t block; /* from here on */
    int64_t queries;
    struct row_list rows;
    struct row_set numbers; /* of the blocks; unused where rules are run */
    size_t at;
};

static void batch_clear(struct batch *batch)
{
    row_list_clear(&batch->rows);
    row_set_clear(&batch->numbers);
}

static enum status find_batch(struct batch *batch)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found =
        store_row_with(batch->store, SQL_DUE_NEXT, STORE_NO_ARGS, &stmt);

    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    batch->block = store_int(stmt, 0);
    batch->queries = store_int(stmt, 1);
    return row_list_select(batch->store, SQL_DUE_BATCH,
                           STORE_ARGS(STORE_INT(batch->block),
                                      STORE_INT(batch->queries),
                                      STORE_INT(BATCH_MAX)),
                           &batch->rows);
}

/* The next block to sweep: every one with devices where rules are run, else
 * those where the collections have or want any. */
static enum status next_block(struct batch *batch, bool *is_end_out)
{
    enum status found;

    *is_end_out = false;
    if (batch->queries != QUERIES_BY_BLOCK) {
        while (batch->at < batch->numbers.rows.n &&
               batch->numbers.rows.of[batch->at] < batch->block)
            batch->at++;
        *is_end_out = batch->at == batch->numbers.rows.n;
        if (!*is_end_out)
            batch->block = batch->numbers.rows.of[batch->at];
        return STATUS_OK;
    }
    found = store_int_with(batch->store, SQL_DUE_NEXT_DEVICE_BLOCK,
                           STORE_ARGS(STORE_INT(batch->block)), &batch->block);
    *is_end_out = found == STATUS_END;
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status query_block(const struct batch *batch)
{
    const struct member_devices devices = {batch->block, member_block_whole()};

    for (size_t i = 0; i < batch->rows.n; i++)
        TRY(members_query_block(batch->store, batch->rows.of[i], &devices,
                                batch->now_s, EVALUATION_HOLD_MS));
    return STATUS_OK;
}

static enum status sweep_block(struct batch *batch, struct member_sweep *sweep)
{
    if (batch->queries == QUERIES_BY_BLOCK)
        TRY(query_block(batch));
    TRY(member_sweep_block(sweep, batch->block));
    batch->block++;
    return STATUS_OK;
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

static enum status sweep_batch(struct batch *batch, int64_t until_ms)
{
    const struct member_work work = {.which = &batch->rows,
                                     .now_s = batch->now_s};
    SCOPED(row_list_clear) struct row_list circle = {0};
    SCOPED(member_sweep_clear) struct member_sweep sweep;
    bool is_end;

    member_sweep_begin(&sweep, batch->store, &work);
    TRY(member_sweep_make(&sweep, &circle));
    if (batch->queries != QUERIES_BY_BLOCK)
        TRY(member_sweep_blocks(&sweep, &batch->numbers));
    TRY(next_block(batch, &is_end));
    while (!is_end) {
        TRY(sweep_block(batch, &sweep));
        TRY(next_block(batch, &is_end));
        if (clock_mono_ms() >= until_ms)
            break;
    }
    return keep_place(batch, is_end);
}

/* ---- A slice ---- */

static enum status step(struct store *store, int64_t now_s, int64_t until_ms,
                        bool *more_out)
{
    SCOPED(batch_clear)
    struct batch batch = {.store = store, .now_s = now_s};

    TRY(run_queries(store, now_s, more_out));
    if (*more_out)
        return STATUS_OK;
    TRY(find_batch(&batch));
    *more_out = batch.rows.n > 0;
    return *more_out ? sweep_batch(&batch, until_ms) : STATUS_OK;
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
