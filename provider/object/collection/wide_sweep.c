#include "provider/object/collection/wide_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/mutant.h"
#include "provider/object/query/label_due.h"

enum {
    STEP_US = 6000,     /* of CPU, for sets; their labels and commit follow */
    WRITTEN_MAX = 1024, /* sets in a step: each may be a page to commit */
    LONG_US = 16000,    /* with the labels: a step should not take longer */
    LOOK_EVERY = 16,
};

static size_t n_of(const struct wide_sweep *wide)
{
    return wide->sweep.graph.set.rows.n;
}

static size_t place_of(const struct wide_sweep *wide, int64_t collection)
{
    return row_set_find(&wide->sweep.graph.set, collection);
}

/* ---- Making ---- */

void wide_sweep_free(struct wide_sweep *wide)
{
    if (!wide)
        return;
    member_sweep_clear(&wide->sweep);
    wide_labels_clear(&wide->labels);
    free(wide->limits);
    free(wide->is_start);
    free(wide->is_forced);
    free(wide);
}
DEFINE_DROP(wide_sweep)

static enum status make_places(struct wide_sweep *wide)
{
    size_t n;

    TRY(member_graph_gather(wide->sweep.round.store, &wide->sweep.graph.set));
    TRY(member_sweep_places(&wide->sweep));
    n = n_of(wide);
    wide->limits = calloc(n + 1, sizeof(*wide->limits));
    wide->is_start = calloc(n + 1, sizeof(bool));
    wide->is_forced = calloc(n + 1, sizeof(bool));
    return wide->limits && wide->is_start && wide->is_forced ? STATUS_OK
                                                             : STATUS_NO_MEMORY;
}

enum status wide_sweep_new(struct store *store, struct member_tally *tally,
                           struct wide_sweep **wide_out)
{
    OWNED(wide_sweep) wide = calloc(1, sizeof(*wide));

    if (!wide)
        return STATUS_NO_MEMORY;
    wide->work.which = &wide->nothing;
    member_sweep_begin(&wide->sweep, store, &wide->work);
    wide->sweep.sets.n_ahead = SWEEP_AHEAD_MAX;
    wide->tally = tally;
    wide->n_words = BLOCK_WORDS;
    wide->written_max = WRITTEN_MAX;
    TRY(make_places(wide));
    *wide_out = TAKE(wide);
    return STATUS_OK;
}

/* The place of the other comes before that of the collection. */
static enum status add_pair(const struct wide_sweep *wide, int64_t other,
                            size_t place, struct row_list *pairs)
{
    const size_t from = place_of(wide, other);

    if (from == SIZE_MAX)
        return STATUS_OK;
    TRY(row_list_add(pairs, (int64_t)from));
    return row_list_add(pairs, (int64_t)place);
}

static enum status add_pairs(struct wide_sweep *wide, size_t place,
                             struct row_list *pairs)
{
    const struct member_rules *rules = &wide->sweep.rules[place];

    wide->limits[place] =
        rules->limit ? place_of(wide, rules->limit) : SIZE_MAX;
    if (rules->limit)
        TRY(add_pair(wide, rules->limit, place, pairs));
    for (size_t i = 0; i < rules->includes.n; i++)
        TRY(add_pair(wide, rules->includes.of[i], place, pairs));
    for (size_t i = 0; i < rules->excludes.n; i++)
        TRY(add_pair(wide, rules->excludes.of[i], place, pairs));
    return STATUS_OK;
}

static enum status put_in_order(struct wide_sweep *wide)
{
    SCOPED(row_list_clear) struct row_list pairs = {0};
    SCOPED(row_list_clear) struct row_list circle = {0};
    enum status ordered;

    for (size_t i = 0; i < n_of(wide); i++)
        TRY(add_pairs(wide, i, &pairs));
    ordered = member_graph_order(&wide->sweep.graph, &pairs, &circle);
    wide->is_circular = ordered == STATUS_INVALID;
    wide->is_made = ordered == STATUS_OK;
    return wide->is_circular ? STATUS_OK : ordered;
}

enum status wide_sweep_make(struct wide_sweep *wide, int64_t until_us)
{
    const struct member_rules *rules;

    while (wide->n_read < n_of(wide)) {
        TRY(member_sweep_rules(&wide->sweep, wide->n_read++, &rules));
        if (wide->n_read % LOOK_EVERY == 0 && clock_mono_us() >= until_us)
            return STATUS_OK;
    }
    return put_in_order(wide);
}

/* Rules that name devices are read again when they are needed. */
void wide_sweep_renew(struct wide_sweep *wide)
{
    struct member_sweep *sweep = &wide->sweep;

    for (size_t i = 0; i < wide->n_read; i++) {
        struct member_rules *rules = &sweep->rules[i];

        if (!rules->has_names && !rules->all)
            continue;
        sweep->sets.has_named[i] = false;
        sweep->is_read[i] = false;
        member_rules_clear(rules);
        *rules = (struct member_rules){.has_names = true};
    }
}

/* ---- A block ---- */

static void begin_words(struct wide_sweep *wide)
{
    const size_t n = n_of(wide);

    memcpy(wide->sweep.is_due, wide->is_start, n * sizeof(bool));
    memset(wide->is_forced, 0, n * sizeof(bool));
    wide->n_forced = wide->at = 0;
}

enum status wide_sweep_begin(struct wide_sweep *wide, int64_t number)
{
    TRY(label_due_read(wide->sweep.round.store, number, &wide->marked));
    wide->behind = wide->marked;
    member_sweep_move(&wide->sweep, number);
    wide->stamp = member_set_stamp(number);
    wide->has_block = true;
    wide->n_loaded = wide->first = 0;
    wide->gone = 0;
    memset(wide->is_start, 0, n_of(wide) * sizeof(bool));
    begin_words(wide);
    return STATUS_OK;
}

void wide_sweep_start(struct wide_sweep *wide, int64_t collection)
{
    const size_t place = place_of(wide, collection);

    if (place != SIZE_MAX)
        wide->is_start[place] = wide->sweep.is_due[place] = true;
}

bool wide_sweep_starts(const struct wide_sweep *wide, int64_t collection)
{
    const size_t place = place_of(wide, collection);

    return place == SIZE_MAX || wide->is_start[place];
}

void wide_sweep_restart(struct wide_sweep *wide, int64_t collection)
{
    const size_t place = place_of(wide, collection);

    if (place != SIZE_MAX)
        wide->is_start[place] = false;
}

int64_t wide_sweep_count(const struct wide_sweep *wide, int64_t collection)
{
    const struct sweep_sets *sets = &wide->sweep.sets;
    const size_t place = place_of(wide, collection);

    return place == SIZE_MAX || !sets->has_held[place]
               ? -1
               : (int64_t)block_count(&sets->held[place]);
}

bool wide_sweep_is_loaded(const struct wide_sweep *wide)
{
    return wide->n_loaded == n_of(wide) &&
           wide->stamp == member_set_stamp(wide->sweep.sets.number);
}

enum status wide_sweep_load(struct wide_sweep *wide, int64_t until_us)
{
    const uint64_t stamp = member_set_stamp(wide->sweep.sets.number);

    if (stamp != wide->stamp) {
        member_sweep_forget(&wide->sweep);
        wide->n_loaded = 0;
    }
    wide->stamp = stamp;
    return member_sweep_load(&wide->sweep, &wide->n_loaded, until_us);
}

/* ---- One collection ---- */

/* What depends on it has to follow, at once or after a stop. */
static enum status wake_one(struct wide_sweep *wide, size_t place, bool goes)
{
    bool is_new = false;

    if (!wide->sweep.is_due[place] && !goes)
        TRY(member_tally_due(wide->tally, wide->sweep.round.store,
                             wide->sweep.graph.set.rows.of[place], wide->now_s,
                             &is_new));
    wide->n_written += is_new;
    wide->sweep.is_due[place] = true;
    if (!goes || wide->is_forced[place])
        return STATUS_OK;
    wide->is_forced[place] = true;
    wide->n_forced++;
    return STATUS_OK;
}

static enum status wake(struct wide_sweep *wide, size_t place, bool goes)
{
    const struct member_graph *graph = &wide->sweep.graph;

    for (size_t i = (size_t)graph->first.of[place];
         i < (size_t)graph->first.of[place + 1]; i++)
        TRY(wake_one(wide, (size_t)graph->edges.of[i], goes));
    return STATUS_OK;
}

/* What came and what is gone, of the words that are evaluated. */
struct difference {
    struct member_block come;
    struct member_block gone;
    uint64_t words; /* in which there is any */
    uint64_t goes;  /* in which any is gone */
};

static void compare(const struct wide_sweep *wide,
                    const struct member_block *wanted,
                    const struct member_block *held,
                    struct difference *difference)
{
    *difference = (struct difference){.words = 0};
    for (size_t i = wide->first;
         i < wide->first + wide->n_words && i < BLOCK_WORDS; i++) {
        const uint64_t come = wanted->words[i] & ~held->words[i];
        const uint64_t gone = held->words[i] & ~wanted->words[i];

        difference->come.words[i] = come;
        difference->gone.words[i] = gone;
        if (gone)
            difference->goes |= UINT64_C(1) << i;
        if (come | gone)
            difference->words |= UINT64_C(1) << i;
    }
}

static enum status change(struct wide_sweep *wide, size_t place,
                          const struct difference *difference,
                          struct member_block *held)
{
    const struct member_set set = {SET_OF_COLLECTION,
                                   wide->sweep.graph.set.rows.of[place]};

    for (size_t i = 0; i < BLOCK_WORDS; i++)
        held->words[i] ^= difference->come.words[i] | difference->gone.words[i];
    TRY(member_set_write(wide->sweep.round.store, set, wide->sweep.sets.number,
                         held));
    wide->n_written++;
    wide->gone |= difference->goes;
    wide->behind |= difference->words;
    return MUTANT("m3-nobody-wakes") ? STATUS_OK
                                     : wake(wide, place, difference->goes != 0);
}

/* What comes does with its turn. */
static enum status put_off_come(struct wide_sweep *wide, size_t place,
                                struct difference *difference)
{
    bool is_new = false;

    if (block_count(&difference->come) == 0)
        return STATUS_OK;
    if (!wide->is_start[place])
        TRY(member_tally_due(wide->tally, wide->sweep.round.store,
                             wide->sweep.graph.set.rows.of[place], wide->now_s,
                             &is_new));
    wide->n_written += is_new;
    wide->sweep.is_due[place] = true;
    difference->come = (struct member_block){{0}};
    difference->words = difference->goes;
    return STATUS_OK;
}

/* only_goes: what it depends on may not be evaluated yet: what comes waits. */
static enum status evaluate(struct wide_sweep *wide, size_t place,
                            bool only_goes)
{
    struct member_block wanted;
    struct member_block *held;
    struct difference difference;
    struct member_count_change count = {.now_s = wide->now_s,
                                        .is_due = wide->is_start[place]};

    wide->sweep.is_due[place] = false;
    if (wide->is_forced[place])
        wide->n_forced--;
    wide->is_forced[place] = false;
    TRY(member_sweep_want(&wide->sweep, place, &wanted));
    TRY(member_sweep_held(&wide->sweep, place, &held));
    compare(wide, &wanted, held, &difference);
    if (only_goes && !MUTANT("w3-forced-come"))
        TRY(put_off_come(wide, place, &difference));
    if (!difference.words)
        return STATUS_OK;
    TRY(change(wide, place, &difference, held));
    count.members = member_changed(wide->sweep.graph.set.rows.of[place],
                                   &difference.come, &difference.gone);
    return member_tally_add(wide->tally, wide->sweep.round.store, &count);
}

/* ---- A step ---- */

static bool is_enough(const struct wide_sweep *wide, int64_t begun_us)
{
    return wide->n_written >= wide->written_max ||
           clock_thread_us() - begun_us >= STEP_US;
}

/* In order until it is enough, and then those that must not wait. */
static enum status evaluate_some(struct wide_sweep *wide)
{
    const struct row_list *order = &wide->sweep.graph.order;
    const int64_t begun_us = clock_thread_us();
    size_t next = order->n;
    bool is_over = false;

    for (size_t i = wide->at; i < order->n; i++) {
        const size_t place = (size_t)order->of[i];

        if (!wide->sweep.is_due[place])
            continue;
        if (is_over && wide->n_forced == 0) {
            next = i < next ? i : next;
            break;
        }
        if (is_over)
            next = i < next ? i : next;
        if (is_over && !wide->is_forced[place])
            continue;
        TRY(evaluate(wide, place, is_over));
        is_over = is_over || is_enough(wide, begun_us);
    }
    wide->at = next;
    return STATUS_OK;
}

static enum status put_labels(struct wide_sweep *wide, uint64_t words)
{
    const struct wide_estate estate = {
        .collections = wide->sweep.graph.set.rows.of,
        .limits = wide->limits,
        .held = wide->sweep.sets.held,
        .n = n_of(wide),
    };

    wide->behind &= ~words;
    return words ? wide_labels_store(&wide->labels, wide->sweep.round.store,
                                     &estate, wide->sweep.sets.number, words)
                 : STATUS_OK;
}

/* What lost a device is no longer among its labels. */
static enum status step_sets(struct wide_sweep *wide)
{
    TRY(evaluate_some(wide));
    TRY(put_labels(wide, wide->gone));
    wide->gone = 0;
    return STATUS_OK;
}

static enum status step_labels(struct wide_sweep *wide, int64_t until_us)
{
    do {
        TRY(put_labels(wide, wide_labels_next(wide->behind)));
    } while (wide->behind && clock_thread_us() < until_us);
    return STATUS_OK;
}

/* Until the block is through it does no harm that more are due. */
static enum status mark(struct wide_sweep *wide)
{
    const bool is_last = wide->first >= BLOCK_WORDS;
    const uint64_t due = is_last ? wide->behind : wide->marked | wide->behind;

    if (due == wide->marked)
        return STATUS_OK;
    wide->marked = due;
    return label_due_write(wide->sweep.round.store, wide->sweep.sets.number,
                           due);
}

/* Each step stores the labels of devices that somebody left: fewer at once if
 * that takes long or much must not wait, and more otherwise, for each time that
 * a block is gone through writes its sets again. */
static void adapt(struct wide_sweep *wide)
{
    if (wide->longest_us > LONG_US && wide->n_words > 1)
        wide->n_words /= 2;
    else if (wide->longest_us < LONG_US / 3 && wide->n_words < BLOCK_WORDS)
        wide->n_words *= 2;
    wide->longest_us = 0;
}

static void end_words(struct wide_sweep *wide)
{
    wide->first += wide->n_words;
    adapt(wide);
    begin_words(wide);
}

/* Of a short block the labels follow with its last set. */
enum status wide_sweep_step(struct wide_sweep *wide, bool *is_through_out)
{
    const int64_t begun_us = clock_thread_us();
    int64_t took_us;

    wide->n_written = 0;
    if (wide->first < BLOCK_WORDS)
        TRY(step_sets(wide));
    took_us = clock_thread_us() - begun_us;
    if (took_us > wide->longest_us)
        wide->longest_us = took_us;
    if (wide->first < BLOCK_WORDS && wide->at >= wide->sweep.graph.order.n)
        end_words(wide);
    if (wide->first >= BLOCK_WORDS && wide->behind && took_us < STEP_US / 2)
        TRY(step_labels(wide, begun_us + STEP_US));
    TRY(mark(wide));
    wide->stamp = member_set_stamp(wide->sweep.sets.number);
    wide->has_block = wide->first < BLOCK_WORDS || wide->marked;
    *is_through_out = !wide->has_block;
    return STATUS_OK;
}
