#include "provider/object/collection/member_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/mutant.h"
#include "provider/object/collection/member_sweep_sql.h"
#include "provider/object/object_private.h"

enum {
    REACH_MAX = 512, /* collections that are looked up one by one */
    LOOK_EVERY = 16, /* sets between looks at the clock */
};

void member_sweep_clear(struct member_sweep *sweep)
{
    for (size_t i = 0; sweep->rules && i < sweep->graph.set.rows.n; i++)
        member_rules_clear(&sweep->rules[i]);
    free(sweep->rules);
    free(sweep->sets.held);
    free(sweep->sets.named);
    free(sweep->sets.has_held);
    free(sweep->sets.has_named);
    free(sweep->is_read);
    free(sweep->is_due);
    row_list_clear(&sweep->left);
    member_graph_clear(&sweep->graph);
    member_round_clear(&sweep->round);
}

enum status member_sweep_rules(struct member_sweep *sweep, size_t place,
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

/* ---- Sets of the block ---- */

void member_sweep_forget(struct member_sweep *sweep)
{
    const size_t n = sweep->graph.set.rows.n;
    struct sweep_sets *sets = &sweep->sets;

    memset(sets->has_held, 0, n * sizeof(bool));
    memset(sets->has_named, 0, n * sizeof(bool));
    sets->first = sets->number;
    for (size_t i = 0; i < sets->n_ahead; i++)
        sets->stamps[i] = member_set_stamp(sets->first + (int64_t)i);
}

/* Was the block read ahead, and no set of it written since? Of those before the
 * one that was gone through not all sets were. */
static bool is_ahead(const struct sweep_sets *sets, int64_t number)
{
    const int64_t at = number - sets->first;

    return number >= sets->number && at < (int64_t)sets->n_ahead &&
           (sets->stamps[at] == member_set_stamp(number) ||
            MUTANT("w5-ahead-stays"));
}

void member_sweep_move(struct member_sweep *sweep, int64_t number)
{
    struct sweep_sets *sets = &sweep->sets;
    const bool is_known = is_ahead(sets, number);

    sets->number = number;
    if (is_known)
        memset(sets->has_held, 0, sweep->graph.set.rows.n * sizeof(bool));
    else
        member_sweep_forget(sweep);
}

enum status member_sweep_held(struct member_sweep *sweep, size_t place,
                              struct member_block **held_out)
{
    struct sweep_sets *sets = &sweep->sets;
    const struct member_set set = {SET_OF_COLLECTION,
                                   sweep->graph.set.rows.of[place]};

    *held_out = &sets->held[place];
    if (sets->has_held[place])
        return STATUS_OK;
    sets->has_held[place] = true;
    return member_set_read(sweep->round.store, set, sets->number, *held_out);
}

/* What is not stored is empty. */
static void hold_nothing(struct sweep_sets *sets, size_t from, size_t until)
{
    for (size_t i = from; i < until; i++) {
        sets->held[i] = (struct member_block){{0}};
        sets->has_held[i] = true;
    }
}

/* All that are stored are in the graph, in the same order. */
enum status member_sweep_load(struct member_sweep *sweep, size_t *place,
                              int64_t until_us)
{
    struct sweep_sets *sets = &sweep->sets;
    const struct row_list *rows = &sweep->graph.set.rows;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    size_t n_read = 0;
    enum status found;

    TRY(store_prepare_with(
        sweep->round.store, SQL_SWEEP_BLOCK,
        STORE_ARGS(STORE_INT(sets->number),
                   STORE_INT(*place ? rows->of[*place - 1] : INT64_MIN)),
        &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        const size_t at = row_set_find(&sweep->graph.set, store_int(stmt, 0));

        if (at == SIZE_MAX)
            return STATUS_INVALID;
        hold_nothing(sets, *place, at + 1);
        TRY(member_block_unpack(store_text(stmt, 1), &sets->held[at]));
        *place = at + 1;
        if (++n_read % LOOK_EVERY == 0 && clock_mono_us() >= until_us)
            return STATUS_OK;
    }
    if (found != STATUS_END)
        return found;
    hold_nothing(sets, *place, rows->n);
    *place = rows->n;
    return STATUS_OK;
}

static enum status named_at(struct member_sweep *sweep, size_t place,
                            const struct member_rules *rules,
                            struct member_block **named_out)
{
    struct sweep_sets *sets = &sweep->sets;
    const size_t at = (size_t)(sets->number - sets->first);

    *named_out = &sets->named[place * sets->n_ahead + at];
    if (sets->has_named[place])
        return STATUS_OK;
    sets->has_named[place] = true;
    return member_rules_name(sweep->round.store, rules, sets->number,
                             sets->n_ahead - at, *named_out);
}

/* Of any collection; what the sweep does not reach does not change. */
static enum status read_held(struct member_sweep *sweep, int64_t collection,
                             struct member_block *block)
{
    const struct member_set set = {SET_OF_COLLECTION, collection};
    const size_t place = row_set_find(&sweep->graph.set, collection);
    struct member_block *held;

    if (place == SIZE_MAX)
        return member_set_read(sweep->round.store, set, sweep->sets.number,
                               block);
    TRY(member_sweep_held(sweep, place, &held));
    *block = *held;
    return STATUS_OK;
}

static enum status join_held(struct member_sweep *sweep,
                             const struct row_list *collections,
                             struct member_block *into)
{
    for (size_t i = 0; i < collections->n; i++) {
        struct member_block block;

        TRY(read_held(sweep, collections->of[i], &block));
        for (size_t w = 0; w < BLOCK_WORDS; w++)
            into->words[w] |= block.words[w];
    }
    return STATUS_OK;
}

/* ---- One collection ---- */

enum status member_sweep_want(struct member_sweep *sweep, size_t place,
                              struct member_block *wanted)
{
    struct member_block excluded = {{0}};
    const struct member_rules *rules;
    struct member_block limit;
    struct member_block *named;

    TRY(member_sweep_rules(sweep, place, &rules));
    TRY(named_at(sweep, place, rules, &named));
    *wanted = *named;
    if (rules->all || !rules->limit)
        return STATUS_OK;
    TRY(join_held(sweep, &rules->includes, wanted));
    TRY(read_held(sweep, rules->limit, &limit));
    if (!MUTANT("m1-no-limit"))
        member_block_keep(wanted, &limit);
    TRY(join_held(sweep, &rules->excludes, &excluded));
    for (size_t w = 0; w < BLOCK_WORDS; w++)
        wanted->words[w] &= ~excluded.words[w];
    return STATUS_OK;
}

/* Devices that wait for rules come nowhere yet: what would keep them out may
 * not be asked about them. */
static enum status leave_waiting(struct member_sweep *sweep, size_t place,
                                 const struct member_block *held,
                                 struct member_block *wanted)
{
    uint64_t left = 0;

    for (size_t w = 0; w < BLOCK_WORDS; w++) {
        const uint64_t late =
            wanted->words[w] & ~held->words[w] & sweep->waiting.words[w];

        wanted->words[w] &= ~late;
        left |= late;
    }
    return left ? row_list_add(&sweep->left, sweep->graph.set.rows.of[place])
                : STATUS_OK;
}

static enum status evaluate_place(struct member_sweep *sweep, size_t place)
{
    const size_t n_before = sweep->round.changes.n;
    const struct member_rows rows = {sweep->graph.set.rows.of[place],
                                     sweep->sets.number, &sweep->mask};
    struct member_block wanted;
    struct member_block *held;

    TRY(member_sweep_want(sweep, place, &wanted));
    TRY(member_sweep_held(sweep, place, &held));
    TRY(leave_waiting(sweep, place, held, &wanted));
    TRY(member_round_change(&sweep->round, &rows, &wanted, held));
    if (sweep->round.changes.n > n_before && !MUTANT("m3-nobody-wakes"))
        wake(sweep, place);
    return STATUS_OK;
}

/* ---- A block ---- */

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

static void begin_block(struct member_sweep *sweep)
{
    for (size_t i = 0; i < sweep->graph.set.rows.n; i++)
        sweep->is_due[i] = !sweep->start && i < sweep->n_start;
    for (size_t i = 0; sweep->start && i < sweep->start->n; i++)
        sweep->is_due[row_set_find(&sweep->graph.set, sweep->start->of[i])] =
            true;
}

/* In order; collections without changed dependences stay as they are (C19). */
enum status member_sweep_block(struct member_sweep *sweep, int64_t number)
{
    struct member_block also;

    if (number != sweep->sets.number)
        member_sweep_move(sweep, number);
    begin_block(sweep);
    for (size_t i = 0; i < sweep->graph.order.n; i++) {
        const size_t place = (size_t)sweep->graph.order.of[i];

        if (sweep->is_due[place])
            TRY(evaluate_place(sweep, place));
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
static enum status add_blocks(struct member_sweep *sweep, struct row_set *all)
{
    for (size_t i = 0; i < sweep->n_start; i++) {
        const struct member_set set = {SET_OF_COLLECTION,
                                       sweep->graph.set.rows.of[i]};
        SCOPED(row_list_clear) struct row_list held = {0};
        const struct member_rules *rules;

        TRY(member_sweep_rules(sweep, i, &rules));
        TRY(member_rules_blocks(sweep->round.store, rules, all));
        TRY(member_set_blocks(sweep->round.store, set, &held));
        for (size_t j = 0; j < held.n; j++)
            TRY(row_set_add(all, held.of[j]));
    }
    return STATUS_OK;
}

/* What stays of a collection that moves has other labels; of several each may
 * depend on another. */
enum status member_sweep_blocks(struct member_sweep *sweep,
                                struct row_list *numbers)
{
    SCOPED(row_set_clear) struct row_set all = {0};
    const struct member_rules *rules;

    if (sweep->n_start == 1 && sweep->work->n_moves == 0) {
        TRY(member_sweep_rules(sweep, 0, &rules));
        return member_rules_differ(sweep->round.store, rules, numbers);
    }
    TRY(add_blocks(sweep, &all));
    for (size_t i = 0; i < all.rows.n; i++)
        TRY(row_list_add(numbers, all.rows.of[i]));
    if (numbers->n)
        qsort(numbers->of, numbers->n, sizeof(*numbers->of), by_number);
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

/* Of many all are read at once. A cycle that concerns none of these, if there
 * is one, keeps nothing from being evaluated. */
static enum status make_graph(struct member_sweep *sweep,
                              struct row_list *circle)
{
    struct store *store = sweep->round.store;
    struct member_graph *graph = &sweep->graph;
    const struct row_list *which = sweep->work->which;
    enum status made = member_graph_make(
        store, which, (struct graph_reach){SQL_SWEEP_DEPENDENTS, REACH_MAX},
        graph, circle);

    if (made != STATUS_LIMIT)
        return made;
    member_graph_clear(graph);
    made = member_graph_make_all(store, which, graph, circle);
    if (made != STATUS_INVALID)
        return made;
    member_graph_clear(graph);
    circle->n = 0;
    return member_graph_make(
        store, which, (struct graph_reach){SQL_SWEEP_DEPENDENTS, SIZE_MAX},
        graph, circle);
}

static enum status make_sets(struct sweep_sets *sets, size_t n)
{
    sets->number = sets->first = -1;
    if (sets->n_ahead == 0)
        sets->n_ahead = 1;
    sets->held = calloc(n + 1, sizeof(*sets->held));
    sets->named = calloc((n + 1) * sets->n_ahead, sizeof(*sets->named));
    sets->has_held = calloc(n + 1, sizeof(*sets->has_held));
    sets->has_named = calloc(n + 1, sizeof(*sets->has_named));
    return sets->held && sets->named && sets->has_held && sets->has_named
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

enum status member_sweep_places(struct member_sweep *sweep)
{
    const size_t n = sweep->graph.set.rows.n;

    sweep->rules = calloc(n + 1, sizeof(*sweep->rules));
    sweep->is_read = calloc(n + 1, sizeof(*sweep->is_read));
    sweep->is_due = calloc(n + 1, sizeof(*sweep->is_due));
    if (!sweep->rules || !sweep->is_read || !sweep->is_due)
        return STATUS_NO_MEMORY;
    return make_sets(&sweep->sets, n);
}

enum status member_sweep_make(struct member_sweep *sweep,
                              struct row_list *circle)
{
    const struct member_work *work = sweep->work;
    size_t n;

    TRY(make_graph(sweep, circle));
    TRY(member_sweep_places(sweep));
    n = sweep->graph.set.rows.n;
    /* Those that are to be evaluated were the first in the set. */
    sweep->n_start = work->which->n < n ? work->which->n : n;
    for (size_t i = 0; i < work->n_moves; i++)
        TRY(labeller_moved(&sweep->round.labeller, work->moves[i].collection,
                           work->moves[i].was));
    return STATUS_OK;
}
