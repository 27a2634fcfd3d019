#include "provider/object/collection/evaluation_slice.h"

#include <stdio.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/object/collection/arrival.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/evaluation_part.h"
#include "provider/object/collection/evaluation_slice_sql.h"
#include "provider/object/collection/evaluation_wide.h"
#include "provider/object/collection/rule_part.h"
#include "provider/object/object_private.h"

enum {
    RULES_AHEAD_S = 60, /* rules are run before older members are evaluated */
    RETRY_S = 60,       /* after the first failure; doubled each time */
    KEEP_MS = 100,      /* between numbers that are stored, to be looked at */
};

void evaluation_clear(struct evaluation *evaluation)
{
    evaluation_drop_sweep(evaluation);
    evaluation_drop_wide(evaluation);
    member_tally_clear(&evaluation->tally);
    due_drop_all(evaluation);
    row_list_clear(&evaluation->blocks);
    row_list_clear(&evaluation->counted);
    row_list_clear(&evaluation->which);
    *evaluation = (struct evaluation){0};
}

/* ---- What is next ---- */

static enum status find_next(struct slice *slice)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(
        slice->store, SQL_SLICE_NEXT,
        STORE_ARGS(STORE_INT(slice->now_s), STORE_INT((int64_t)RULES_AHEAD_S)),
        &stmt);

    slice->collection = 0;
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    slice->collection = store_int(stmt, 0);
    slice->is_of_rules = store_int(stmt, 1) != 0;
    slice->failures = store_int(stmt, 3);
    return STATUS_OK;
}

/* ---- Rules ---- */

static enum status run_rule(const struct slice *slice)
{
    const int64_t begun_us = clock_mono_us();
    bool has_more;

    TRY(rule_part_run(slice->store, slice->collection, slice->now_s,
                      slice->until_ms, &has_more));
    if (has_more)
        return store_run_with(
            slice->store, SQL_SLICE_RUNNING,
            STORE_ARGS(STORE_INT(slice->collection),
                       STORE_INT(COLLECTION_QUERIES),
                       STORE_INT(evaluation_count_ms(begun_us))));
    TRY(store_run_with(slice->store, SQL_SLICE_REFRESHED,
                       STORE_ARGS(STORE_INT(slice->collection),
                                  STORE_INT(slice->now_s),
                                  STORE_INT(evaluation_count_ms(begun_us)))));
    return store_run_with(slice->store, SQL_SLICE_QUERIED,
                          STORE_ARGS(STORE_INT(slice->collection)));
}

/* ---- Members ---- */

/* From the last on: most are through then, and taken away. */
static struct due_one *uncompared(struct evaluation *evaluation)
{
    for (size_t i = evaluation->n; i-- > 0;)
        if (!evaluation->of[i].is_compared)
            return &evaluation->of[i];
    return NULL;
}

static enum status evaluate_part(struct slice *slice)
{
    bool are_all_finished;

    TRY(due_finish_some(slice, &are_all_finished));
    if (!are_all_finished)
        return STATUS_OK;
    return slice->evaluation->is_wide ? evaluation_wide_part(slice)
                                      : evaluation_part(slice);
}

/* All are compared first, so that they are gone through together; of many none
 * is, and all blocks are gone through. */
static enum status evaluate_some(struct slice *slice, bool *is_part_out)
{
    struct evaluation *evaluation = slice->evaluation;
    const struct due_one *one = uncompared(evaluation);

    *is_part_out = one == NULL;
    if (!one)
        return evaluate_part(slice);
    return evaluation_goes_everywhere(evaluation)
               ? due_begin_all(slice)
               : due_compare(slice, (size_t)(one - evaluation->of));
}

static uint64_t stamp_of_due(const struct store *store)
{
    return store_stamp_of(store, store_table_bit("collection_due"));
}

static uint64_t stamp_of_sources(const struct store *store)
{
    return store_stamp_of(store, store_table_bit("collection") |
                                     store_table_bit("collection_rule") |
                                     store_table_bit("device") |
                                     store_table_bit("user_resource") |
                                     store_table_bit("group_resource"));
}

static uint64_t stamp_of_sets(const struct store *store)
{
    return store_stamp_of(store, store_table_bit("collection_block") |
                                     store_table_bit("rule_block"));
}

/* Others may have changed what is due, or what the sweep was made from. */
static enum status begin_batch(struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;
    const uint64_t due = stamp_of_due(slice->store);
    const uint64_t sources = stamp_of_sources(slice->store);

    if (slice->is_wary) {
        evaluation->offset = 0;
        evaluation->width = BLOCK_ROWS;
        evaluation->n_together = SIZE_MAX;
    }
    if (sources == 0 || sources != evaluation->stamp)
        evaluation_drop_sweep(evaluation);
    if (evaluation->sweep &&
        stamp_of_sets(slice->store) != evaluation->set_stamp)
        member_sweep_forget(evaluation->sweep);
    if (evaluation->n == 0 && !member_tally_is_empty(&evaluation->tally))
        return member_tally_end(&evaluation->tally, slice->store, slice->now_s);
    if (evaluation->n == 0)
        evaluation_count_begin(&evaluation->tally.count, EVALUATION_FULL);
    TRY(evaluation_wide_begin(slice));
    if (due == 0 || due != evaluation->due_stamp || evaluation->n == 0)
        return due_read(slice);
    return STATUS_OK;
}

/* How far it is, and what it counted: of many collections each such row is a
 * page to commit, so that not each slice stores some. */
static enum status keep_some(const struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;
    const int64_t now_ms = clock_mono_ms();

    if (now_ms - evaluation->kept_ms < KEEP_MS)
        return STATUS_OK;
    evaluation->kept_ms = now_ms;
    TRY(due_keep_places(slice));
    return member_tally_store(&evaluation->tally, slice->store, slice->now_s);
}

static enum status end_batch(struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;

    TRY(keep_some(slice));
    evaluation_wide_end(slice);
    evaluation->stamp = stamp_of_sources(slice->store);
    evaluation->set_stamp = stamp_of_sets(slice->store);
    evaluation->due_stamp = stamp_of_due(slice->store);
    if (evaluation->n == 0) {
        evaluation_drop_wide(evaluation);
        due_end(evaluation);
    }
    return STATUS_OK;
}

static enum status evaluate_batch(struct slice *slice)
{
    bool is_part, is_put_off;

    TRY(evaluation_is_put_off(slice, &is_put_off));
    if (is_put_off) {
        if (!MUTANT("w4-put-off-stays"))
            evaluation_drop_wide(slice->evaluation);
        evaluation_wide_end(slice);
        slice->until_ms = 0;
        return STATUS_OK;
    }
    TRY(begin_batch(slice));
    while (slice->evaluation->n) {
        TRY(evaluate_some(slice, &is_part));
        slice->n_parts++;
        if (clock_mono_ms() >= slice->until_ms && (is_part || !slice->is_wary))
            break;
    }
    return end_batch(slice);
}

/* ---- A slice ---- */

/* Before anything is evaluated: a collection must not have what another, which
 * it excludes, does not find yet. */
static enum status arrive(struct slice *slice)
{
    slice->is_arriving = false;
    return MUTANT("r2-evaluated-before-asked")
               ? STATUS_OK
               : arrival_part(slice, &slice->is_arriving);
}

static int64_t note_time(const struct slice *slice, enum slice_step step,
                         int64_t begun_us)
{
    const int64_t now_us = clock_mono_us();

    if (now_us - begun_us > slice->longest_us[step])
        slice->longest_us[step] = now_us - begun_us;
    return now_us;
}

static enum status evaluate(struct slice *slice)
{
    const int64_t begun_us = clock_mono_us();
    const enum status done =
        slice->is_of_rules ? run_rule(slice) : evaluate_batch(slice);

    (void)note_time(slice, slice->is_of_rules ? SLICE_QUERIES : SLICE_MEMBERS,
                    begun_us);
    return done;
}

static enum status step(struct slice *slice)
{
    int64_t begun_us = clock_mono_us();

    TRY(evaluation_wide_settle(slice));
    begun_us = note_time(slice, SLICE_LABELS, begun_us);
    TRY(arrive(slice));
    (void)note_time(slice, SLICE_ARRIVALS, begun_us);
    if (slice->is_arriving)
        return STATUS_OK;
    TRY(find_next(slice));
    if (slice->is_behind)
        slice->is_of_rules = false;
    if (!slice->collection && !slice->is_behind)
        return STATUS_OK;
    return evaluate(slice);
}

static bool has_more(const struct slice *slice)
{
    return slice->collection != 0 || slice->is_behind || slice->is_arriving;
}

enum status evaluation_slice(struct evaluation *evaluation, struct store *store,
                             int64_t now_s, int64_t hold_ms, bool *more_out)
{
    struct slice slice = {.evaluation = evaluation,
                          .store = store,
                          .longest_us = evaluation->longest_us,
                          .now_s = now_s,
                          .until_ms = clock_mono_ms() + hold_ms,
                          .until_us = clock_mono_us() + hold_ms * 1000,
                          .is_wary = hold_ms == EVALUATION_WARY};
    enum status status;

    do {
        status = step(&slice);
    } while (status == STATUS_OK && has_more(&slice) &&
             clock_mono_ms() < slice.until_ms);
    if (status != STATUS_OK)
        evaluation_clear(evaluation);
    *more_out = has_more(&slice);
    return status;
}

/* ---- Failures ---- */

static void log_failure(struct text id, enum status why)
{
    char name[OBJECT_KEY_MAX_BYTES];

    snprintf(name, sizeof(name), "%.*s", (int)id.size, id.data);
    log_error("collection.evaluate collection=%s why=%s", name,
              status_name(why));
}

static enum status put_off(const struct slice *slice, enum status why)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_run_with(slice->store, SQL_SLICE_FAIL,
                       STORE_ARGS(STORE_INT(slice->collection),
                                  STORE_INT((int64_t)RETRY_S),
                                  STORE_INT((int64_t)EVALUATION_RETRY_S),
                                  STORE_INT(slice->now_s))));
    TRY(store_row_with(slice->store, SQL_SLICE_FAILED,
                       STORE_ARGS(STORE_INT(slice->collection)), &stmt));
    if (store_int(stmt, 0) == 1)
        log_failure(store_text(stmt, 1), why);
    return due_put_status(slice, slice->collection, COLLECTION_AWAITS_REFRESH);
}

static enum status read_rows(const struct slice *slice, struct row_list *rows)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(due_select(slice, BATCH_MAX, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(row_list_add(rows, store_int(stmt, 0)));
    return found == STATUS_END ? STATUS_OK : found;
}

enum status evaluation_failed(struct store *store, int64_t now_s,
                              enum status why)
{
    struct slice slice = {.store = store, .now_s = now_s};
    SCOPED(row_list_clear) struct row_list rows = {0};
    bool is_arrival;

    TRY(arrival_skip(&slice, &is_arrival));
    if (is_arrival)
        return STATUS_OK;
    TRY(find_next(&slice));
    if (!slice.collection)
        return STATUS_OK;
    TRY(read_rows(&slice, &rows));
    if (rows.n == 1)
        return put_off(&slice, why);
    for (size_t i = 0; i < rows.n; i++)
        TRY(store_run_with(store, SQL_SLICE_ALONE,
                           STORE_ARGS(STORE_INT(rows.of[i]))));
    return STATUS_OK;
}
