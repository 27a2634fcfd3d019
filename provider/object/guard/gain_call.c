/*
 * Gains of collections over RPC: what is missing, and where, for the caller.
 */
#include <stdio.h>

#include "provider/object/guard/gain.h"
#include "provider/object/guard/gain_call_sql.h"

static struct gain_asker asker_of(const struct object_call *call)
{
    return (struct gain_asker){call->actor.map, call->actor.subject,
                               call->actor.level, call->actor.now_s};
}

/* Its name if the caller may read it. */
static enum status name_of(struct object_call *call, int64_t collection,
                           struct buf *name)
{
    const uint32_t index =
        object_map_index(call->actor.map, MAP_COLLECTION, collection);
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    if (actor_check(call, class_collection.read, false, &index, 1).verdict !=
        RBAC_ALLOW) {
        buf_append_string(name, "a collection that depends on this one");
        return buf_status(name);
    }
    TRY(store_prepare(call->store, SQL_GAIN_COLLECTION_NAME, &stmt));
    store_bind_int(stmt, 1, collection);
    TRY(store_step(stmt));
    buf_append_text(name, store_text(stmt, 1));
    buf_append_string(name, " (");
    buf_append_text(name, store_text(stmt, 0));
    buf_append_string(name, ")");
    return buf_status(name);
}

static enum status refuse(struct object_call *call,
                          const struct gain_lack *lack)
{
    const enum status denied = fail_denied(call, lack->decision, lack->need);
    SCOPED(buf_free) struct buf name = buf_make(OBJECT_KEY_MAX_BYTES + 64);

    if (!lack->collection)
        return denied;
    TRY(name_of(call, lack->collection, &name));
    snprintf(call->failure.why, sizeof(call->failure.why),
             "%.*s would gain members, and with them its assignees and "
             "deployments: that needs %s at the source of the members.",
             (int)buf_text(&name).size, buf_text(&name).data,
             need_operation_name(lack->need));
    return denied;
}

enum status gain_ask(struct object_call *call, const struct gain_act *act)
{
    const struct gain_asker asker = asker_of(call);
    struct gain_lack lack;

    TRY(gain_check(call->store, &asker, act, &lack));
    return lack.decision.verdict == RBAC_ALLOW ? STATUS_OK
                                               : refuse(call, &lack);
}

enum status gain_read_takers(struct object_call *call,
                             const struct gain_act *act,
                             struct gain_takers *takers)
{
    const struct gain_asker asker = asker_of(call);

    return gain_takers_read(call->store, &asker, act, takers);
}

enum status gain_ask_takers(struct object_call *call,
                            const struct gain_takers *takers,
                            const uint32_t *sources, size_t n_sources)
{
    const struct gain_asker asker = asker_of(call);
    const struct gain_lack lack =
        gain_takers_check(takers, &asker, sources, n_sources);

    return lack.decision.verdict == RBAC_ALLOW ? STATUS_OK
                                               : refuse(call, &lack);
}

enum status gain_ask_move(struct object_call *call, int64_t from, int64_t to)
{
    const struct object_map *map = call->actor.map;
    const int64_t row = call->target->row;
    const struct gain_asker asker = asker_of(call);
    const struct gain_move move = {
        row,  object_map_index(map, MAP_COLLECTION, row),
        from, object_map_index(map, MAP_COLLECTION, from),
        to,   object_map_index(map, MAP_COLLECTION, to)};
    struct gain_lack lack;

    TRY(gain_check_move(call->store, &asker, &move, &lack));
    return lack.decision.verdict == RBAC_ALLOW ? STATUS_OK
                                               : refuse(call, &lack);
}

enum status gain_ask_device(struct object_call *call,
                            const struct object_target *device,
                            const struct row_list *collections)
{
    const struct gain_asker asker = asker_of(call);
    struct gain_lack lack;

    for (size_t i = 0; i < collections->n; i++) {
        TRY(gain_check_one(call->store, &asker, collections->of[i],
                           device->labels, device->n_labels, &lack));
        if (lack.decision.verdict != RBAC_ALLOW)
            return refuse(call, &lack);
    }
    return STATUS_OK;
}
