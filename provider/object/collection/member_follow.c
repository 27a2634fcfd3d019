/*
 * What follows a change of a device, or of what belongs to it: rules may find
 * it now. Bringing a device into a collection this way needs the right to name
 * it there.
 */
#include <inttypes.h>
#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/members.h"
#include "provider/object/guard/gain.h"
#include "provider/object/query/member_set.h"

/* ---- What changed ---- */

static bool is_same(const struct object_value *a, const struct object_value *b)
{
    if (a->is_null || b->is_null)
        return a->is_null == b->is_null;
    return a->integer == b->integer && text_equal(a->text, b->text);
}

struct member_trigger members_trigger(const struct object_class *class,
                                      const struct object_values *old,
                                      const struct object_values *values,
                                      const char **changed_out)
{
    struct member_trigger trigger = {.class = class->name,
                                     .properties = changed_out};

    for (size_t i = 0; i < class->n_properties; i++)
        if (!old || !is_same(&old->of[i], &values->of[i]))
            changed_out[trigger.n_properties++] = class->properties[i].name;
    return trigger;
}

/* ---- What follows ---- */

/* The collections that hold the device now and did not before. */
static enum status find_come(struct object_call *call, int64_t resource,
                             const struct row_set *before,
                             struct row_list *come)
{
    SCOPED(row_set_clear) struct row_set after = {0};

    TRY(member_holders(call->store, resource, &after));
    for (size_t i = 0; i < after.rows.n; i++)
        if (row_set_find(before, after.rows.of[i]) == SIZE_MAX)
            TRY(row_list_add(come, after.rows.of[i]));
    return STATUS_OK;
}

/* Of a row that is new: others have the labels of their device. */
static enum status read_device(struct object_call *call, int64_t resource,
                               struct object_target *device)
{
    char key[24];

    snprintf(key, sizeof(key), "%" PRId64, resource);
    TRY(object_target_read(call->store, call->actor.map, &class_device,
                           text_of(key), device));
    store_done(&device->stmt);
    return STATUS_OK;
}

static enum status refresh_and_look(struct object_call *call, int64_t resource,
                                    const struct member_trigger *trigger,
                                    const struct row_set *before,
                                    struct row_list *come)
{
    TRY(members_reconsider(call->store, resource, trigger, call->actor.now_s));
    return find_come(call, resource, before, come);
}

/* What scheduled collections will hold when they are refreshed: tried, and
 * undone. */
static enum status foresee_come(struct object_call *call, int64_t resource,
                                const struct member_trigger *trigger,
                                const struct row_set *before,
                                struct row_list *come)
{
    struct member_trigger later = *trigger;
    SCOPED(row_set_clear) struct row_set foreseen = {0};
    enum status looked;

    TRY(members_foresee(call->store, resource, trigger, call->actor.now_s,
                        &foreseen));
    if (foreseen.rows.n == 0)
        return STATUS_OK;
    later.with_scheduled = true;
    TRY(store_part_begin(call->store));
    looked = refresh_and_look(call, resource, &later, before, come);
    TRY(store_part_undo(call->store));
    return looked;
}

enum status members_follow(struct object_call *call, int64_t resource,
                           const struct member_trigger *trigger)
{
    SCOPED(object_target_clear) struct object_target device = {0};
    SCOPED(row_set_clear) struct row_set before = {0};
    SCOPED(row_list_clear) struct row_list come = {0};

    if (!call->target)
        TRY(read_device(call, resource, &device));
    TRY(member_holders(call->store, resource, &before));
    TRY(members_reconsider(call->store, resource, trigger, call->actor.now_s));
    TRY(find_come(call, resource, &before, &come));
    TRY(foresee_come(call, resource, trigger, &before, &come));
    if (MUTANT("a3-device-changes"))
        return STATUS_OK;
    return gain_ask_device(call, call->target ? call->target : &device, &come);
}
