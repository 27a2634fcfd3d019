/*
 * What follows a change of a device, or of what belongs to it: rules may find
 * it now. Bringing a device into a collection this way needs the right to name
 * it there.
 */
#include <inttypes.h>
#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/members_sql.h"
#include "provider/object/collection/rules_read.h"
#include "provider/object/guard/gain.h"
#include "provider/object/guard/used.h"
#include "provider/object/query/member_set.h"
#include "provider/object/resource.h"

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

/*
 * A change of a device, as it is asked about: of the collections that it may
 * come into only those matter that give it to somebody. Rules of others are
 * looked at where these depend on them. What is due of those, for an evaluation
 * that has not come to the device yet, is done when it is asked.
 */
struct change {
    int64_t resource;
    const struct member_trigger *trigger;
    const struct row_set *before;       /* what held it */
    const struct row_set *giving;       /* what did not, and gives it */
    const struct row_set *rules;        /* that it depends on */
    const struct row_list *due;         /* collections that it depends on */
    const struct member_flips *changed; /* rules, by this change */
    struct row_list *come;              /* what will hold it, of giving */
};

/* Rules that change together: n of them from the first on, around the end. */
struct flip_part {
    const struct member_flips *flips;
    size_t first;
    size_t n;
};

enum { PARTS_MAX = 3 };

static struct flip_part all_of(const struct member_flips *flips)
{
    return (struct flip_part){flips, 0, flips->rules.rows.n};
}

static size_t place(const struct flip_part *part, size_t i)
{
    return (part->first + i) % part->flips->rules.rows.n;
}

static enum status flip(struct object_call *call, int64_t resource,
                        const struct flip_part *part)
{
    for (size_t i = 0; i < part->n; i++)
        TRY(members_flip(call->store,
                         part->flips->rules.rows.of[place(part, i)], resource));
    return STATUS_OK;
}

static enum status evaluate(struct object_call *call, int64_t resource,
                            const struct flip_part *part)
{
    for (size_t i = 0; i < part->n; i++)
        TRY(members_evaluate_one(call->store,
                                 part->flips->collections.of[place(part, i)],
                                 resource, call->actor.now_s));
    return STATUS_OK;
}

static enum status evaluate_due(struct object_call *call,
                                const struct change *change)
{
    for (size_t i = 0; i < change->due->n; i++)
        TRY(members_evaluate_one(call->store, change->due->of[i],
                                 change->resource, call->actor.now_s));
    return STATUS_OK;
}

static enum status flip_and_look(struct object_call *call,
                                 const struct change *change,
                                 const struct flip_part parts[PARTS_MAX],
                                 struct row_set *held)
{
    for (size_t i = 0; i < PARTS_MAX; i++)
        TRY(flip(call, change->resource, &parts[i]));
    for (size_t i = 0; i < PARTS_MAX; i++)
        TRY(evaluate(call, change->resource, &parts[i]));
    TRY(evaluate_due(call, change));
    return member_holders(call->store, change->resource, held);
}

/* What would hold the device. Tried, and undone. */
static enum status try_parts(struct object_call *call,
                             const struct change *change,
                             const struct flip_part parts[PARTS_MAX],
                             struct row_set *held)
{
    enum status looked;

    TRY(store_part_begin(call->store));
    looked = flip_and_look(call, change, parts, held);
    TRY(store_part_undo(call->store));
    return looked;
}

/* Which parts of n rules are tried: each alone and with its neighbours, or,
 * where they are many, alone and with all. */
static bool is_tried(size_t n, size_t first, size_t size)
{
    if (size == n)
        return first == 0;
    return n <= FLIPS_TOGETHER_MAX || size == 1;
}

static enum status add_come(const struct change *change,
                            const struct row_set *held,
                            const struct row_set *without)
{
    for (size_t i = 0; i < held->rows.n; i++) {
        const int64_t collection = held->rows.of[i];

        if (row_set_find(change->giving, collection) != SIZE_MAX &&
            row_set_find(without, collection) == SIZE_MAX &&
            !has(change->come, collection))
            TRY(row_list_add(change->come, collection));
    }
    return STATUS_OK;
}

/*
 * What scheduled collections will hold when they are refreshed, and others when
 * time has passed. Some are refreshed before others, which may exclude what the
 * first let in.
 */
static enum status foresee_come(struct object_call *call,
                                const struct change *change,
                                const struct member_flips *flips)
{
    const size_t n = flips->rules.rows.n;
    const struct row_list nothing = {0};
    struct change alone = *change;

    alone.due = &nothing;
    for (size_t size = 1; size <= n; size++)
        for (size_t first = 0; first < n; first++) {
            const struct flip_part parts[PARTS_MAX] = {{flips, first, size}};
            SCOPED(row_set_clear) struct row_set held = {0};

            if (!is_tried(n, first, size))
                continue;
            TRY(try_parts(call, &alone, parts, &held));
            TRY(add_come(change, &held, &(struct row_set){{0}}));
        }
    return STATUS_OK;
}

/* ---- What waits already ---- */

/* What waits comes by itself. But it is due to this change what comes then only
 * because of it: it would not, if the rules found what they found before. */
static enum status try_waiting(struct object_call *call,
                               const struct change *change,
                               const struct member_flips *flips,
                               const struct flip_part *waiting)
{
    const struct flip_part with[PARTS_MAX] = {*waiting, all_of(flips)};
    const struct flip_part now[PARTS_MAX] = {*waiting};
    const struct flip_part before[PARTS_MAX] = {*waiting,
                                                all_of(change->changed)};
    SCOPED(row_set_clear) struct row_set held = {0};
    SCOPED(row_set_clear) struct row_set without = {0};

    if (!members_is_renamed(change->trigger)) /* direct rules are as they are */
        TRY(try_parts(call, change, before, &without));
    TRY(try_parts(call, change, now, &held));
    TRY(add_come(change, &held, &without));
    row_set_clear(&held);
    held = (struct row_set){{0}};
    TRY(try_parts(call, change, with, &held));
    return add_come(change, &held, &without);
}

static enum status foresee_waiting(struct object_call *call,
                                   const struct change *change,
                                   const struct member_flips *flips)
{
    SCOPED(member_flips_clear) struct member_flips all = {0};
    SCOPED(member_flips_clear) struct member_flips waiting = {0};
    SCOPED(row_set_clear) struct row_set holders = {0};
    size_t n;

    if (!change->changed->rules.rows.n && !flips->rules.rows.n &&
        !members_is_renamed(change->trigger))
        return STATUS_OK; /* no rule follows the change */
    TRY(member_holders(call->store, change->resource, &holders));
    TRY(members_waiting(call->store, change->resource, &holders, change->rules,
                        call->actor.now_s, &all));
    TRY(member_flips_less(&all, flips, &waiting));
    n = waiting.rules.rows.n;
    if (n == 0 && change->due->n > 0)
        return try_waiting(call, change, flips, &(struct flip_part){0});
    for (size_t size = 1; size <= n; size++)
        for (size_t first = 0; first < n; first++) {
            const struct flip_part part = {&waiting, first, size};

            if (is_tried(n, first, size))
                TRY(try_waiting(call, change, flips, &part));
        }
    return STATUS_OK;
}

static enum status foresee(struct object_call *call,
                           const struct change *change)
{
    SCOPED(member_flips_clear) struct member_flips flips = {0};

    if (change->rules->rows.n == 0 && change->due->n == 0)
        return STATUS_OK;
    TRY(members_foresee(call->store, change->resource, change->trigger,
                        change->rules, call->actor.now_s, &flips));
    TRY(foresee_come(call, change, &flips));
    return MUTANT("k2-nothing-waits") ? STATUS_OK
                                      : foresee_waiting(call, change, &flips);
}

/* ---- Who would be given it ---- */

/* What gives its members to somebody and does not hold the resource; the query
 * rules on which its members depend; and what of these collections is due. */
static enum status find_giving(struct object_call *call, int64_t resource,
                               const struct row_set *held,
                               struct row_set *giving, struct row_set *rules,
                               struct row_list *due)
{
    SCOPED(row_set_clear) struct row_set sources = {0};

    TRY(used_beside(call->store, resource_collection_type(resource), held,
                    giving));
    for (size_t i = 0; i < giving->rows.n; i++)
        TRY(row_set_add(&sources, giving->rows.of[i]));
    TRY(member_rules_sources(call->store, &sources, rules));
    return MUTANT("k3-nothing-due")
               ? STATUS_OK
               : evaluation_due_of(call->store, &sources, due);
}

/* ---- What is new ---- */

static const char *const roots_of[N_RESOURCE_KINDS] = {
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
    const char *all = roots_of[resource_kind(resource)];
    SCOPED(row_set_clear) struct row_set roots = {0};
    SCOPED(row_set_clear) struct row_set held = {0};
    SCOPED(row_list_clear) struct row_list come = {0};
    SCOPED(row_set_clear) struct row_set giving = {0};
    SCOPED(row_set_clear) struct row_set rules = {0};
    SCOPED(row_list_clear) struct row_list due = {0};
    const struct member_flips nothing = {0};
    const struct change change = {.resource = resource,
                                  .trigger = trigger,
                                  .before = &roots,
                                  .giving = &giving,
                                  .rules = &rules,
                                  .due = &due,
                                  .changed = &nothing,
                                  .come = &come};

    TRY(members_join(call->store, resource, call->actor.now_s));
    if (rbac_is_full_administrator(call->actor.subject, call->actor.now_s))
        return STATUS_OK;
    TRY(read_roots(call, all, &roots));
    TRY(find_giving(call, resource, &roots, &giving, &rules, &due));
    if (giving.rows.n == 0)
        return STATUS_OK;
    TRY(member_holders(call->store, resource, &held));
    TRY(add_come(&change, &held, &(struct row_set){{0}}));
    TRY(foresee(call, &change));
    return ask_arrival(call, all, &come);
}

/* ---- What changed ---- */

/* What comes now, and what will because of rules that changed. */
static enum status gather_come(struct object_call *call, struct change *change,
                               const struct member_flips *all)
{
    SCOPED(row_set_clear) struct row_set after = {0};
    SCOPED(member_flips_clear) struct member_flips changed = {0};

    TRY(member_flips_of(all, change->rules, &changed));
    change->changed = &changed;
    TRY(member_holders(call->store, change->resource, &after));
    TRY(add_come(change, &after, &(struct row_set){{0}}));
    return foresee(call, change);
}

enum status members_follow(struct object_call *call, int64_t resource,
                           const struct member_trigger *trigger)
{
    SCOPED(object_target_clear) struct object_target device = {0};
    SCOPED(row_set_clear) struct row_set before = {0};
    SCOPED(row_set_clear) struct row_set giving = {0};
    SCOPED(row_set_clear) struct row_set rules = {0};
    SCOPED(row_list_clear) struct row_list due = {0};
    SCOPED(row_list_clear) struct row_list come = {0};
    SCOPED(member_flips_clear) struct member_flips changed = {0};
    const struct row_list one = {.of = &resource, .n = 1};
    struct change change = {.resource = resource,
                            .trigger = trigger,
                            .before = &before,
                            .giving = &giving,
                            .rules = &rules,
                            .due = &due,
                            .come = &come};

    if (!call->target)
        TRY(read_device(call, resource, &device));
    TRY(member_holders(call->store, resource, &before));
    TRY(find_giving(call, resource, &before, &giving, &rules, &due));
    TRY(members_stop_waiting(call->store, &one, call->actor.now_s));
    TRY(members_reconsider(call->store, resource, trigger, call->actor.now_s,
                           &changed));
    if (giving.rows.n == 0 || MUTANT("a3-device-changes"))
        return STATUS_OK;
    TRY(gather_come(call, &change, &changed));
    return gain_ask_device(call, call->target ? call->target : &device, &come);
}
