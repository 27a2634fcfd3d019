/*
 * Rows of classes of inventory. They belong to a device: writing them needs
 * Modify Resource on it, and its collections follow, because rules may ask for
 * them.
 */
#include <inttypes.h>
#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/members.h"
#include "provider/object/inventory/inventory.h"
#include "provider/object/inventory/inventory_sql.h"
#include "provider/object/natural.h"

static size_t resource_at(const struct object_class *class)
{
    return object_property_at(class, "ResourceID");
}

static int64_t device_of_row(const struct object_class *class, int64_t row)
{
    return inventory_class_of(class)->has_keys ? row >> INSTANCE_BITS : row;
}

/* The device's own number, or the next one among its rows. */
static enum status give_row(struct object_call *call,
                            const struct object_values *values,
                            int64_t *row_out)
{
    const struct inventory_class *class = inventory_class_of(call->class);
    const int64_t device = values->of[resource_at(call->class)].integer;
    enum status found;

    *row_out = device;
    if (!class->has_keys)
        return STATUS_OK;
    found = store_int_with(call->store, class->next_row,
                           STORE_ARGS(STORE_INT(device)), row_out);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_UNAVAILABLE : found;
    if (*row_out >> INSTANCE_BITS != device)
        return fail_conflict(call, "A device has at most %d rows of a class.",
                             INSTANCES_MAX);
    return STATUS_OK;
}

/* A row that does not say when it was reported was reported now. */
static void stamp(struct object_call *call, struct object_values *values)
{
    struct object_value *seen =
        &values->of[object_property_at(call->class, "TimeStamp")];

    if (!seen->json)
        object_value_set_int(seen, call->actor.now_s);
}

static enum status before_create(struct object_call *call,
                                 struct object_values *values)
{
    stamp(call, values);
    return STATUS_OK;
}

/* Most classes are named by no rule. */
static enum status find_named(struct object_call *call, bool *is_named_out)
{
    return store_find_with(call->store, SQL_INVENTORY_IS_NAMED,
                           STORE_ARGS(STORE_TEXT(text_of(call->class->name))),
                           is_named_out);
}

static enum status find_quiet(struct object_call *call, bool *is_quiet_out)
{
    bool is_named;

    TRY(find_named(call, &is_named));
    *is_quiet_out = !is_named || MUTANT("inventory-quiet-if-named");
    return STATUS_OK;
}

/* old NULL: the row came; values NULL: it went. */
static enum status follow(struct object_call *call,
                          const struct object_values *old,
                          const struct object_values *values, int64_t row)
{
    const char *changed[PROPERTIES_MAX];
    const struct member_trigger trigger =
        members_trigger(call->class, old, values, changed);
    bool is_named;

    if (call->batch && call->batch->is_quiet)
        return STATUS_OK;
    TRY(find_named(call, &is_named));
    if (!is_named)
        return STATUS_OK;
    return members_follow(call, device_of_row(call->class, row), &trigger);
}

static enum status after_create(struct object_call *call,
                                const struct object_values *values, int64_t row)
{
    return follow(call, NULL, values, row);
}

static enum status before_update(struct object_call *call,
                                 const struct object_values *old,
                                 struct object_values *values)
{
    (void)old;
    stamp(call, values);
    return STATUS_OK;
}

static enum status after_update(struct object_call *call,
                                const struct object_values *old,
                                const struct object_values *values)
{
    return follow(call, old, values, call->target->row);
}

static enum status after_delete(struct object_call *call,
                                const struct object_values *old)
{
    return follow(call, old, NULL, call->target->row);
}

/* ---- Finding the row that properties are about ---- */

static const json_t *value_in(const json_t *properties, const char *name)
{
    const json_t *value = json_object_get(properties, name);
    const char *key;
    json_t *other;

    if (value)
        return value;
    json_object_foreach ((json_t *)(uintptr_t)properties, key, other)
        if (text_equal_nocase(text_of(key), text_of(name)))
            return other;
    return NULL;
}

/* 0: none, or no number; creating the row says so. */
static enum status read_device(struct object_call *call,
                               const json_t *properties, int64_t *device_out)
{
    const json_t *value = value_in(properties, "ResourceID");
    const struct question_object device = {
        &class_device, {json_string_value(value), json_string_length(value)}};
    const struct question reading =
        actor_question(call, class_device.read, NULL);
    SCOPED(object_target_clear) struct object_target target = {0};
    enum status found;

    *device_out = json_integer_value(value);
    if (!json_is_string(value))
        return STATUS_OK;
    found =
        natural_read(call->store, call->actor.map, device, &reading, &target);
    if (found == STATUS_OK)
        *device_out = target.row;
    return found == STATUS_NOT_FOUND || found == STATUS_CONFLICT ? STATUS_OK
                                                                 : found;
}

/* STATUS_NOT_FOUND if a key is missing or wrong. */
static enum status bind_keys(struct object_call *call, const json_t *properties,
                             struct store_stmt *stmt)
{
    const struct object_class *class = call->class;
    int index = 1;

    for (size_t i = 0; i < class->n_properties; i++) {
        const struct object_property *p = &class->properties[i];
        struct object_value value = {0};
        const json_t *json;

        if (!(p->flags & OBJECT_UNIQUE_PART))
            continue;
        json = value_in(properties, p->name);
        if (!json || object_value_read(call, p, json, &value) != STATUS_OK) {
            call->failure = (struct object_failure){0};
            return STATUS_NOT_FOUND;
        }
        object_value_bind(stmt, ++index, p, &value);
    }
    return STATUS_OK;
}

static enum status find_keyed(struct object_call *call,
                              const json_t *properties, int64_t device,
                              int64_t *row_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(call->store, inventory_class_of(call->class)->find,
                      &stmt));
    store_bind_int(stmt, 1, device);
    TRY(bind_keys(call, properties, stmt));
    found = store_step(stmt);
    if (found == STATUS_OK)
        *row_out = store_int(stmt, 0);
    return found == STATUS_END ? STATUS_NOT_FOUND : found;
}

/* A hidden row is found as little as one that is not there. */
static enum status check_seen(struct object_call *call, int64_t row)
{
    SCOPED(object_target_clear) struct object_target target = {0};
    char key[24];

    snprintf(key, sizeof(key), "%" PRId64, row);
    TRY(object_target_read(call->store, call->actor.map, call->class,
                           text_of(key), &target));
    return actor_may_read(call, call->class, &target) ||
                   MUTANT("inventory-hidden-row")
               ? STATUS_OK
               : STATUS_NOT_FOUND;
}

static enum status find_alike(struct object_call *call,
                              const json_t *properties, int64_t *row_out)
{
    int64_t device;

    TRY(read_device(call, properties, &device));
    *row_out = device;
    if (inventory_class_of(call->class)->has_keys)
        TRY(find_keyed(call, properties, device, row_out));
    return check_seen(call, *row_out);
}

const struct object_hooks inventory_row_hooks = {
    .find_alike = find_alike,
    .find_quiet = find_quiet,
    .before_create = before_create,
    .after_create = after_create,
    .before_update = before_update,
    .after_update = after_update,
    .after_delete = after_delete,
    .give_row = give_row,
};
