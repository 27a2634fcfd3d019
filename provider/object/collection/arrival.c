#include "provider/object/collection/arrival.h"

#include "provider/base/clock.h"
#include "provider/base/mutant.h"
#include "provider/object/collection/arrival_sql.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_part.h"
#include "provider/object/resource.h"

/* Devices of the same import, or of several; those of the first block are
 * asked about first. */
struct wave {
    int64_t first;
    int64_t last;
    int64_t rule; /* that was asked last; 0: none */
};

static enum status read_wave(struct store *store, const char *sql,
                             struct wave *wave, bool *is_any_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(store, sql, STORE_NO_ARGS, &stmt);

    *is_any_out = found == STATUS_OK;
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    wave->first = store_int(stmt, 0);
    wave->last = store_int(stmt, 1);
    wave->rule = store_int(stmt, 2);
    return STATUS_OK;
}

/* ---- They come ---- */

/* Not if they would miss rules that were asked about others of their block. */
static bool may_join(const struct wave *wave, int64_t first)
{
    return wave->rule == 0 || MUTANT("r1-joins-late") ||
           block_number(first) > block_number(wave->first);
}

enum status arrival_request(struct store *store, int64_t first, int64_t last)
{
    struct wave wave;
    bool is_any;

    TRY(read_wave(store, SQL_ARRIVAL_LAST, &wave, &is_any));
    if (is_any && first > wave.first && may_join(&wave, first))
        return store_run_with(
            store, SQL_ARRIVAL_EXTEND,
            STORE_ARGS(STORE_INT(wave.first), STORE_INT(last)));
    return store_run_with(store, SQL_ARRIVAL_PUT,
                          STORE_ARGS(STORE_INT(first), STORE_INT(last)));
}

enum status arrival_waits(struct store *store, int64_t device, bool *is_out)
{
    return store_find_with(store, SQL_ARRIVAL_WAITS,
                           STORE_ARGS(STORE_INT(device)), is_out);
}

/* ---- They are asked about ---- */

static int64_t end_of_block(const struct wave *wave)
{
    const int64_t end = (block_number(wave->first) + 1) * BLOCK_ROWS - 1;

    return end < wave->last ? end : wave->last;
}

static struct member_devices devices_of(const struct wave *wave)
{
    struct member_devices devices = {.number = block_number(wave->first)};

    for (int64_t row = wave->first; row <= end_of_block(wave); row++)
        block_put(&devices.mask, block_offset(row));
    return devices;
}

/* What takes too long of some devices is run again as a whole, in parts that
 * are given up when they take too long. */
static enum status ask(const struct slice *slice, struct store_stmt *row,
                       const struct member_devices *devices)
{
    const struct rule_text rule = {store_int(row, 0), store_text(row, 2),
                                   false};
    const int64_t collection = store_int(row, 1);
    bool is_changed;
    const enum status asked = members_ask_rule(
        slice->store, rule, devices,
        (struct member_pace){slice->now_s, PART_MAX_MS}, &is_changed);

    if (asked == STATUS_LIMIT && !store_is_spent(slice->store))
        return evaluation_request(slice->store, collection, true, slice->now_s);
    TRY(asked);
    return is_changed ? evaluation_go_on(slice->store, collection, slice->now_s)
                      : STATUS_OK;
}

/* Rules from the last one on; *is_through_out: none is left. */
static enum status ask_some(const struct slice *slice, struct wave *wave,
                            bool *is_through_out)
{
    const struct member_devices devices = devices_of(wave);
    SCOPED(store_done) struct store_stmt *row = NULL;
    enum status found = STATUS_OK;

    TRY(store_prepare_with(
        slice->store, SQL_ARRIVAL_RULES,
        STORE_ARGS(STORE_INT(wave->rule),
                   STORE_INT((int64_t)COLLECTION_OF_DEVICES)),
        &row));
    do {
        found = store_step(row);
        if (found != STATUS_OK)
            break;
        wave->rule = store_int(row, 0);
        TRY(ask(slice, row, &devices));
    } while (clock_mono_us() < slice->until_us);
    *is_through_out = found == STATUS_END;
    return found == STATUS_END ? STATUS_OK : found;
}

/* The next block, if there is one. */
static enum status end_block(struct store *store, const struct wave *wave)
{
    const int64_t next = end_of_block(wave) + 1;

    TRY(store_run_with(store, SQL_ARRIVAL_DROP,
                       STORE_ARGS(STORE_INT(wave->first))));
    if (next > wave->last)
        return STATUS_OK;
    return store_run_with(store, SQL_ARRIVAL_PUT,
                          STORE_ARGS(STORE_INT(next), STORE_INT(wave->last)));
}

enum status arrival_part(const struct slice *slice, bool *is_any_out)
{
    struct wave wave;
    bool is_through;

    TRY(read_wave(slice->store, SQL_ARRIVAL_NEXT, &wave, is_any_out));
    if (!*is_any_out)
        return STATUS_OK;
    TRY(ask_some(slice, &wave, &is_through));
    if (is_through)
        return end_block(slice->store, &wave);
    return store_run_with(
        slice->store, SQL_ARRIVAL_MOVE,
        STORE_ARGS(STORE_INT(wave.first), STORE_INT(wave.rule)));
}
