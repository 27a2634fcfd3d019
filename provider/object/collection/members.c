/*
 * Members of collections: which collections are evaluated, in which order, and
 * in which blocks.
 *
 * Whether a device is a member depends on nothing about other devices. So many
 * collections are evaluated block by block in the order of their dependences,
 * and one device in the one block it is in, where only collections are looked
 * at whose dependences changed.
 */
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/members_sql.h"
#include "provider/object/object_private.h"

static struct member_block everything(void)
{
    struct member_block block;

    memset(&block, 0xFF, sizeof(block));
    return block;
}

/* ---- Many devices ---- */

/* An evaluation of many. rules[i] are those of the graph's place i. */
struct sweep {
    struct member_round round;
    struct member_graph graph;
    struct member_rules *rules;
    bool *is_read; /* rules[i] are */
    bool *is_due;  /* in this block */
    size_t n_start;
    const struct member_work *work;
    struct member_block mask; /* devices of each block that are evaluated */
};

static void sweep_clear(struct sweep *sweep)
{
    for (size_t i = 0; sweep->rules && i < sweep->graph.set.rows.n; i++)
        member_rules_clear(&sweep->rules[i]);
    free(sweep->rules);
    free(sweep->is_read);
    free(sweep->is_due);
    member_graph_clear(&sweep->graph);
    member_round_clear(&sweep->round);
}

static enum status rules_at(struct sweep *sweep, size_t place,
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

static void wake(struct sweep *sweep, size_t place)
{
    for (size_t i = (size_t)sweep->graph.first.of[place];
         i < (size_t)sweep->graph.first.of[place + 1]; i++)
        sweep->is_due[sweep->graph.edges.of[i]] = true;
}

static enum status evaluate_place(struct sweep *sweep, size_t place,
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
static enum status join_moved(const struct sweep *sweep, int64_t number,
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
static enum status evaluate_block(struct sweep *sweep, int64_t number)
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
static enum status find_blocks(struct sweep *sweep, struct row_set *numbers)
{
    for (size_t i = 0; i < sweep->n_start; i++) {
        const struct member_set set = {SET_OF_COLLECTION,
                                       sweep->graph.set.rows.of[i]};
        SCOPED(row_list_clear) struct row_list held = {0};
        const struct member_rules *rules;

        TRY(rules_at(sweep, i, &rules));
        TRY(member_rules_blocks(sweep->round.store, rules, numbers));
        TRY(member_set_blocks(sweep->round.store, set, &held));
        for (size_t j = 0; j < held.n; j++)
            TRY(row_set_add(numbers, held.of[j]));
    }
    return STATUS_OK;
}

static enum status evaluate_blocks(struct sweep *sweep)
{
    SCOPED(row_set_clear) struct row_set numbers = {0};

    TRY(find_blocks(sweep, &numbers));
    if (numbers.rows.n)
        qsort(numbers.rows.of, numbers.rows.n, sizeof(*numbers.rows.of),
              by_number);
    for (size_t i = 0; i < numbers.rows.n; i++)
        TRY(evaluate_block(sweep, numbers.rows.of[i]));
    return STATUS_OK;
}

static enum status make_sweep(struct sweep *sweep, struct row_list *circle)
{
    const struct member_work *work = sweep->work;
    size_t n;

    TRY(member_graph_make(sweep->round.store, work->which,
                          SQL_MEMBER_DEPENDENTS, &sweep->graph, circle));
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

enum status members_evaluate_all(struct store *store,
                                 const struct member_work *work,
                                 struct row_list *circle)
{
    SCOPED(sweep_clear)
    struct sweep sweep = {.work = work, .mask = everything()};

    member_round_begin(&sweep.round, store, work->now_s);
    sweep.round.outcome = work->outcome;
    sweep.round.watched = work->which->n ? work->which->of[0] : 0;
    TRY(make_sweep(&sweep, circle));
    return evaluate_blocks(&sweep);
}

static enum status evaluate_these(struct store *store,
                                  const struct member_work *work)
{
    SCOPED(row_list_clear) struct row_list circle = {0};

    return members_evaluate_all(store, work, &circle);
}

enum status members_evaluate(struct store *store, int64_t collection,
                             int64_t now_s, struct member_outcome *outcome)
{
    const struct row_list which = {.of = &collection, .n = 1};

    return evaluate_these(
        store, &(const struct member_work){
                   .which = &which, .now_s = now_s, .outcome = outcome});
}

enum status members_move(struct store *store, struct member_move move,
                         int64_t now_s)
{
    const struct row_list which = {.of = &move.collection, .n = 1};

    return evaluate_these(store, &(const struct member_work){.which = &which,
                                                             .moves = &move,
                                                             .n_moves = 1,
                                                             .now_s = now_s});
}

/* ---- One device ---- */

/* Collections that are still to be looked at; each may come up again, when a
 * dependence of it changed after it was. */
struct queue {
    struct row_list rows;
    size_t at;
};

static void queue_clear(struct queue *queue)
{
    row_list_clear(&queue->rows);
}

static enum status push(struct queue *queue, int64_t collection)
{
    for (size_t i = queue->at; i < queue->rows.n; i++)
        if (queue->rows.of[i] == collection)
            return STATUS_OK;
    return row_list_add(&queue->rows, collection);
}

static enum status push_all(struct queue *queue, const struct row_list *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        TRY(push(queue, rows->of[i]));
    return STATUS_OK;
}

static enum status push_dependents(struct member_round *round,
                                   struct queue *queue, int64_t collection,
                                   const char *sql)
{
    SCOPED(row_list_clear) struct row_list found = {0};

    TRY(row_list_select(round->store, sql, STORE_ARGS(STORE_INT(collection)),
                        &found));
    return push_all(queue, &found);
}

static enum status evaluate_device(struct member_round *round,
                                   int64_t collection, int64_t resource)
{
    SCOPED(member_rules_clear) struct member_rules rules = {0};
    struct member_block mask = {{0}};
    struct member_block wanted;

    block_put(&mask, block_offset(resource));
    TRY(member_rules_read(round->store, collection, resource, &rules));
    TRY(member_rules_want(round->store, &rules, block_number(resource),
                          &wanted));
    return member_round_replace(round, collection, block_number(resource),
                                &mask, &wanted);
}

static enum status drain(struct member_round *round, struct queue *queue,
                         int64_t resource)
{
    while (queue->at < queue->rows.n) {
        const int64_t collection = queue->rows.of[queue->at++];
        const size_t n_before = round->changes.n;

        TRY(evaluate_device(round, collection, resource));
        if (round->changes.n > n_before && !MUTANT("m2-nobody-follows"))
            TRY(push_dependents(round, queue, collection,
                                SQL_MEMBER_DEPENDENTS));
    }
    return member_round_label(round, block_number(resource), NULL);
}

enum status members_evaluate_one(struct store *store, int64_t collection,
                                 int64_t resource, int64_t now_s)
{
    SCOPED(member_round_clear) struct member_round round;
    SCOPED(queue_clear) struct queue queue = {0};

    member_round_begin(&round, store, now_s);
    TRY(push(&queue, collection));
    return drain(&round, &queue, resource);
}

static struct member_devices one_device(int64_t resource)
{
    struct member_devices devices = {.number = block_number(resource)};

    block_put(&devices.mask, block_offset(resource));
    return devices;
}

/* Collections whose rules name the device, or find it and did not, or the
 * reverse. */
static enum status push_named(struct member_round *round, struct queue *queue,
                              int64_t resource,
                              const struct member_trigger *trigger)
{
    const struct member_devices devices = one_device(resource);
    SCOPED(row_set_clear) struct row_set found = {0};

    if (!MUTANT("m4-named-later"))
        TRY(push_dependents(round, queue, resource, SQL_MEMBER_DIRECT));
    TRY(members_query_some(round->store, &devices, trigger, round->now_s,
                           &found));
    return push_all(queue, &found.rows);
}

enum status members_reconsider(struct store *store, int64_t resource,
                               const struct member_trigger *trigger,
                               int64_t now_s)
{
    SCOPED(member_round_clear) struct member_round round;
    SCOPED(row_set_clear) struct row_set holders = {0};
    SCOPED(queue_clear) struct queue queue = {0};

    member_round_begin(&round, store, now_s);
    TRY(member_holders(store, resource, &holders));
    TRY(push_all(&queue, &holders.rows));
    TRY(push_named(&round, &queue, resource, trigger));
    return drain(&round, &queue, resource);
}

static enum status root_of(struct store *store, int64_t *root_out)
{
    return store_int_with(store, SQL_MEMBER_ROOT, STORE_NO_ARGS, root_out);
}

/* What All Systems limits is looked at only where a rule names the device:
 * nothing else can hold it. */
enum status members_join(struct store *store, int64_t resource, int64_t now_s)
{
    SCOPED(member_round_clear) struct member_round round;
    SCOPED(queue_clear) struct queue queue = {0};
    struct member_block mask = {{0}};
    int64_t root;

    member_round_begin(&round, store, now_s);
    block_put(&mask, block_offset(resource));
    TRY(root_of(store, &root));
    TRY(member_round_replace(&round, root, block_number(resource), &mask,
                             &mask));
    TRY(push_dependents(&round, &queue, root, SQL_MEMBER_NAMING));
    TRY(push_named(&round, &queue, resource, NULL));
    return drain(&round, &queue, resource);
}

/* What query rules found of it stays until they run again: nothing that is in
 * no limit becomes a member, and resource numbers are used once. */
enum status members_leave(struct store *store, int64_t resource, int64_t now_s)
{
    SCOPED(member_round_clear) struct member_round round;
    SCOPED(row_set_clear) struct row_set holders = {0};
    const struct member_block nothing = {{0}};
    struct member_block mask = {{0}};

    member_round_begin(&round, store, now_s);
    block_put(&mask, block_offset(resource));
    TRY(member_holders(store, resource, &holders));
    for (size_t i = 0; i < holders.rows.n; i++)
        TRY(member_round_replace(&round, holders.rows.of[i],
                                 block_number(resource), &mask, &nothing));
    return store_run_with(store, SQL_MEMBER_LEAVE_RULES,
                          STORE_ARGS(STORE_INT(resource)));
}

/* ---- An import ---- */

/* Of one block. */
struct arrival {
    struct member_devices devices; /* all of them */
    struct member_block created;
    int64_t now_s;
    struct row_set start; /* collections that are evaluated */
};

static void arrival_clear(struct arrival *arrival)
{
    row_set_clear(&arrival->start);
}

struct rule_range member_range(const struct member_devices *devices)
{
    uint16_t offsets[BLOCK_ROWS];
    const size_t n = block_read(&devices->mask, offsets);
    const int64_t base = devices->number * BLOCK_ROWS;

    return n ? (struct rule_range){base + offsets[0], base + offsets[n - 1]}
             : (struct rule_range){-1, -1};
}

static enum status start_with(struct arrival *arrival, struct store *store,
                              const char *sql, struct store_args args)
{
    SCOPED(row_list_clear) struct row_list found = {0};

    TRY(row_list_select(store, sql, args, &found));
    for (size_t i = 0; i < found.n; i++)
        TRY(row_set_add(&arrival->start, found.of[i]));
    return STATUS_OK;
}

/* New devices are members of All Systems, and of what names that. */
static enum status join_root(struct arrival *arrival, struct sweep *sweep)
{
    struct store *store = sweep->round.store;
    int64_t root;

    if (!block_count(&arrival->created))
        return STATUS_OK;
    TRY(root_of(store, &root));
    TRY(member_round_replace(&sweep->round, root, arrival->devices.number,
                             &arrival->created, &arrival->created));
    return start_with(arrival, store, SQL_MEMBER_NAMING,
                      STORE_ARGS(STORE_INT(root)));
}

/* What holds changed devices may no longer want them. */
static enum status start_with_holders(struct arrival *arrival,
                                      struct store *store)
{
    const int64_t base = arrival->devices.number * BLOCK_ROWS;
    uint16_t offsets[BLOCK_ROWS];
    const size_t n = block_read(&arrival->devices.mask, offsets);

    for (size_t i = 0; i < n; i++)
        if (!block_has(&arrival->created, offsets[i]))
            TRY(member_holders(store, base + offsets[i], &arrival->start));
    return STATUS_OK;
}

static enum status find_start(struct arrival *arrival, struct sweep *sweep)
{
    const struct rule_range range = member_range(&arrival->devices);
    struct store *store = sweep->round.store;

    TRY(join_root(arrival, sweep));
    TRY(start_with_holders(arrival, store));
    TRY(start_with(arrival, store, SQL_MEMBER_DIRECT_SOME,
                   STORE_ARGS(STORE_INT(range.first), STORE_INT(range.last))));
    return members_query_some(store, &arrival->devices, NULL, arrival->now_s,
                              &arrival->start);
}

static enum status arrive(struct arrival *arrival, struct store *store)
{
    SCOPED(row_list_clear) struct row_list circle = {0};
    struct member_work work = {.which = &arrival->start.rows,
                               .now_s = arrival->now_s};
    SCOPED(sweep_clear)
    struct sweep sweep = {.work = &work, .mask = arrival->devices.mask};

    member_round_begin(&sweep.round, store, arrival->now_s);
    TRY(find_start(arrival, &sweep));
    TRY(make_sweep(&sweep, &circle));
    return evaluate_block(&sweep, arrival->devices.number);
}

/* Puts what is in the block into it; returns where the next one begins. */
static size_t put_rows(const struct row_list *rows, size_t at, int64_t number,
                       struct member_block *block)
{
    while (at < rows->n && block_number(rows->of[at]) == number)
        block_put(block, block_offset(rows->of[at++]));
    return at;
}

static int64_t next_number(const struct row_list *rows, size_t at)
{
    return at < rows->n ? block_number(rows->of[at]) : INT64_MAX;
}

enum status members_imported(struct store *store,
                             const struct row_list *created,
                             const struct row_list *changed, int64_t now_s)
{
    size_t i = 0;
    size_t j = 0;

    while (i < created->n || j < changed->n) {
        const int64_t first = next_number(created, i);
        const int64_t other = next_number(changed, j);
        SCOPED(arrival_clear) struct arrival arrival = {.now_s = now_s};

        arrival.devices.number = first < other ? first : other;
        i = put_rows(created, i, arrival.devices.number, &arrival.created);
        arrival.devices.mask = arrival.created;
        j = put_rows(changed, j, arrival.devices.number, &arrival.devices.mask);
        TRY(arrive(&arrival, store));
    }
    return STATUS_OK;
}

/* ---- Deleting collections ---- */

static enum status clear_block(struct member_round *round,
                               const struct row_list *which, int64_t number)
{
    const struct member_block mask = everything();
    const struct member_block nothing = {{0}};

    for (size_t i = 0; i < which->n; i++)
        TRY(member_round_replace(round, which->of[i], number, &mask, &nothing));
    return member_round_label(round, number, NULL);
}

static enum status find_held(struct store *store, const struct row_list *which,
                             struct row_set *numbers)
{
    SCOPED(row_list_clear) struct row_list held = {0};

    for (size_t i = 0; i < which->n; i++) {
        const struct member_set set = {SET_OF_COLLECTION, which->of[i]};

        TRY(member_set_blocks(store, set, &held));
    }
    for (size_t i = 0; i < held.n; i++)
        TRY(row_set_add(numbers, held.of[i]));
    return STATUS_OK;
}

enum status members_clear(struct store *store, const struct row_list *which,
                          int64_t now_s)
{
    SCOPED(member_round_clear) struct member_round round;
    SCOPED(row_set_clear) struct row_set numbers = {0};

    member_round_begin(&round, store, now_s);
    TRY(find_held(store, which, &numbers));
    for (size_t i = 0; i < numbers.rows.n; i++)
        TRY(clear_block(&round, which, numbers.rows.of[i]));
    for (size_t i = 0; i < which->n; i++)
        TRY(store_run_with(store, SQL_MEMBER_CLEAR_RULES,
                           STORE_ARGS(STORE_INT(which->of[i]))));
    return STATUS_OK;
}

/* C24, R10.8: not while another collection, a user or a deployment needs it;
 * those that refer to it by a property are found by their descriptions. */
const char *const collection_uses[N_COLLECTION_USES] = {
    SQL_COLLECTION_USE_RULE,
    SQL_COLLECTION_USE_ADMIN,
};

/* ---- Dependences ---- */

enum status collection_depends_on(struct store *store, int64_t collection,
                                  int64_t other, bool *is_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_COLLECTION_DEPENDS_ON, &stmt));
    store_bind_int(stmt, 1, collection);
    store_bind_int(stmt, 2, other);
    TRY(store_step(stmt));
    *is_out = store_int(stmt, 0) != 0;
    return STATUS_OK;
}
