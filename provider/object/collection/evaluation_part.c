#include "provider/object/collection/evaluation_part.h"

#include <stdlib.h>

#include "provider/base/clock.h"
#include "provider/object/object_private.h"

enum {
    STEP_US = 6000, /* of CPU, for a part */
    TOGETHER_FIRST = 64,
    TOGETHER_LEAST = 8, /* fewer devices rather than fewer collections */
    TOGETHER_MAX = 1024,
    WIDTH_FIRST = 512,
    WIDTH_LEAST = 64, /* devices whose labels are stored together */
};

void evaluation_drop_sweep(struct evaluation *evaluation)
{
    if (evaluation->sweep)
        member_sweep_clear(evaluation->sweep);
    free(evaluation->sweep);
    evaluation->sweep = NULL;
}

/* The first block in which any of the collections differs, and some that do. */
static enum status find_part(struct evaluation *evaluation,
                             struct row_list *start)
{
    int64_t block = INT64_MAX;

    for (size_t i = 0; i < evaluation->n; i++)
        if (due_block(&evaluation->of[i]) < block)
            block = due_block(&evaluation->of[i]);
    if (block != evaluation->block)
        evaluation->offset = 0;
    evaluation->block = block;
    for (size_t i = 0; i < evaluation->n && start->n < evaluation->n_together;
         i++)
        if (due_block(&evaluation->of[i]) == block)
            TRY(row_list_add(start, evaluation->of[i].collection));
    return STATUS_OK;
}

static enum status make_sweep(const struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;
    SCOPED(row_list_clear) struct row_list circle = {0};

    evaluation_drop_sweep(evaluation);
    evaluation->which.n = 0;
    for (size_t i = 0; i < evaluation->n; i++)
        TRY(row_list_add(&evaluation->which, evaluation->of[i].collection));
    evaluation->work = (struct member_work){.which = &evaluation->which,
                                            .now_s = slice->now_s};
    evaluation->sweep = calloc(1, sizeof(*evaluation->sweep));
    if (!evaluation->sweep)
        return STATUS_NO_MEMORY;
    member_sweep_begin(evaluation->sweep, slice->store, &evaluation->work);
    return member_sweep_make(evaluation->sweep, &circle);
}

static bool knows_all(const struct member_sweep *sweep,
                      const struct row_list *start)
{
    for (size_t i = 0; sweep && i < start->n; i++)
        if (row_set_find(&sweep->graph.set, start->of[i]) == SIZE_MAX)
            return false;
    return sweep != NULL;
}

/* Of those that it was gone through for. */
static void end_block(struct evaluation *evaluation,
                      const struct row_list *start)
{
    size_t at = start->n;

    evaluation->offset = 0;
    for (size_t i = evaluation->n; i-- > 0 && at > 0;) {
        struct due_one *one = &evaluation->of[i];

        if (one->collection != start->of[at - 1])
            continue;
        at--;
        one->at++;
    }
}

static void do_less(struct evaluation *evaluation)
{
    if (evaluation->offset == 0 && evaluation->n_together > TOGETHER_LEAST)
        evaluation->n_together /= 2;
    else if (evaluation->width > WIDTH_LEAST)
        evaluation->width /= 2;
}

static void do_more(struct evaluation *evaluation)
{
    if (evaluation->width < BLOCK_ROWS)
        evaluation->width *= 2;
    else if (evaluation->offset == 0 && evaluation->n_together < TOGETHER_MAX)
        evaluation->n_together *= 2;
}

/* The collections stay the same until their block is at its end. */
static void adapt(struct evaluation *evaluation, int64_t took_us)
{
    if (took_us > STEP_US)
        do_less(evaluation);
    else if (took_us < STEP_US / 3)
        do_more(evaluation);
}

static struct member_block part_of(const struct evaluation *evaluation)
{
    struct member_block part = {{0}};
    const size_t end = evaluation->offset + evaluation->width;

    for (size_t i = evaluation->offset; i < end && i < BLOCK_ROWS; i += 64)
        part.words[i / 64] = UINT64_MAX;
    return part;
}

enum status evaluation_part(const struct slice *slice)
{
    struct evaluation *evaluation = slice->evaluation;
    SCOPED(row_list_clear) struct row_list start = {0};
    const int64_t begun_us = clock_thread_us();

    if (evaluation->n_together == 0) {
        evaluation->n_together = TOGETHER_FIRST;
        evaluation->width = WIDTH_FIRST;
    }
    TRY(find_part(evaluation, &start));
    if (!knows_all(evaluation->sweep, &start))
        TRY(make_sweep(slice));
    evaluation->sweep->round.now_s = slice->now_s;
    evaluation->sweep->mask = part_of(evaluation);
    evaluation->sweep->start = &start;
    TRY(member_sweep_block(evaluation->sweep, evaluation->block));
    evaluation->sweep->start = NULL;
    evaluation->offset += evaluation->width;
    if (evaluation->offset >= BLOCK_ROWS)
        end_block(evaluation, &start);
    adapt(evaluation, clock_thread_us() - begun_us);
    return STATUS_OK;
}
