#include "provider/object/collection/evaluation_wide.h"

#include "provider/base/clock.h"
#include "provider/object/collection/evaluation_part.h"
#include "provider/object/collection/evaluation_wide_sql.h"
#include "provider/object/collection/label_settle.h"
#include "provider/object/query/label_due.h"

enum {
    OF_ALL = 16,       /* one of so many is due, at least */
    EVERYWHERE = 4,    /* the same, where none is compared */
    LEFT_US = 6000,    /* of a slice, for a step */
    PUT_OFF_MS = 2000, /* at most */
};

void evaluation_drop_wide(struct evaluation *evaluation)
{
    wide_sweep_free(evaluation->wide);
    evaluation->wide = NULL;
    evaluation->is_wide = evaluation->is_width_known = false;
    evaluation->is_everywhere = false;
}

/* ---- Whether it is ---- */

static uint64_t shape_of(const struct store *store)
{
    return store_shape_of(store, store_table_bit("collection") |
                                     store_table_bit("collection_rule"));
}

static uint64_t stamp_of_resources(const struct store *store)
{
    return store_stamp_of(store, store_table_bit("device") |
                                     store_table_bit("user_resource") |
                                     store_table_bit("group_resource"));
}

struct width {
    int64_t n_all;
    int64_t n_due;
};

static enum status read_width(const struct slice *slice, struct width *width)
{
    *width = (struct width){0};
    TRY(store_int_with(slice->store, SQL_WIDE_DUE,
                       STORE_ARGS(STORE_INT(slice->now_s)), &width->n_due));
    return width->n_due < 2 ? STATUS_OK
                            : store_int_with(slice->store, SQL_WIDE_COUNT,
                                             STORE_NO_ARGS, &width->n_all);
}

static bool is_much(const struct width *width, int64_t n)
{
    return width->n_all > 0 && n * OF_ALL >= width->n_all;
}

/* Those that are due, and what depends on them: it will be due in the same
 * blocks. */
static enum status reach_much(const struct slice *slice,
                              const struct width *width, bool *do_out)
{
    int64_t n = width->n_due;

    if (!is_much(width, n) && width->n_all > 0)
        TRY(store_int_with(slice->store, SQL_WIDE_REACH,
                           STORE_ARGS(STORE_INT(slice->now_s),
                                      STORE_INT(width->n_all / OF_ALL + 1)),
                           &n));
    *do_out = is_much(width, n);
    return STATUS_OK;
}

/* Asked once for a batch: of one that is not all of them, all are read. */
static enum status find_width(const struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;
    struct width width;

    if (evaluation->wide || evaluation->is_width_known)
        return STATUS_OK;
    evaluation->is_width_known = true;
    TRY(read_width(slice, &width));
    TRY(reach_much(slice, &width, &evaluation->is_wide));
    evaluation->is_everywhere = width.n_due * EVERYWHERE >= width.n_all;
    if (width.n_due > BATCH_MAX)
        width.n_due = BATCH_MAX;
    if (evaluation->is_wide && 2 * (int64_t)evaluation->n < width.n_due)
        due_end(evaluation);
    return STATUS_OK;
}

bool evaluation_goes_everywhere(const struct evaluation *evaluation)
{
    return evaluation->is_wide && evaluation->is_everywhere &&
           !evaluation->is_begun;
}

/* Then it would have to be read anew in each slice, and what is evaluated now
 * will be others' limit a moment later. */
enum status evaluation_is_put_off(const struct slice *slice, bool *is_out)
{
    struct evaluation *evaluation = slice->evaluation;
    const int64_t now_ms = clock_mono_ms();
    const uint64_t shape = shape_of(slice->store);
    struct width width;

    *is_out = false;
    if (shape != 0 && shape != evaluation->shape && evaluation->shape != 0 &&
        !slice->is_wary && now_ms - evaluation->put_off_ms < PUT_OFF_MS) {
        TRY(read_width(slice, &width));
        *is_out = is_much(&width, width.n_due);
        return STATUS_OK;
    }
    evaluation->put_off_ms = now_ms;
    return STATUS_OK;
}

/* While others change what depends on what, it is read anew for a few
 * collections rather than for all. */
enum status evaluation_wide_begin(const struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;
    const uint64_t shape = shape_of(slice->store);

    if (shape == 0 || shape != evaluation->shape || slice->is_wary)
        evaluation_drop_wide(evaluation);
    else
        TRY(find_width(slice));
    if (evaluation->wide &&
        evaluation->resource_stamp != stamp_of_resources(slice->store))
        wide_sweep_renew(evaluation->wide);
    return STATUS_OK;
}

void evaluation_wide_end(const struct slice *slice)
{
    slice->evaluation->shape = shape_of(slice->store);
    slice->evaluation->resource_stamp = stamp_of_resources(slice->store);
}

/* ---- A block ---- */

/* Of those that differ, the first block in which any does. */
static enum status begin_block(struct evaluation *evaluation)
{
    int64_t block = INT64_MAX;

    for (size_t i = 0; i < evaluation->n; i++)
        if (due_block(&evaluation->of[i]) < block)
            block = due_block(&evaluation->of[i]);
    TRY(wide_sweep_begin(evaluation->wide, block));
    for (size_t i = 0; i < evaluation->n; i++)
        if (due_block(&evaluation->of[i]) == block)
            wide_sweep_start(evaluation->wide, evaluation->of[i].collection);
    return STATUS_OK;
}

static enum status end_block(struct evaluation *evaluation)
{
    struct wide_sweep *wide = evaluation->wide;
    const int64_t block = wide->sweep.sets.number;

    for (size_t i = 0; i < evaluation->n; i++) {
        struct due_one *one = &evaluation->of[i];

        if (due_block(one) == block && wide_sweep_starts(wide, one->collection))
            TRY(due_next(evaluation, one,
                         wide_sweep_count(wide, one->collection)));
    }
    return STATUS_OK;
}

/* A step is begun only if there is time for it. */
static enum status go_on(struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;
    struct wide_sweep *wide = evaluation->wide;
    bool is_through;

    if (!wide->has_block)
        TRY(begin_block(evaluation));
    if (!wide_sweep_is_loaded(wide))
        return wide_sweep_load(wide, slice->until_us);
    if (slice->n_parts > 0 && clock_mono_us() + LEFT_US >= slice->until_us) {
        slice->until_ms = 0;
        return STATUS_OK;
    }
    TRY(wide_sweep_step(wide, &is_through));
    return is_through ? end_block(evaluation) : STATUS_OK;
}

enum status evaluation_wide_part(struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;

    if (!evaluation->wide) {
        evaluation_drop_sweep(evaluation);
        TRY(wide_sweep_new(slice->store, &evaluation->tally,
                           &evaluation->wide));
    }
    evaluation->wide->now_s = slice->now_s;
    if (!evaluation->wide->is_made && !evaluation->wide->is_circular)
        TRY(wide_sweep_make(evaluation->wide, slice->until_us));
    if (evaluation->wide->is_circular)
        return evaluation_part(slice);
    return evaluation->wide->is_made ? go_on(slice) : STATUS_OK;
}

/* ---- Labels that are due ---- */

static bool goes_through(const struct evaluation *evaluation, int64_t block)
{
    return evaluation->wide && evaluation->wide->has_block &&
           evaluation->wide->sweep.sets.number == block;
}

/* Of a block that was left in the middle; not after a slice that failed, or
 * they would be what fails next. */
enum status evaluation_wide_settle(struct slice *slice)
{
    int64_t block;

    slice->is_behind = false;
    if (slice->is_wary)
        return STATUS_OK;
    TRY(label_due_next(slice->store, &block, &slice->is_behind));
    if (!slice->is_behind || goes_through(slice->evaluation, block))
        return STATUS_OK;
    slice->is_behind = false;
    return labels_settle(slice->store, block);
}
