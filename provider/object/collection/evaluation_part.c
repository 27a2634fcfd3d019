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

/* The first block in which any of the collections differs. */
static void find_block(struct evaluation *evaluation)
{
    int64_t block = INT64_MAX;

    for (size_t i = 0; i < evaluation->n; i++)
        if (due_block(&evaluation->of[i]) < block)
            block = due_block(&evaluation->of[i]);
    if (block != evaluation->block)
        evaluation->offset = 0;
    evaluation->block = block;
}

static bool is_in_block(const struct evaluation *evaluation, size_t i)
{
    return due_block(&evaluation->of[i]) == evaluation->block;
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
    evaluation->sweep->round.count = &evaluation->tally.count;
    return member_sweep_make(evaluation->sweep, &circle);
}

static bool knows_all(const struct evaluation *evaluation)
{
    const struct member_sweep *sweep = evaluation->sweep;

    for (size_t i = 0; sweep && i < evaluation->n; i++)
        if (is_in_block(evaluation, i) &&
            row_set_find(&sweep->graph.set, evaluation->of[i].collection) ==
                SIZE_MAX)
            return false;
    return sweep != NULL;
}

/* ---- The collections that are gone through together ---- */

static size_t n_picked(const struct evaluation *evaluation)
{
    size_t n = 0;

    for (size_t i = 0; i < evaluation->n; i++)
        n += evaluation->of[i].is_picked && is_in_block(evaluation, i);
    return n;
}

static void pick_none(struct evaluation *evaluation)
{
    for (size_t i = 0; i < evaluation->n; i++)
        evaluation->of[i].is_picked = false;
}

/* Each after all that it depends on: or it would have for a while what another
 * that is due will exclude, or keep from it. */
static enum status pick(struct evaluation *evaluation)
{
    const struct member_graph *graph = &evaluation->sweep->graph;
    SCOPED(memory_drop)
    size_t *at = calloc(graph->set.rows.n + 1, sizeof(*at));
    size_t n = 0;

    if (!at)
        return STATUS_NO_MEMORY;
    pick_none(evaluation);
    for (size_t i = 0; i < evaluation->n; i++)
        if (is_in_block(evaluation, i))
            at[row_set_find(&graph->set, evaluation->of[i].collection)] = i + 1;
    for (size_t i = 0; i < graph->order.n && n < evaluation->n_together; i++) {
        const size_t place =
            MUTANT("r3-in-no-order") ? graph->order.n - 1 - i : i;
        const size_t one = at[graph->order.of[place]];

        if (one == 0)
            continue;
        evaluation->of[one - 1].is_picked = true;
        n++;
    }
    return STATUS_OK;
}

/* They stay the same until their block is at its end. */
static enum status find_start(struct evaluation *evaluation,
                              struct row_list *start)
{
    if (evaluation->offset == 0 || n_picked(evaluation) == 0) {
        evaluation->offset = 0;
        TRY(pick(evaluation));
    }
    for (size_t i = 0; i < evaluation->n; i++)
        if (evaluation->of[i].is_picked && is_in_block(evaluation, i))
            TRY(row_list_add(start, evaluation->of[i].collection));
    return STATUS_OK;
}

static enum status end_block(struct evaluation *evaluation)
{
    evaluation->offset = 0;
    for (size_t i = 0; i < evaluation->n; i++)
        if (evaluation->of[i].is_picked && is_in_block(evaluation, i))
            TRY(due_next(evaluation, &evaluation->of[i], NOT_COUNTED));
    pick_none(evaluation);
    return STATUS_OK;
}

/* ---- A part ---- */

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
    find_block(evaluation);
    if (!knows_all(evaluation))
        TRY(make_sweep(slice));
    TRY(find_start(evaluation, &start));
    evaluation->sweep->round.now_s = slice->now_s;
    evaluation->sweep->mask = part_of(evaluation);
    evaluation->sweep->start = &start;
    TRY(member_sweep_block(evaluation->sweep, evaluation->block));
    evaluation->sweep->start = NULL;
    evaluation->offset += evaluation->width;
    if (evaluation->offset >= BLOCK_ROWS)
        TRY(end_block(evaluation));
    adapt(evaluation, clock_thread_us() - begun_us);
    return STATUS_OK;
}
