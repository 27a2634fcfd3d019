/*
 * Rows of classes of inventory. They belong to a device: writing them needs
 * Modify Resource on it, and its collections follow, because rules may ask for
 * them.
 */
#include "provider/object/collection/members.h"
#include "provider/object/inventory/inventory.h"

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

/* old NULL: the row came or went. */
static enum status follow(struct object_call *call,
                          const struct object_values *old,
                          const struct object_values *values, int64_t row)
{
    const char *changed[PROPERTIES_MAX];
    const struct member_trigger trigger =
        members_trigger(call->class, old, values, changed);

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

static enum status after_delete(struct object_call *call)
{
    return follow(call, NULL, NULL, call->target->row);
}

const struct object_hooks inventory_row_hooks = {
    .before_create = before_create,
    .after_create = after_create,
    .before_update = before_update,
    .after_update = after_update,
    .after_delete = after_delete,
    .give_row = give_row,
};
