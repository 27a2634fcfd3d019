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

/* Deletes and reads what is in a collection, by the records that the site
 * knows; groups of the host or of a token are not among them. */
static enum status may_delete(const struct site *site, const char *user,
                              const struct rbac_request *request, bool *may_out)
{
    struct rbac_request requests[2] = {*request, *request};
    OWNED(rbac_subject) subject = NULL;
    struct records records;

    requests[0].operation = RBAC_OP_DELETE_RESOURCE;
    requests[1].operation = RBAC_OP_READ_RESOURCE;
    *may_out = false;
    TRY(records_find(site, user, NULL, &records));
    TRY(records_subject(&records, site, &subject));
    *may_out =
        rbac_check_all(subject, requests, ARRAY_SIZE(requests)).verdict ==
        RBAC_ALLOW;
    return STATUS_OK;
}

static enum status is_allowed(const struct site *site, int64_t collection,
                              struct text user, struct rbac_request *request,
                              bool *is_out)
{
    const uint32_t label =
        object_map_index(site->map, MAP_COLLECTION, collection);
    SCOPED(memory_drop) char *name = text_dup(user);

    *is_out = false;
    if (!name)
        return STATUS_NO_MEMORY;
    if (label == RBAC_NONE)
        return STATUS_OK;
    request->type = RBAC_TYPE_COLLECTION;
    request->labels = &label;
    request->n_labels = 1;
    return may_delete(site, name, request, is_out);
}

enum status deletion_note_asker(struct object_call *call)
{
    const struct object_actor *actor = &call->actor;
    struct rbac_request request = {.level = actor->level,
                                   .now_s = actor->now_s};
    bool is_known;

    TRY(is_allowed(actor->site, call->target->row, text_of(actor->user),
                   &request, &is_known));
    return store_run_with(
        call->store, SQL_DELETION_NOTE_ASKER,
        STORE_ARGS(STORE_INT(call->target->row),
                   STORE_TEXT(text_of(is_known ? actor->user : "")),
                   STORE_INT((int64_t)actor->level)));
}

static enum status goes_on(const struct slice *slice, int64_t collection,
                           bool *is_out)
{
    struct rbac_request request = {.now_s = slice->now_s};
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
    *is_out = store_text(row, 0).size == 0;
    request.level = (enum auth_level)store_int(row, 1);
    return *is_out ? STATUS_OK
                   : is_allowed(slice->site, collection, store_text(row, 0),
                                &request, is_out);
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
