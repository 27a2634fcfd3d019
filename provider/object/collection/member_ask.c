/*
 * Query rules asked again about some devices: those that are new or changed,
 * or a part of all. Rules are found by their keys (rule_match.h), so that of
 * many rules only those are run that may find a device, or did.
 */
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/member_ask_sql.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_match.h"
#include "provider/object/collection/rule_statement.h"
#include "provider/object/query/member_set.h"
#include "provider/object/resource.h"

enum { REFRESH_SCHEDULED = 2, REFRESH_INCREMENTAL = 4 };

/* ---- What a rule finds ---- */

/* Whether the rule finds each device of the mask follows found. */
static enum status keep_some(struct store *store, int64_t rule,
                             const struct member_devices *devices,
                             const struct row_list *found, bool *is_changed_out)
{
    const struct member_set set = {SET_OF_RULE, rule};
    struct member_block block, now = {{0}};
    uint64_t changed = 0;

    for (size_t i = 0; i < found->n; i++)
        block_put(&now, block_offset(found->of[i]));
    TRY(member_set_read(store, set, devices->number, &block));
    for (size_t i = 0; i < BLOCK_WORDS; i++) {
        const uint64_t flips =
            (block.words[i] ^ now.words[i]) & devices->mask.words[i];

        block.words[i] ^= flips;
        changed |= flips;
    }
    *is_changed_out = changed != 0;
    return changed ? member_set_write(store, set, devices->number, &block)
                   : STATUS_OK;
}

/* Does a rule find the one device, and did it not before, or the reverse? */
static enum status is_flipped(struct store *store, int64_t rule,
                              int64_t resource, const struct row_list *found,
                              bool *is_flipped_out)
{
    const struct member_set set = {SET_OF_RULE, rule};
    bool had;

    TRY(member_set_has(store, set, resource, &had));
    *is_flipped_out =
        MUTANT("f9-comes-only") ? found->n && !had : (found->n > 0) != had;
    return STATUS_OK;
}

enum status members_ask_rule(struct store *store, struct rule_text rule,
                             const struct member_devices *devices,
                             struct member_pace pace, bool *is_changed_out)
{
    struct rule_range range = member_range(devices);
    SCOPED(row_list_clear) struct row_list found = {0};

    range.max_ms = pace.max_ms;
    TRY(rule_find(store, rule, range, pace.now_s, &found));
    return keep_some(store, rule.rule, devices, &found, is_changed_out);
}

enum status members_query_part(struct store *store, int64_t rule,
                               const struct member_devices *devices,
                               int64_t now_s, int64_t max_ms)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct rule_text text = {.rule = rule};
    bool is_changed;

    TRY(store_row_with(store, SQL_ASK_PART, STORE_ARGS(STORE_INT(rule)),
                       &stmt));
    text.wql = store_text(stmt, 0);
    text.is_user = store_int(stmt, 1) == COLLECTION_OF_USERS;
    return members_ask_rule(store, text, devices,
                            (struct member_pace){now_s, max_ms}, &is_changed);
}

/* ---- A rule that is asked ---- */

struct ask {
    const struct member_trigger *trigger; /* NULL: for anything */
    int64_t now_s;
    int64_t refresh;            /* RefreshType of the collections: these bits */
    int64_t without;            /* and not these */
    struct member_flips *flips; /* what changed */
    const struct row_set *within; /* of these rules; NULL: of all */
    struct row_set named;         /* rules that name what changed */
    bool is_foresight; /* for one device, what would: nothing is stored */
    int64_t resource;
};

void member_flips_clear(struct member_flips *flips)
{
    row_set_clear(&flips->rules);
    row_list_clear(&flips->collections);
}

static enum status add_flip(struct member_flips *flips, int64_t rule,
                            int64_t collection)
{
    if (row_set_find(&flips->rules, rule) != SIZE_MAX)
        return STATUS_OK;
    TRY(row_set_add(&flips->rules, rule));
    return row_list_add(&flips->collections, collection);
}

enum status member_flips_less(const struct member_flips *a,
                              const struct member_flips *b,
                              struct member_flips *less)
{
    for (size_t i = 0; i < a->rules.rows.n; i++)
        if (row_set_find(&b->rules, a->rules.rows.of[i]) == SIZE_MAX)
            TRY(add_flip(less, a->rules.rows.of[i], a->collections.of[i]));
    return STATUS_OK;
}

static bool is_within(const struct row_set *rules, int64_t rule)
{
    return !rules || row_set_find(rules, rule) != SIZE_MAX;
}

enum status member_flips_of(const struct member_flips *a,
                            const struct row_set *rules,
                            struct member_flips *some)
{
    for (size_t i = 0; i < a->rules.rows.n; i++)
        if (is_within(rules, a->rules.rows.of[i]))
            TRY(add_flip(some, a->rules.rows.of[i], a->collections.of[i]));
    return STATUS_OK;
}

static enum status foresee_rule(struct store *store, struct store_stmt *row,
                                const struct row_list *found, struct ask *ask)
{
    const int64_t rule = store_int(row, 0);
    bool is_changed;

    TRY(is_flipped(store, rule, ask->resource, found, &is_changed));
    return is_changed ? add_flip(ask->flips, rule, store_int(row, 1))
                      : STATUS_OK;
}

/* Few devices far from each other are found one by one. */
enum { DENSE = 4 };

static enum status find_some(struct store *store, struct rule_text rule,
                             const struct member_devices *devices,
                             int64_t now_s, struct row_list *found)
{
    const struct rule_range range = member_range(devices);
    const int64_t base = devices->number * BLOCK_ROWS;
    uint16_t offsets[BLOCK_ROWS];
    const size_t n = block_read(&devices->mask, offsets);

    if ((int64_t)n * DENSE > range.last - range.first)
        return rule_find(store, rule, range, now_s, found);
    for (size_t i = 0; i < n; i++) {
        const struct rule_range one = {base + offsets[i], base + offsets[i]};

        TRY(rule_find(store, rule, one, now_s, found));
    }
    return STATUS_OK;
}

/* row: rule, collection, WQL, CollectionType. */
static enum status ask_rule(struct store *store, struct store_stmt *row,
                            const struct member_devices *devices,
                            struct ask *ask)
{
    const struct rule_text rule = {store_int(row, 0), store_text(row, 2),
                                   store_int(row, 3) == COLLECTION_OF_USERS};
    SCOPED(row_list_clear) struct row_list found = {0};
    bool is_changed;

    TRY(find_some(store, rule, devices, ask->now_s, &found));
    if (ask->is_foresight)
        return foresee_rule(store, row, &found, ask);
    TRY(keep_some(store, rule.rule, devices, &found, &is_changed));
    return is_changed ? add_flip(ask->flips, rule.rule, store_int(row, 1))
                      : STATUS_OK;
}

/* ---- Which rules are asked ---- */

static bool has_property(const struct member_trigger *trigger,
                         struct text property)
{
    if (text_equal(property, TEXT("*")))
        return true;
    for (size_t i = MUTANT("m5-first-unasked"); i < trigger->n_properties; i++)
        if (text_equal_nocase(property, text_of(trigger->properties[i])))
            return true;
    return false;
}

static enum status is_triggered(struct store *store, int64_t rule,
                                const struct ask *ask, bool *is_out)
{
    const struct member_trigger *trigger = ask->trigger;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found = STATUS_END;

    *is_out = !trigger || row_set_find(&ask->named, rule) != SIZE_MAX;
    if (!*is_out)
        TRY(store_prepare_with(
            store, SQL_ASK_NAMED,
            STORE_ARGS(STORE_INT(rule),
                       STORE_TEXT(text_of(trigger->class->name))),
            &stmt));
    while (!*is_out && (found = store_step(stmt)) == STATUS_OK)
        *is_out = has_property(trigger, store_text(stmt, 0));
    return *is_out || found == STATUS_END ? STATUS_OK : found;
}

/* Asks a rule, if the trigger concerns it, as it does few of those that may
 * find a device, and its collection refreshes as is asked for. */
static enum status ask_about(struct store *store, int64_t rule,
                             const struct member_devices *devices,
                             struct ask *ask)
{
    SCOPED(store_done) struct store_stmt *row = NULL;
    enum status found;
    bool is_asked;

    if (!is_within(ask->within, rule))
        return STATUS_OK;
    TRY(is_triggered(store, rule, ask, &is_asked));
    if (!is_asked)
        return STATUS_OK;
    found = store_row_with(
        store, SQL_ASK_RULE,
        STORE_ARGS(STORE_INT(rule), STORE_INT(ask->refresh),
                   STORE_INT(ask->without),
                   STORE_INT(ask->is_foresight && !MUTANT("k3-nothing-due"))),
        &row);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    return ask_rule(store, row, devices, ask);
}

static enum status ask_unkeyed(struct store *store,
                               const struct member_devices *devices,
                               struct ask *ask)
{
    SCOPED(row_list_clear) struct row_list rules = {0};

    TRY(row_list_select(store, SQL_ASK_UNKEYED,
                        STORE_ARGS(STORE_INT(resource_collection_type(
                            devices->number * BLOCK_ROWS))),
                        &rules));
    for (size_t i = 0; i < rules.n; i++)
        TRY(ask_about(store, rules.of[i], devices, ask));
    return STATUS_OK;
}

/* A rule and the offset of a device that it may concern, as one number. */
static int64_t pair_of(int64_t rule, size_t offset)
{
    return rule << BLOCK_BITS | (int64_t)offset;
}

static struct match_before before_of(struct ask *ask)
{
    const struct member_trigger *trigger = ask->trigger;
    struct match_before before = {.named = &ask->named};

    if (!trigger)
        return before;
    before.class = trigger->class;
    before.values = trigger->before;
    for (size_t i = MUTANT("m5-first-unasked"); i < trigger->n_properties; i++)
        before.changed |= UINT64_C(1) << object_property_at(
                              trigger->class, trigger->properties[i]);
    return before;
}

static enum status pair_all(const struct row_set *rules, int64_t resource,
                            struct row_list *pairs)
{
    for (size_t i = 0; i < rules->rows.n; i++)
        TRY(row_list_add(pairs,
                         pair_of(rules->rows.of[i], block_offset(resource))));
    return STATUS_OK;
}

static enum status add_pairs(const struct rule_match *match, struct ask *ask,
                             int64_t resource, struct row_list *pairs)
{
    SCOPED(row_set_clear) struct row_set rules = {0};

    TRY(rule_match_find(match, resource, before_of(ask), &rules));
    TRY(pair_all(&ask->named, resource, pairs));
    return pair_all(&rules, resource, pairs);
}

static enum status match_all(struct store *store,
                             const struct member_devices *devices,
                             struct ask *ask, struct row_list *pairs)
{
    SCOPED(rule_match_clear) struct rule_match match = {0};
    const int64_t base = devices->number * BLOCK_ROWS;
    uint16_t offsets[BLOCK_ROWS];
    const size_t n = block_read(&devices->mask, offsets);

    TRY(rule_match_begin(store, &match));
    for (size_t i = 0; i < n; i++)
        TRY(add_pairs(&match, ask, base + offsets[i], pairs));
    return STATUS_OK;
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static enum status ask_keyed(struct store *store,
                             const struct member_devices *devices,
                             struct ask *ask)
{
    SCOPED(row_list_clear) struct row_list pairs = {0};

    TRY(match_all(store, devices, ask, &pairs));
    if (pairs.n)
        qsort(pairs.of, pairs.n, sizeof(*pairs.of), by_number);
    for (size_t i = 0; i < pairs.n;) {
        const int64_t rule = pairs.of[i] >> BLOCK_BITS;
        struct member_devices some = {.number = devices->number};

        for (; i < pairs.n && pairs.of[i] >> BLOCK_BITS == rule; i++)
            block_put(&some.mask, (size_t)pairs.of[i] & (BLOCK_ROWS - 1));
        TRY(ask_about(store, rule, &some, ask));
    }
    return STATUS_OK;
}

static enum status ask_all(struct store *store,
                           const struct member_devices *devices,
                           struct ask *ask)
{
    enum status asked = ask_keyed(store, devices, ask);

    if (asked == STATUS_OK)
        asked = ask_unkeyed(store, devices, ask);
    row_set_clear(&ask->named);
    return asked;
}

enum status members_query_some(struct store *store,
                               const struct member_devices *devices,
                               const struct member_trigger *trigger,
                               int64_t now_s, struct member_flips *changed)
{
    struct ask ask = {.trigger = trigger,
                      .now_s = now_s,
                      .refresh = REFRESH_INCREMENTAL,
                      .flips = changed};

    return ask_all(store, devices, &ask);
}

/* ---- What would come later ---- */

static enum status add_timed(struct store *store, const char *property,
                             const struct ask *ask)
{
    const char *class = ask->trigger->class->name;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(
        store, SQL_ASK_TIMED,
        STORE_ARGS(STORE_TEXT(text_of(class)), STORE_TEXT(text_of(property))),
        &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        if (is_within(ask->within, store_int(stmt, 0)))
            TRY(add_flip(ask->flips, store_int(stmt, 0), store_int(stmt, 1)));
    return found == STATUS_END ? STATUS_OK : found;
}

enum status members_foresee(struct store *store, int64_t resource,
                            const struct member_trigger *trigger,
                            const struct row_set *within, int64_t now_s,
                            struct member_flips *flips)
{
    struct member_devices devices = {.number = block_number(resource)};
    struct ask ask = {.trigger = trigger,
                      .within = within,
                      .now_s = now_s,
                      .refresh = REFRESH_SCHEDULED,
                      .without = REFRESH_INCREMENTAL,
                      .flips = flips,
                      .is_foresight = true,
                      .resource = resource};

    block_put(&devices.mask, block_offset(resource));
    TRY(ask_all(store, &devices, &ask));
    if (MUTANT("f1-time-stands-still"))
        return STATUS_OK;
    for (size_t i = 0; i < trigger->n_properties; i++)
        TRY(add_timed(store, trigger->properties[i], &ask));
    return add_timed(store, "*", &ask);
}

enum status members_waiting(struct store *store, int64_t resource,
                            const struct row_set *holders,
                            const struct row_set *within, int64_t now_s,
                            struct member_flips *flips)
{
    struct member_devices devices = {.number = block_number(resource)};
    struct ask ask = {.now_s = now_s,
                      .within = within,
                      .refresh = REFRESH_SCHEDULED,
                      .without = REFRESH_INCREMENTAL,
                      .flips = flips,
                      .is_foresight = true,
                      .resource = resource};
    SCOPED(row_list_clear) struct row_list rules = {0};

    block_put(&devices.mask, block_offset(resource));
    TRY(ask_all(store, &devices, &ask));
    for (size_t i = 0; i < holders->rows.n; i++)
        TRY(row_list_select(store, SQL_ASK_OF_COLLECTION,
                            STORE_ARGS(STORE_INT(holders->rows.of[i])),
                            &rules));
    for (size_t i = 0; i < rules.n; i++)
        TRY(ask_about(store, rules.of[i], &devices, &ask));
    return STATUS_OK;
}

enum status members_flip(struct store *store, int64_t rule, int64_t resource)
{
    const struct member_set set = {SET_OF_RULE, rule};
    struct member_block mask = {{0}};
    struct member_block block;

    block_put(&mask, block_offset(resource));
    TRY(member_set_read(store, set, block_number(resource), &block));
    for (size_t i = 0; i < BLOCK_WORDS; i++)
        block.words[i] ^= mask.words[i];
    return member_set_write(store, set, block_number(resource), &block);
}
