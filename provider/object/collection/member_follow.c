/*
 * What follows a change of a device, or of what belongs to it: rules may find
 * it now. Bringing a device into a collection this way needs the right to name
 * it there.
 */
#include <inttypes.h>
#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/members_sql.h"
#include "provider/object/guard/gain.h"
#include "provider/object/query/member_set.h"

enum { FLIPS_TOGETHER_MAX = 8 };

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
    struct member_trigger trigger = {
        .class = class, .properties = changed_out, .before = old};

    for (size_t i = 0; i < class->n_properties; i++)
        if (!old || !values || !is_same(&old->of[i], &values->of[i]))
            changed_out[trigger.n_properties++] = class->properties[i].name;
    return trigger;
}

/* ---- What follows ---- */

static bool has(const struct row_list *rows, int64_t row)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->of[i] == row)
            return true;
    return false;
}

/* Adds the collections that hold the device now and did not before. */
static enum status find_come(struct object_call *call, int64_t resource,
                             const struct row_set *before,
                             struct row_list *come)
{
    SCOPED(row_set_clear) struct row_set after = {0};

    TRY(member_holders(call->store, resource, &after));
    for (size_t i = 0; i < after.rows.n; i++)
        if (row_set_find(before, after.rows.of[i]) == SIZE_MAX &&
            !has(come, after.rows.of[i]))
            TRY(row_list_add(come, after.rows.of[i]));
    return STATUS_OK;
}

/* Of a row that is new: others have the labels of their device. */
static enum status read_device(struct object_call *call, int64_t resource,
                               struct object_target *device)
{
    char key[24];

    snprintf(key, sizeof(key), "%" PRId64, resource);
    TRY(object_target_read(call->store, call->actor.map,
                           object_class_of_resource(resource), text_of(key),
                           device));
    store_done(&device->stmt);
    return STATUS_OK;
}

/* ---- What comes later ---- */

/* Rules that change together: n of them from the first on, around the end. */
struct flip_part {
    const struct member_flips *flips;
    size_t first;
    size_t n;
};

static enum status flip_and_look(struct object_call *call, int64_t resource,
                                 const struct flip_part *part,
                                 const struct row_set *before,
                                 struct row_list *come)
{
    const struct member_flips *flips = part->flips;

    for (size_t i = 0; i < part->n; i++)
        TRY(members_flip(
            call->store,
            flips->rules.rows.of[(part->first + i) % flips->rules.rows.n],
            resource));
    for (size_t i = 0; i < part->n; i++)
        TRY(members_evaluate_one(
            call->store,
            flips->collections.of[(part->first + i) % flips->collections.n],
            resource, call->actor.now_s));
    return find_come(call, resource, before, come);
}

/* Tried, and undone. */
static enum status try_part(struct object_call *call, int64_t resource,
                            const struct flip_part *part,
                            const struct row_set *before, struct row_list *come)
{
    enum status looked;

    TRY(store_part_begin(call->store));
    looked = flip_and_look(call, resource, part, before, come);
    TRY(store_part_undo(call->store));
    return looked;
}

/*
 * What scheduled collections will hold when they are refreshed, and others when
 * time has passed. Some are refreshed before others, which may exclude what the
 * first let in: so each rule is tried alone and with its neighbours, or, where
 * they are many, alone and with all.
 */
static enum status foresee_come(struct object_call *call, int64_t resource,
                                const struct member_trigger *trigger,
                                const struct row_set *before,
                                struct row_list *come)
{
    SCOPED(member_flips_clear) struct member_flips flips = {0};
    size_t n;

    TRY(members_foresee(call->store, resource, trigger, call->actor.now_s,
                        &flips));
    n = flips.rules.rows.n;
    for (size_t size = 1; size <= n; size++)
        for (size_t first = 0; first < (size == n ? 1 : n); first++) {
            const struct flip_part part = {&flips, first, size};

            if (n > FLIPS_TOGETHER_MAX && size > 1 && size < n)
                continue;
            TRY(try_part(call, resource, &part, before, come));
        }
    return STATUS_OK;
}

/* ---- What is new ---- */

static const char *const all_of[N_RESOURCE_KINDS] = {
    [RESOURCE_DEVICE] = "SMS00001",
    [RESOURCE_USER] = "SMS00002",
    [RESOURCE_GROUP] = "SMS00003",
};

/* Where all of its kind are: nobody brings it there. */
static enum status read_roots(struct object_call *call, const char *all,
                              struct row_set *roots)
{
    const char *both = "SMS00004";
    SCOPED(row_list_clear) struct row_list rows = {0};

    TRY(row_list_select(
        call->store, SQL_MEMBER_ROOTS,
        STORE_ARGS(STORE_TEXT(text_of(all)), STORE_TEXT(text_of(both))),
        &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(row_set_add(roots, rows.of[i]));
    return STATUS_OK;
}

static enum status ask_arrival(struct object_call *call, const char *all,
                               const struct row_list *come)
{
    SCOPED(object_target_clear) struct object_target target = {0};

    if (come->n == 0 || MUTANT("g5-comes-anywhere"))
        return STATUS_OK;
    TRY(object_target_read(call->store, call->actor.map, &class_collection,
                           text_of(all), &target));
    return gain_ask_device(call, &target, come);
}

/* The top may give anything: an import of many asks it nothing. */
enum status members_arrive(struct object_call *call, int64_t resource,
                           const struct member_trigger *trigger)
{
    const char *all = all_of[resource_kind(resource)];
    SCOPED(row_set_clear) struct row_set roots = {0};
    SCOPED(row_list_clear) struct row_list come = {0};

    TRY(members_join(call->store, resource, call->actor.now_s));
    if (rbac_is_full_administrator(call->actor.subject, call->actor.now_s))
        return STATUS_OK;
    TRY(read_roots(call, all, &roots));
    TRY(find_come(call, resource, &roots, &come));
    TRY(foresee_come(call, resource, trigger, &roots, &come));
    return ask_arrival(call, all, &come);
}

/* ---- What changed ---- */

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
