#include "provider/object/collection/deletion_slice.h"

#include <inttypes.h>
#include <stdio.h>

#include "provider/base/clock.h"
#include "provider/object/collection/deletion_sql.h"
#include "provider/object/object_private.h"
#include "provider/object/query/member_set.h"

enum { DELETION_HOLD_MS = 10 }; /* of the writer's time, in one change */

struct slice {
    struct store *store;
    const struct object_map *map;
    int64_t now_s;
    int64_t until_ms;
    int64_t which; /* collection; 0: any */
};

/* As a device is deleted by hand; it was decided in the act. */
static enum status delete_one(const struct slice *slice, int64_t resource)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    struct object_call call = {
        .store = slice->store,
        .actor = {.map = slice->map, .now_s = slice->now_s},
        .class = object_class_of_resource(resource),
        .target = &target};
    char key[24];
    enum status found;

    snprintf(key, sizeof(key), "%" PRId64, resource);
    found = object_target_read(slice->store, slice->map, call.class,
                               text_of(key), &target);
    if (found != STATUS_OK)
        return found == STATUS_NOT_FOUND ? STATUS_OK : found;
    return object_delete(&call, -1);
}

static enum status end_where_done(const struct slice *slice, int64_t collection)
{
    return store_run_with(slice->store, SQL_DELETION_END,
                          STORE_ARGS(STORE_INT(collection)));
}

static enum status delete_block(const struct slice *slice, int64_t collection,
                                int64_t number)
{
    const struct member_set set = {SET_OF_DELETION, collection};
    struct member_block block;
    uint16_t offsets[BLOCK_ROWS];
    size_t n;

    TRY(member_set_read(slice->store, set, number, &block));
    n = block_read(&block, offsets);
    for (size_t i = 0; i < n; i++) {
        TRY(delete_one(slice, number * BLOCK_ROWS + offsets[i]));
        block_drop(&block, offsets[i]);
        if (clock_mono_ms() >= slice->until_ms)
            break;
    }
    TRY(member_set_write(slice->store, set, number, &block));
    return end_where_done(slice, collection);
}

static enum status find_next(const struct slice *slice, int64_t *collection_out,
                             int64_t *number_out, bool *found_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found =
        store_row_with(slice->store, SQL_DELETION_NEXT,
                       STORE_ARGS(STORE_INT(slice->which)), &stmt);

    *found_out = found == STATUS_OK;
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    *collection_out = store_int(stmt, 0);
    *number_out = store_int(stmt, 1);
    return STATUS_OK;
}

static enum status run(const struct slice *slice, bool *more_out)
{
    int64_t collection = 0;
    int64_t number = 0;

    TRY(find_next(slice, &collection, &number, more_out));
    while (*more_out) {
        TRY(delete_block(slice, collection, number));
        TRY(find_next(slice, &collection, &number, more_out));
        if (clock_mono_ms() >= slice->until_ms)
            break;
    }
    return STATUS_OK;
}

enum status deletion_slice(struct store *store, const struct object_map *map,
                           int64_t now_s, bool *more_out)
{
    const struct slice slice = {.store = store,
                                .map = map,
                                .now_s = now_s,
                                .until_ms = clock_mono_ms() + DELETION_HOLD_MS};

    return run(&slice, more_out);
}

enum status deletion_start(struct object_call *call, bool *more_out)
{
    const struct slice slice = {.store = call->store,
                                .map = call->actor.map,
                                .now_s = call->actor.now_s,
                                .until_ms = clock_mono_ms() + DELETION_HOLD_MS,
                                .which = call->target->row};

    return run(&slice, more_out);
}
