/*
 * Many devices at once that are new, or that rules name.
 */
#include <stdlib.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/arrival_due.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/member_import_sql.h"
#include "provider/object/collection/member_sweep.h"
#include "provider/object/collection/members.h"

enum {
    AT_ONCE_DEVICES = 4,
    AT_ONCE_RULES = 256,
};

/* When query rules are asked. */
enum turn {
    TURN_NOW,
    TURN_LATER,
    TURN_LATE, /* now, and some were asked already */
};

/* Of one block. */
struct arrival {
    struct member_devices devices;
    int64_t now_s;
    enum turn turn;
    struct row_set start;           /* collections that are evaluated */
    struct evaluation_count *count; /* of all blocks; borrowed */
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
static enum status join_root(struct arrival *arrival,
                             struct member_sweep *sweep)
{
    struct store *store = sweep->round.store;
    int64_t root;

    TRY(store_int_with(store, SQL_IMPORT_ROOT, STORE_NO_ARGS, &root));
    TRY(member_round_replace(&sweep->round, root, arrival->devices.number,
                             &arrival->devices.mask, &arrival->devices.mask));
    return start_with(arrival, store, SQL_IMPORT_NAMING,
                      STORE_ARGS(STORE_INT(root)));
}

/* What would take them now waits with those whose rules are asked later: it may
 * exclude what these find. */
static enum status take_later(struct arrival *arrival, struct store *store)
{
    const struct rule_range range = member_range(&arrival->devices);

    for (size_t i = 0; i < arrival->start.rows.n; i++)
        TRY(evaluation_go_on(store, arrival->start.rows.of[i], arrival->now_s));
    row_set_clear(&arrival->start);
    arrival->start = (struct row_set){{0}};
    return arrival_request(store, range.first, range.last);
}

static enum status find_start(struct arrival *arrival,
                              struct member_sweep *sweep)
{
    const struct rule_range range = member_range(&arrival->devices);
    struct store *store = sweep->round.store;
    SCOPED(member_flips_clear) struct member_flips changed = {0};

    TRY(join_root(arrival, sweep));
    TRY(start_with(arrival, store, SQL_IMPORT_DIRECT,
                   STORE_ARGS(STORE_INT(range.first), STORE_INT(range.last))));
    if (arrival->turn == TURN_LATER)
        return take_later(arrival, store);
    if (arrival->turn == TURN_LATE) /* whose rules found them */
        TRY(start_with(arrival, store, SQL_IMPORT_DUE, STORE_NO_ARGS));
    TRY(members_query_some(store, &arrival->devices, NULL, arrival->now_s,
                           &changed));
    for (size_t i = 0; i < changed.collections.n; i++)
        TRY(row_set_add(&arrival->start, changed.collections.of[i]));
    return STATUS_OK;
}

static enum status arrive(struct arrival *arrival, struct store *store)
{
    SCOPED(row_list_clear) struct row_list circle = {0};
    struct member_work work = {.which = &arrival->start.rows,
                               .now_s = arrival->now_s};
    SCOPED(member_sweep_clear) struct member_sweep sweep;

    member_sweep_begin(&sweep, store, &work);
    sweep.round.count = arrival->count;
    sweep.mask = arrival->devices.mask;
    TRY(find_start(arrival, &sweep));
    TRY(member_sweep_make(&sweep, &circle));
    return member_sweep_block(&sweep, arrival->devices.number);
}

/* Puts what is in the block into it; returns where the next one begins. */
static size_t put_rows(const struct row_list *rows, size_t at, int64_t number,
                       struct member_block *block)
{
    while (at < rows->n && block_number(rows->of[at]) == number)
        block_put(block, block_offset(rows->of[at++]));
    return at;
}

/* Each rule that finds any of the devices is asked and stored: of few rules, or
 * of few devices, no more than making a device takes. */
static enum status is_asked_later(struct store *store,
                                  const struct row_list *created, bool *is_out)
{
    int64_t n;

    *is_out = false;
    if (created->n <= AT_ONCE_DEVICES)
        return STATUS_OK;
    TRY(store_int_with(store, SQL_IMPORT_RULES,
                       STORE_ARGS(STORE_INT((int64_t)AT_ONCE_RULES + 1)), &n));
    *is_out = n > AT_ONCE_RULES;
    return STATUS_OK;
}

static enum status take(struct store *store, const struct row_list *created,
                        enum turn turn, int64_t now_s)
{
    SCOPED(evaluation_count_clear) struct evaluation_count count = {0};

    evaluation_count_begin(&count, EVALUATION_INCREMENTAL);
    for (size_t i = 0; i < created->n;) {
        SCOPED(arrival_clear)
        struct arrival arrival = {
            .now_s = now_s, .turn = turn, .count = &count};

        arrival.devices.number = block_number(created->of[i]);
        i = put_rows(created, i, arrival.devices.number, &arrival.devices.mask);
        TRY(arrive(&arrival, store));
    }
    return STATUS_OK;
}

enum status members_imported(struct store *store,
                             const struct row_list *created, int64_t now_s)
{
    bool is_later;

    TRY(is_asked_later(store, created, &is_later));
    return take(store, created, is_later ? TURN_LATER : TURN_NOW, now_s);
}

enum status members_stop_waiting(struct store *store,
                                 const struct row_list *devices, int64_t now_s)
{
    SCOPED(row_list_clear) struct row_list waiting = {0};

    for (size_t i = 0; i < devices->n; i++) {
        bool waits;

        TRY(arrival_waits(store, devices->of[i], &waits));
        if (waits && !MUTANT("r4-waits-on"))
            TRY(row_list_add(&waiting, devices->of[i]));
    }
    return take(store, &waiting, TURN_LATE, now_s);
}

/* ---- Named by rules ---- */

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

enum status members_evaluate_devices(struct store *store, int64_t collection,
                                     struct row_list *devices, int64_t now_s)
{
    const struct row_list which = {.of = &collection, .n = 1};
    const struct member_work work = {.which = &which, .now_s = now_s};
    SCOPED(row_list_clear) struct row_list circle = {0};
    SCOPED(member_sweep_clear) struct member_sweep sweep;

    if (devices->n)
        qsort(devices->of, devices->n, sizeof(*devices->of), by_number);
    TRY(members_stop_waiting(store, devices, now_s));
    member_sweep_begin(&sweep, store, &work);
    TRY(member_sweep_make(&sweep, &circle));
    for (size_t i = 0; i < devices->n;) {
        const int64_t number = block_number(devices->of[i]);

        sweep.mask = (struct member_block){{0}};
        i = put_rows(devices, i, number, &sweep.mask);
        TRY(member_sweep_block(&sweep, number));
    }
    return evaluation_count_end(&sweep.round.own, store, collection);
}
