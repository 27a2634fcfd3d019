/*
 * Members of collections, device by device: only collections are looked at
 * whose rules or dependences changed.
 */
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/member_sweep.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/members_sql.h"
#include "provider/object/object_private.h"
#include "provider/object/query/set_map.h"
#include "provider/object/resource.h"

/* ---- One device ---- */

/* Collections that are still to be looked at; each may come up again, when a
 * dependence of it changed after it was. */
struct queue {
    struct row_list rows;
    size_t at;
};

static void queue_clear(struct queue *queue)
{
    row_list_clear(&queue->rows);
}

static enum status push(struct queue *queue, int64_t collection)
{
    for (size_t i = queue->at; i < queue->rows.n; i++)
        if (queue->rows.of[i] == collection)
            return STATUS_OK;
    return row_list_add(&queue->rows, collection);
}

static enum status push_all(struct queue *queue, const struct row_list *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        TRY(push(queue, rows->of[i]));
    return STATUS_OK;
}

/* What sql selects for a row, and a device. */
static enum status push_found(struct member_round *round, struct queue *queue,
                              const char *sql, int64_t row, int64_t resource)
{
    SCOPED(row_list_clear) struct row_list found = {0};

    TRY(row_list_select(round->store, sql,
                        STORE_ARGS(STORE_INT(row), STORE_INT(resource),
                                   STORE_INT(block_number(resource))),
                        &found));
    return push_all(queue, &found);
}

/* What holds the device, so that of many collections only those are read that
 * change. */
struct holders {
    bool is_known;
    struct row_set known;
    struct row_list held; /* of the known: 1 or 0; others do not hold it */
};

static void holders_clear(struct holders *holders)
{
    row_set_clear(&holders->known);
    row_list_clear(&holders->held);
}

static bool holds(const struct holders *holders, int64_t collection)
{
    const size_t place = row_set_find(&holders->known, collection);

    return place != SIZE_MAX && holders->held.of[place];
}

static bool any_holds(const struct holders *holders,
                      const struct row_list *collections)
{
    for (size_t i = 0; i < collections->n; i++)
        if (holds(holders, collections->of[i]))
            return true;
    return false;
}

static enum status note_holder(struct holders *holders, int64_t collection,
                               bool comes)
{
    const size_t place = row_set_find(&holders->known, collection);

    if (place != SIZE_MAX) {
        holders->held.of[place] = comes;
        return STATUS_OK;
    }
    TRY(row_set_add(&holders->known, collection));
    return row_list_add(&holders->held, comes);
}

/* Labels follow at the end of the round: what it changed is added. */
static enum status find_holders(const struct member_round *round,
                                int64_t resource, struct holders *holders)
{
    TRY(member_holders(round->store, resource, &holders->known));
    for (size_t i = 0; i < holders->known.rows.n; i++)
        TRY(row_list_add(&holders->held, true));
    for (size_t i = 0; i < round->changes.n; i++)
        TRY(note_holder(holders, round->changes.of[i].collection,
                        round->changes.of[i].comes));
    holders->is_known = true;
    return STATUS_OK;
}

static enum status is_found(struct store *store,
                            const struct member_rules *rules, int64_t resource,
                            bool *is_out)
{
    *is_out = false;
    for (size_t i = 0; i < rules->queries.n && !*is_out; i++)
        TRY(member_set_has(
            store, (struct member_set){SET_OF_RULE, rules->queries.of[i]},
            resource, is_out));
    return STATUS_OK;
}

/* As member_rules_want, of what a limit limits; direct rules are about this
 * device alone. */
static enum status is_wanted(struct store *store, const struct holders *holders,
                             const struct member_rules *rules, int64_t resource,
                             bool *is_out)
{
    *is_out = false;
    if ((!holds(holders, rules->limit) && !MUTANT("m1-no-limit")) ||
        any_holds(holders, &rules->excludes))
        return STATUS_OK;
    *is_out = rules->direct.n > 0 || any_holds(holders, &rules->includes);
    return *is_out ? STATUS_OK : is_found(store, rules, resource, is_out);
}

static enum status may_change(struct store *store,
                              const struct holders *holders,
                              const struct member_rules *rules,
                              int64_t resource, bool *may_out)
{
    bool is;

    *may_out = true;
    if (!holders->is_known || rules->all || !rules->limit)
        return STATUS_OK;
    TRY(is_wanted(store, holders, rules, resource, &is));
    *may_out = is != holds(holders, rules->collection);
    return STATUS_OK;
}

static enum status evaluate_device(struct member_round *round,
                                   const struct holders *holders,
                                   int64_t collection, int64_t resource)
{
    SCOPED(member_rules_clear) struct member_rules rules = {0};
    struct member_block mask = {{0}};
    struct member_block wanted;
    bool may;

    block_put(&mask, block_offset(resource));
    TRY(member_rules_read(round->store, collection, resource, &rules));
    TRY(may_change(round->store, holders, &rules, resource, &may));
    if (!may)
        return STATUS_OK;
    TRY(member_rules_want(round->store, &rules, block_number(resource),
                          &wanted));
    return member_round_replace(round, collection, block_number(resource),
                                &mask, &wanted);
}

/* Below, what holds the device takes longer than to read the sets. */
enum { MANY = 2 };

static enum status drain(struct member_round *round, struct queue *queue,
                         int64_t resource)
{
    SCOPED(holders_clear) struct holders holders = {.is_known = false};

    if (queue->rows.n >= MANY)
        TRY(find_holders(round, resource, &holders));
    while (queue->at < queue->rows.n) {
        const int64_t collection = queue->rows.of[queue->at++];
        const size_t n_before = round->changes.n;

        TRY(evaluate_device(round, &holders, collection, resource));
        if (round->changes.n == n_before)
            continue;
        if (holders.is_known && !MUTANT("m13-holders-stay"))
            TRY(note_holder(&holders, collection,
                            round->changes.of[n_before].comes));
        if (!MUTANT("m2-nobody-follows"))
            TRY(push_found(round, queue, SQL_MEMBER_DEPENDENTS, collection,
                           resource));
    }
    return member_round_label(round, block_number(resource), NULL);
}

enum status members_evaluate_one(struct store *store, int64_t collection,
                                 int64_t resource, int64_t now_s)
{
    SCOPED(member_round_clear) struct member_round round;
    SCOPED(queue_clear) struct queue queue = {0};

    member_round_begin(&round, store, now_s);
    round.own.kind = EVALUATION_INCREMENTAL;
    TRY(push(&queue, collection));
    return drain(&round, &queue, resource);
}

static struct member_devices one_device(int64_t resource)
{
    struct member_devices devices = {.number = block_number(resource)};

    block_put(&devices.mask, block_offset(resource));
    return devices;
}

bool members_is_renamed(const struct member_trigger *trigger)
{
    if (trigger->class != &class_device || !trigger->before)
        return false;
    for (size_t i = 0; i < trigger->n_properties; i++)
        if (strcmp(trigger->properties[i], "Name") == 0)
            return true;
    return false;
}

/* The name that it had, if it has another; else NULL. */
static const struct object_value *name_before(
    const struct member_trigger *trigger)
{
    return members_is_renamed(trigger)
               ? &trigger->before->of[object_property_at(&class_device, "Name")]
               : NULL;
}

/* Collections with direct rules for it, or for its name, old or new. What else
 * changed of it is of no account to them. */
static enum status push_direct(struct member_round *round, struct queue *queue,
                               int64_t resource,
                               const struct member_trigger *trigger)
{
    const struct object_value *before = NULL;
    SCOPED(row_list_clear) struct row_list found = {0};

    if (trigger) {
        before = name_before(trigger);
        if (!before)
            return STATUS_OK;
        TRY(row_list_select(round->store, SQL_MEMBER_NAMED,
                            STORE_ARGS(STORE_TEXT(before->text)), &found));
        TRY(push_all(queue, &found));
    }
    if (MUTANT("m4-named-later"))
        return STATUS_OK;
    return push_found(round, queue, SQL_MEMBER_DIRECT, resource, resource);
}

/* Collections whose rules name the device, or find it and did not, or the
 * reverse. */
static enum status push_named(struct member_round *round, struct queue *queue,
                              int64_t resource,
                              const struct member_trigger *trigger,
                              struct member_flips *changed)
{
    const struct member_devices devices = one_device(resource);

    TRY(push_direct(round, queue, resource, trigger));
    TRY(members_query_some(round->store, &devices, trigger, round->now_s,
                           changed));
    return push_all(queue, &changed->collections);
}

enum status members_reconsider(struct store *store, int64_t resource,
                               const struct member_trigger *trigger,
                               int64_t now_s, struct member_flips *changed)
{
    SCOPED(member_round_clear) struct member_round round;
    SCOPED(queue_clear) struct queue queue = {0};

    member_round_begin(&round, store, now_s);
    round.own.kind = EVALUATION_INCREMENTAL;
    TRY(push_named(&round, &queue, resource, trigger, changed));
    return drain(&round, &queue, resource);
}

/* The built-in collections that hold all of its kind, the topmost first. */
static enum status roots_of(struct store *store, int64_t resource,
                            struct row_list *roots)
{
    static const char *const of[][2] = {
        [RESOURCE_DEVICE] = {"SMS00001", ""},
        [RESOURCE_USER] = {"SMS00004", "SMS00002"},
        [RESOURCE_GROUP] = {"SMS00004", "SMS00003"},
    };
    const char *const *ids = of[resource_kind(resource)];

    return row_list_select(
        store, SQL_MEMBER_ROOTS,
        STORE_ARGS(STORE_TEXT(text_of(ids[0])), STORE_TEXT(text_of(ids[1]))),
        roots);
}

/* What the roots limit is looked at only where a rule names the resource:
 * nothing else can hold it. */
enum status members_join(struct store *store, int64_t resource, int64_t now_s)
{
    SCOPED(member_round_clear) struct member_round round;
    SCOPED(queue_clear) struct queue queue = {0};
    SCOPED(row_list_clear) struct row_list roots = {0};
    SCOPED(member_flips_clear) struct member_flips changed = {0};
    struct member_block mask = {{0}};

    member_round_begin(&round, store, now_s);
    round.own.kind = EVALUATION_INCREMENTAL;
    block_put(&mask, block_offset(resource));
    TRY(roots_of(store, resource, &roots));
    for (size_t i = 0; i < roots.n; i++) {
        TRY(member_round_replace(&round, roots.of[i], block_number(resource),
                                 &mask, &mask));
        TRY(push_found(&round, &queue, SQL_MEMBER_NAMING, roots.of[i],
                       resource));
    }
    TRY(push_named(&round, &queue, resource, NULL, &changed));
    return drain(&round, &queue, resource);
}

/* What query rules found of it stays until they run again: nothing that is in
 * no limit becomes a member, and resource numbers are used once. */
enum status members_leave(struct store *store, int64_t resource, int64_t now_s)
{
    SCOPED(member_round_clear) struct member_round round;
    SCOPED(row_set_clear) struct row_set holders = {0};
    const struct member_block nothing = {{0}};
    struct member_block mask = {{0}};

    member_round_begin(&round, store, now_s);
    round.own.kind = EVALUATION_INCREMENTAL;
    block_put(&mask, block_offset(resource));
    TRY(member_holders(store, resource, &holders));
    for (size_t i = 0; i < holders.rows.n; i++)
        TRY(member_round_replace(&round, holders.rows.of[i],
                                 block_number(resource), &mask, &nothing));
    TRY(member_round_label(&round, block_number(resource), NULL));
    return store_run_with(store, SQL_MEMBER_LEAVE_RULES,
                          STORE_ARGS(STORE_INT(resource)));
}

/* ---- Deleting collections ---- */

static enum status clear_block(struct member_round *round,
                               const struct row_list *which, int64_t number)
{
    const struct member_block mask = member_block_whole();
    const struct member_block nothing = {{0}};

    for (size_t i = 0; i < which->n; i++)
        TRY(member_round_replace(round, which->of[i], number, &mask, &nothing));
    return member_round_label(round, number, NULL);
}

static enum status find_held(struct store *store, const struct row_list *which,
                             struct row_set *numbers)
{
    SCOPED(row_list_clear) struct row_list held = {0};

    for (size_t i = 0; i < which->n; i++) {
        const struct member_set set = {SET_OF_COLLECTION, which->of[i]};

        TRY(member_set_blocks(store, set, &held));
    }
    for (size_t i = 0; i < held.n; i++)
        TRY(row_set_add(numbers, held.of[i]));
    return STATUS_OK;
}

enum status members_clear(struct store *store, const struct row_list *which,
                          int64_t now_s)
{
    SCOPED(member_round_clear) struct member_round round;
    SCOPED(row_set_clear) struct row_set numbers = {0};

    member_round_begin(&round, store, now_s);
    round.own.kind = EVALUATION_INCREMENTAL;
    TRY(find_held(store, which, &numbers));
    for (size_t i = 0; i < numbers.rows.n; i++)
        TRY(clear_block(&round, which, numbers.rows.of[i]));
    for (size_t i = 0; i < which->n; i++) {
        TRY(set_map_forget(store, which->of[i]));
        TRY(store_run_with(store, SQL_MEMBER_CLEAR_RULES,
                           STORE_ARGS(STORE_INT(which->of[i]))));
    }
    return STATUS_OK;
}

/* C24, R10.8: not while another collection, a user or a deployment needs it;
 * those that refer to it by a property are found by their descriptions. */
const char *const collection_uses[N_COLLECTION_USES] = {
    SQL_COLLECTION_USE_RULE,
    SQL_COLLECTION_USE_ADMIN,
};

/* ---- Dependences ---- */

enum status collection_depends_on(struct store *store, int64_t collection,
                                  int64_t other, bool *is_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_COLLECTION_DEPENDS_ON, &stmt));
    store_bind_int(stmt, 1, collection);
    store_bind_int(stmt, 2, other);
    TRY(store_step(stmt));
    *is_out = store_int(stmt, 0) != 0;
    return STATUS_OK;
}

enum status collection_is_excluded(struct store *store, int64_t collection,
                                   bool *is_out)
{
    int64_t is_excluded;

    TRY(store_int_with(store, SQL_COLLECTION_IS_EXCLUDED,
                       STORE_ARGS(STORE_INT(collection)), &is_excluded));
    *is_out = is_excluded != 0;
    return STATUS_OK;
}
