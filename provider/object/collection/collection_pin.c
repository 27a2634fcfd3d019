#include "provider/object/collection/collection_pin.h"
#include "provider/object/collection/evaluation.h"

#include <stdio.h>

#include "provider/object/collection/collection_pin_sql.h"
#include "provider/object/guard/gain.h"

/* Of one rule: whose, and of which kind. */
struct pin {
    int64_t row; /* of the rule */
    int64_t collection;
    int64_t kind;
    char key[SITE_KEY_BYTES];
    char name[OBJECT_KEY_MAX_BYTES + 1];
    char made_by[OBJECT_KEY_MAX_BYTES + 1];
    char place[128]; /* of the collection where files declare it */
};

static void copy_text(char *into, size_t size, struct text text)
{
    snprintf(into, size, "%.*s", (int)text.size, text.data ? text.data : "");
}

/* The first that is there; STATUS_END: none. */
static enum status first_pin(struct object_call *call, struct pin *pin)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(call->store, SQL_PIN_FIND, &stmt));
    store_bind_int(stmt, 1, call->target->row);
    TRY(store_step(stmt));
    pin->row = store_int(stmt, 0);
    pin->collection = store_int(stmt, 1);
    pin->kind = store_int(stmt, 2);
    copy_text(pin->key, sizeof(pin->key), store_text(stmt, 3));
    copy_text(pin->name, sizeof(pin->name), store_text(stmt, 4));
    copy_text(pin->made_by, sizeof(pin->made_by), store_text(stmt, 5));
    copy_text(pin->place, sizeof(pin->place), store_text(stmt, 6));
    return STATUS_OK;
}

static bool may_read(const struct object_call *call, int64_t collection)
{
    const uint32_t index =
        object_map_index(call->actor.map, MAP_COLLECTION, collection);

    return actor_check(call, class_collection.read, false, &index, 1).verdict ==
           RBAC_ALLOW;
}

/* Only readers see the name; an owner needs to know its key and creator. */
static enum status fail_pin(struct object_call *call, const struct pin *pin)
{
    const bool is_named = may_read(call, pin->collection);

    return fail_conflict(call,
                         "It is in use by SMS_Collection %s%s%s%s, which %s "
                         "it%s%s. Call ReleaseCollection to end that.",
                         pin->key, is_named ? " (" : "",
                         is_named ? pin->name : "", is_named ? ")" : "",
                         pin->kind == 4 ? "excludes" : "includes",
                         *pin->made_by ? ", made by " : "", pin->made_by);
}

enum status collection_check_pins(struct object_call *call)
{
    struct pin pin;
    const enum status found = first_pin(call, &pin);

    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    return fail_pin(call, &pin);
}

/* ---- Ending them ---- */

static enum status remove_rule(struct object_call *call, int64_t rule)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(call->store, SQL_PIN_REMOVE, &stmt));
    store_bind_int(stmt, 1, rule);
    return store_run(stmt);
}

static enum status release(struct object_call *call, const struct pin *pin)
{
    const bool comes = pin->kind == 4; /* what was excluded */
    const struct gain_act act = {
        .collection = pin->collection,
        .comes = comes,
        .goes = !comes,
        .sources = call->target->labels,
        .n_sources = call->target->n_labels,
    };

    if (*pin->place) {
        fail_conflict(call, "%s declares the rule of SMS_Collection %s.",
                      pin->place, pin->key);
        copy_text(call->failure.place, sizeof(call->failure.place),
                  text_of(pin->place));
        return STATUS_CONFLICT;
    }
    TRY(gain_ask(call, &act));
    TRY(remove_rule(call, pin->row));
    return evaluation_follow(call->store, pin->collection, act.goes,
                             call->actor.now_s);
}

enum status collection_release(struct object_call *call, const json_t *args,
                               struct json_writer *result)
{
    struct pin pin;
    enum status found;

    (void)args;
    writer_object_begin(result);
    writer_put_int(result, "ReturnValue", 0);
    writer_key(result, "Released");
    writer_array_begin(result);
    while ((found = first_pin(call, &pin)) == STATUS_OK) {
        TRY(release(call, &pin));
        writer_string(result, pin.key);
    }
    writer_array_end(result);
    writer_object_end(result);
    return found == STATUS_END ? STATUS_OK : found;
}
