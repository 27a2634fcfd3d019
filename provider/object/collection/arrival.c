#include "provider/object/collection/arrival.h"

#include "provider/base/clock.h"
#include "provider/object/collection/arrival_due.h"
#include "provider/object/collection/arrival_sql.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_part.h"
#include "provider/object/resource.h"

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

static enum status find_rules(const struct slice *slice,
                              const struct wave *wave, struct store_stmt **row)
{
    return store_prepare_with(
        slice->store, SQL_ARRIVAL_RULES,
        STORE_ARGS(STORE_INT(wave->rule),
                   STORE_INT((int64_t)COLLECTION_OF_DEVICES)),
        row);
}

/* Rules from the last one on; *is_through_out: none is left. */
static enum status ask_some(const struct slice *slice, struct wave *wave,
                            bool *is_through_out)
{
    const struct member_devices devices = devices_of(wave);
    SCOPED(store_done) struct store_stmt *row = NULL;
    enum status found;

    TRY(find_rules(slice, wave, &row));
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

static enum status go_on(struct store *store, const struct wave *wave,
                         bool is_through)
{
    if (is_through)
        return end_block(store, wave);
    return store_run_with(
        store, SQL_ARRIVAL_MOVE,
        STORE_ARGS(STORE_INT(wave->first), STORE_INT(wave->rule)));
}

enum status arrival_part(const struct slice *slice, bool *is_any_out)
{
    struct wave wave;
    bool is_through;

    TRY(arrival_read(slice->store, SQL_ARRIVAL_NEXT, &wave, is_any_out));
    if (!*is_any_out)
        return STATUS_OK;
    TRY(ask_some(slice, &wave, &is_through));
    return go_on(slice->store, &wave, is_through);
}

static enum status skip(const struct slice *slice, struct wave *wave,
                        bool *is_through_out)
{
    SCOPED(store_done) struct store_stmt *row = NULL;
    enum status found;

    TRY(find_rules(slice, wave, &row));
    found = store_step(row);
    *is_through_out = found == STATUS_END;
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    wave->rule = store_int(row, 0);
    return evaluation_request(slice->store, store_int(row, 1), true,
                              slice->now_s);
}

enum status arrival_skip(const struct slice *slice, bool *is_any_out)
{
    struct wave wave;
    bool is_through;

    TRY(arrival_read(slice->store, SQL_ARRIVAL_NEXT, &wave, is_any_out));
    if (!*is_any_out)
        return STATUS_OK;
    TRY(skip(slice, &wave, &is_through));
    return go_on(slice->store, &wave, is_through);
}
