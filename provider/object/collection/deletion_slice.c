#include "provider/object/collection/deletion_slice.h"

#include <inttypes.h>
#include <stdio.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/mutant.h"
#include "provider/object/collection/deletion_sql.h"
#include "provider/object/guard/records.h"
#include "provider/object/object_private.h"
#include "provider/object/query/member_set.h"

enum { DELETION_HOLD_MS = 10 }; /* of the writer's time, in one change */

struct slice {
    struct store *store;
    const struct object_map *map;
    int64_t now_s;
    int64_t until_ms;
    int64_t which;           /* collection; 0: any */
    const struct site *site; /* NULL: in the act, which decided it */
};

/* ---- Whether it goes on ---- */

/*
 * A user whose right to it the site knows by their name; or else the records
 * that applied to somebody by groups of the host or of a token, as these
 * records are now. The members of such a group are not known here.
 */
struct asker {
    int64_t collection;
    struct text user;
    struct rbac_request request;
};

/* Deletes and reads what is in the collection. */
static enum status may_delete(const struct site *site,
                              const struct asker *asker,
                              const struct records *records, bool *may_out)
{
    const uint32_t label =
        object_map_index(site->map, MAP_COLLECTION, asker->collection);
    struct rbac_request requests[2] = {asker->request, asker->request};
    OWNED(rbac_subject) subject = NULL;

    *may_out = false;
    if (label == RBAC_NONE)
        return STATUS_OK;
    requests[0].operation = RBAC_OP_DELETE_RESOURCE;
    requests[1].operation = RBAC_OP_READ_RESOURCE;
    for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
        requests[i].type = RBAC_TYPE_COLLECTION;
        requests[i].labels = &label;
        requests[i].n_labels = 1;
    }
    TRY(records_subject(records, site, &subject));
    *may_out =
        rbac_check_all(subject, requests, ARRAY_SIZE(requests)).verdict ==
        RBAC_ALLOW;
    return STATUS_OK;
}

static enum status is_allowed_by_name(const struct site *site,
                                      const struct asker *asker, bool *is_out)
{
    SCOPED(memory_drop) char *name = text_dup(asker->user);
    struct records records;

    if (!name)
        return STATUS_NO_MEMORY;
    TRY(records_find(site, name, NULL, &records));
    return may_delete(site, asker, &records, is_out);
}

static enum status is_allowed_by_records(const struct slice *slice,
                                         const struct asker *asker,
                                         bool *is_out)
{
    SCOPED(store_done) struct store_stmt *row = NULL;
    struct records records = {.n = 0};
    enum status found =
        store_row_with(slice->store, SQL_DELETION_RECORDS,
                       STORE_ARGS(STORE_INT(asker->collection)), &row);

    for (; found == STATUS_OK; found = store_step(row)) {
        const uint32_t index =
            object_map_index(slice->site->map, MAP_ADMIN, store_int(row, 0));

        if (index != RBAC_NONE && records.n < RECORDS_MAX)
            records.indexes[records.n++] = index;
    }
    if (found != STATUS_END)
        return found;
    return may_delete(slice->site, asker, &records, is_out);
}

static enum status note_records(struct object_call *call)
{
    const struct object_actor *actor = &call->actor;
    size_t n;
    const uint32_t *records = rbac_subject_records(actor->subject, &n);

    for (size_t i = 0; i < n && i < RECORDS_MAX; i++)
        TRY(store_run_with(
            call->store, SQL_DELETION_NOTE_RECORD,
            STORE_ARGS(
                STORE_INT(call->target->row),
                STORE_INT(actor->map->of[MAP_ADMIN].row_of[records[i]]))));
    return STATUS_OK;
}

enum status deletion_note_asker(struct object_call *call)
{
    const struct object_actor *actor = &call->actor;
    const struct asker asker = {
        .collection = call->target->row,
        .user = text_of(actor->user),
        .request = {.level = actor->level, .now_s = actor->now_s}};
    bool is_known;

    TRY(is_allowed_by_name(actor->site, &asker, &is_known));
    TRY(store_run_with(
        call->store, SQL_DELETION_NOTE_ASKER,
        STORE_ARGS(STORE_INT(asker.collection),
                   STORE_TEXT(text_of(is_known ? actor->user : "")),
                   STORE_INT((int64_t)actor->level))));
    TRY(store_run_with(call->store, SQL_DELETION_FORGET_RECORDS,
                       STORE_ARGS(STORE_INT(asker.collection))));
    return is_known ? STATUS_OK : note_records(call);
}

static enum status goes_on(const struct slice *slice, int64_t collection,
                           bool *is_out)
{
    struct asker asker = {.collection = collection,
                          .request = {.now_s = slice->now_s}};
    SCOPED(store_done) struct store_stmt *row = NULL;
    enum status found;

    *is_out = true;
    if (!slice->site || MUTANT("h3-deletes-without-right"))
        return STATUS_OK;
    *is_out = false;
    found = store_row_with(slice->store, SQL_DELETION_ASKER,
                           STORE_ARGS(STORE_INT(collection)), &row);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    asker.user = store_text(row, 0);
    asker.request.level = (enum auth_level)store_int(row, 1);
    return asker.user.size ? is_allowed_by_name(slice->site, &asker, is_out)
                           : is_allowed_by_records(slice, &asker, is_out);
}

static enum status end_where_done(const struct slice *slice, int64_t collection)
{
    return store_run_with(slice->store, SQL_DELETION_END,
                          STORE_ARGS(STORE_INT(collection)));
}

static enum status stop(const struct slice *slice, int64_t collection)
{
    log_info("collection.deletion_stopped collection=%lld "
             "why=\"its caller may not delete them any more\"",
             (long long)collection);
    TRY(store_run_with(slice->store, SQL_DELETION_STOP,
                       STORE_ARGS(STORE_INT(collection))));
    return end_where_done(slice, collection);
}

/* ---- Deleting ---- */

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

static enum status delete_block(const struct slice *slice, int64_t collection,
                                int64_t number)
{
    const struct member_set set = {SET_OF_DELETION, collection};
    const struct member_set members = {SET_OF_COLLECTION, collection};
    struct member_block block, now;
    uint16_t offsets[BLOCK_ROWS];
    size_t n;

    TRY(member_set_read(slice->store, set, number, &block));
    TRY(member_set_read(slice->store, members, number, &now));
    for (size_t i = 0; i < BLOCK_WORDS && !MUTANT("h3-deletes-who-left"); i++)
        block.words[i] &= now.words[i];
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
        bool is_on;

        TRY(goes_on(slice, collection, &is_on));
        TRY(is_on ? delete_block(slice, collection, number)
                  : stop(slice, collection));
        TRY(find_next(slice, &collection, &number, more_out));
        if (clock_mono_ms() >= slice->until_ms)
            break;
    }
    return STATUS_OK;
}

enum status deletion_slice(struct store *store, const struct site *site,
                           int64_t now_s, bool *more_out)
{
    const struct slice slice = {.store = store,
                                .map = site->map,
                                .site = site,
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
