#include "provider/object/collection/member_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/member_sweep_sql.h"
#include "provider/object/object_private.h"

void member_sweep_clear(struct member_sweep *sweep)
{
    for (size_t i = 0; sweep->rules && i < sweep->graph.set.rows.n; i++)
        member_rules_clear(&sweep->rules[i]);
    free(sweep->rules);
    free(sweep->is_read);
    free(sweep->is_due);
    member_graph_clear(&sweep->graph);
    member_round_clear(&sweep->round);
}

static enum status rules_at(struct member_sweep *sweep, size_t place,
                            const struct member_rules **rules_out)
{
    struct member_rules *rules = &sweep->rules[place];

    *rules_out = rules;
    if (sweep->is_read[place])
        return STATUS_OK;
    sweep->is_read[place] = true;
    return member_rules_read(sweep->round.store,
                             sweep->graph.set.rows.of[place], 0, rules);
}

static void wake(struct member_sweep *sweep, size_t place)
{
    for (size_t i = (size_t)sweep->graph.first.of[place];
         i < (size_t)sweep->graph.first.of[place + 1]; i++)
        sweep->is_due[sweep->graph.edges.of[i]] = true;
}

static enum status evaluate_place(struct member_sweep *sweep, size_t place,
                                  int64_t number)
{
    const size_t n_before = sweep->round.changes.n;
    const struct member_rules *rules;
    struct member_block wanted;

    TRY(rules_at(sweep, place, &rules));
    TRY(member_rules_want(sweep->round.store, rules, number, &wanted));
    TRY(member_round_replace(&sweep->round, rules->collection, number,
                             &sweep->mask, &wanted));
    if (sweep->round.changes.n > n_before && !MUTANT("m3-nobody-wakes"))
        wake(sweep, place);
    return STATUS_OK;
}

/* The members of a moved collection have other labels, even those that stay. */
static enum status join_moved(const struct member_sweep *sweep, int64_t number,
                              struct member_block *also)
{
    memset(also, 0, sizeof(*also));
    for (size_t i = 0; i < sweep->work->n_moves; i++) {
        const struct member_set set = {SET_OF_COLLECTION,
                                       sweep->work->moves[i].collection};
        struct member_block block;

        TRY(member_set_read(sweep->round.store, set, number, &block));
        for (size_t w = 0; w < BLOCK_WORDS; w++)
            also->words[w] |= block.words[w];
    }
    return STATUS_OK;
}

/* In order; collections without changed dependences stay as they are (C19). */
enum status member_sweep_block(struct member_sweep *sweep, int64_t number)
{
    const size_t n = sweep->graph.set.rows.n;
    struct member_block also;

    for (size_t i = 0; i < n; i++)
        sweep->is_due[i] = i < sweep->n_start;
    for (size_t i = 0; i < sweep->graph.order.n; i++) {
        const size_t place = (size_t)sweep->graph.order.of[i];

        if (sweep->is_due[place])
            TRY(evaluate_place(sweep, place, number));
    }
    TRY(join_moved(sweep, number, &also));
    return member_round_label(&sweep->round, number, &also);
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Where collections of the start have members, or want some. */
static enum status add_blocks(struct member_sweep *sweep,
                              struct block_window *window,
                              struct row_set *numbers)
{
    for (size_t i = 0; i < sweep->n_start; i++) {
        const struct member_set set = {SET_OF_COLLECTION,
                                       sweep->graph.set.rows.of[i]};
        SCOPED(row_list_clear) struct row_list held = {0};
        const struct member_rules *rules;

        TRY(rules_at(sweep, i, &rules));
        TRY(member_rules_blocks(sweep->round.store, rules, window, numbers));
        TRY(member_set_window(sweep->round.store, set, window, &held));
        for (size_t j = 0; j < held.n; j++)
            TRY(row_set_add(numbers, held.of[j]));
    }
    return STATUS_OK;
}

enum status member_sweep_blocks(struct member_sweep *sweep,
                                struct block_window *window,
                                struct row_set *numbers)
{
    TRY(add_blocks(sweep, window, numbers));
    if (numbers->rows.n)
        qsort(numbers->rows.of, numbers->rows.n, sizeof(*numbers->rows.of),
              by_number);
    return STATUS_OK;
}

void member_sweep_begin(struct member_sweep *sweep, struct store *store,
                        const struct member_work *work)
{
    *sweep = (struct member_sweep){.work = work, .mask = member_block_whole()};
    member_round_begin(&sweep->round, store, work->now_s);
    sweep->round.outcome = work->outcome;
    sweep->round.watched = work->which->n ? work->which->of[0] : 0;
}

enum status member_sweep_make(struct member_sweep *sweep,
                              struct row_list *circle)
{
    const struct member_work *work = sweep->work;
    size_t n;

    TRY(member_graph_make(sweep->round.store, work->which, SQL_SWEEP_DEPENDENTS,
                          &sweep->graph, circle));
    n = sweep->graph.set.rows.n;
    sweep->rules = calloc(n + 1, sizeof(*sweep->rules));
    sweep->is_read = calloc(n + 1, sizeof(*sweep->is_read));
    sweep->is_due = calloc(n + 1, sizeof(*sweep->is_due));
    if (!sweep->rules || !sweep->is_read || !sweep->is_due)
        return STATUS_NO_MEMORY;
    /* Those that are to be evaluated were the first in the set. */
    sweep->n_start = work->which->n < n ? work->which->n : n;
    for (size_t i = 0; i < work->n_moves; i++)
        TRY(labeller_moved(&sweep->round.labeller, work->moves[i].collection,
                           work->moves[i].was));
    return STATUS_OK;
}
