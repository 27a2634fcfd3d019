/*
 * Query rules of collections: the result of each is kept, so that a change of
 * another rule, a limit or a member need not run it again. A query runs when
 * its rule is made, when a refresh is requested, and, for one device, when that
 * is created or changed and the collection refreshes incrementally (C15, C16).
 * One that cannot be run finds nothing, and the other rules count (C12).
 */
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/member_query_sql.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_statement.h"
#include "provider/object/query/member_set.h"
#include "provider/object/resource.h"

enum { REFRESH_SCHEDULED = 2, REFRESH_INCREMENTAL = 4 };

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* found[] from at on that is in a block; returns where the next one starts. */
static size_t fill_block(const struct row_list *found, size_t at,
                         int64_t number, struct member_block *block)
{
    memset(block, 0, sizeof(*block));
    while (at < found->n && block_number(found->of[at]) == number)
        block_put(block, block_offset(found->of[at++]));
    return at;
}

/* A block where the rule finds what it found is not written. */
static enum status keep_block(struct store *store, int64_t rule, int64_t number,
                              const struct member_block *block)
{
    const struct member_set set = {SET_OF_RULE, rule};
    struct member_block was;

    TRY(member_set_read(store, set, number, &was));
    return memcmp(&was, block, sizeof(was)) == 0
               ? STATUS_OK
               : member_set_write(store, set, number, block);
}

static enum status drop_blocks(struct store *store, int64_t rule,
                               const struct row_set *kept)
{
    const struct member_set set = {SET_OF_RULE, rule};
    const struct member_block nothing = {{0}};
    SCOPED(row_list_clear) struct row_list numbers = {0};

    TRY(member_set_blocks(store, set, &numbers));
    for (size_t i = 0; i < numbers.n; i++)
        if (row_set_find(kept, numbers.of[i]) == SIZE_MAX)
            TRY(member_set_write(store, set, numbers.of[i], &nothing));
    return STATUS_OK;
}

/* What a rule finds replaces what it found. */
static enum status keep(struct store *store, int64_t rule,
                        struct row_list *found)
{
    SCOPED(row_set_clear) struct row_set kept = {0};

    if (found->n)
        qsort(found->of, found->n, sizeof(*found->of), by_number);
    for (size_t at = 0; at < found->n;) {
        const int64_t number = block_number(found->of[at]);
        struct member_block block;

        at = fill_block(found, at, number, &block);
        TRY(keep_block(store, rule, number, &block));
        TRY(row_set_add(&kept, number));
    }
    return drop_blocks(store, rule, &kept);
}

/* ---- All devices ---- */

enum status members_query_rule(struct store *store, int64_t rule, int64_t now_s,
                               int64_t max_ms)
{
    const struct rule_range all = {.max_ms = max_ms};
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    SCOPED(row_list_clear) struct row_list found = {0};
    struct rule_text text = {.rule = rule};

    TRY(store_row_with(store, SQL_MATCH_RULE, STORE_ARGS(STORE_INT(rule)),
                       &stmt));
    text.wql = store_text(stmt, 0);
    text.is_user = store_int(stmt, 1) == COLLECTION_OF_USERS;
    TRY(rule_note_properties(store, text));
    TRY(rule_find(store, text, all, now_s, &found));
    return keep(store, rule, &found);
}

enum status members_forget_rule(struct store *store, int64_t rule)
{
    const struct row_set nothing = {0};

    return drop_blocks(store, rule, &nothing);
}

enum status members_query(struct store *store, int64_t collection,
                          int64_t now_s, int64_t max_ms)
{
    SCOPED(row_list_clear) struct row_list rules = {0};

    TRY(row_list_select(store, SQL_MATCH_RULES,
                        STORE_ARGS(STORE_INT(collection)), &rules));
    for (size_t i = 0; i < rules.n; i++)
        TRY(members_query_rule(store, rules.of[i], now_s, max_ms));
    return STATUS_OK;
}

/* ---- Some devices of a block ---- */

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

/* A rule that is asked again, and whose it is. */
struct asked {
    const struct member_devices *devices;
    int64_t now_s;
    int64_t refresh;     /* RefreshType of the collections: these bits */
    int64_t without;     /* and not these */
    struct row_set done; /* rules */
    struct row_set *collections; /* of rules that find others now */
    /* Or, for one device, what would change: nothing is stored. */
    struct member_flips *flips;
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

static enum status foresee_rule(struct store *store, struct store_stmt *row,
                                const struct row_list *found,
                                struct asked *asked)
{
    const int64_t rule = store_int(row, 0);
    bool is_changed;

    TRY(is_flipped(store, rule, asked->resource, found, &is_changed));
    return is_changed ? add_flip(asked->flips, rule, store_int(row, 1))
                      : STATUS_OK;
}

static enum status ask_rule(struct store *store, struct store_stmt *row,
                            struct asked *asked)
{
    const struct rule_text rule = {store_int(row, 0), store_text(row, 2),
                                   store_int(row, 3) == COLLECTION_OF_USERS};
    SCOPED(row_list_clear) struct row_list found = {0};
    bool is_changed;

    if (row_set_find(&asked->done, rule.rule) != SIZE_MAX)
        return STATUS_OK;
    TRY(row_set_add(&asked->done, rule.rule));
    TRY(rule_find(store, rule, member_range(asked->devices), asked->now_s,
                  &found));
    if (asked->flips)
        return foresee_rule(store, row, &found, asked);
    TRY(keep_some(store, rule.rule, asked->devices, &found, &is_changed));
    return is_changed ? row_set_add(asked->collections, store_int(row, 1))
                      : STATUS_OK;
}

static enum status ask_rules(struct store *store, const char *sql,
                             struct store_args args, struct asked *asked)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(store, sql, args, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(ask_rule(store, stmt, asked));
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status ask_property(struct store *store, const char *class,
                                const char *property, struct asked *asked)
{
    return ask_rules(
        store, SQL_MATCH_RULES_NAMING,
        STORE_ARGS(STORE_INT(asked->refresh), STORE_TEXT(text_of(class)),
                   STORE_TEXT(text_of(property)), STORE_INT(asked->without)),
        asked);
}

static void asked_clear(struct asked *asked)
{
    row_set_clear(&asked->done);
}

enum status members_query_part(struct store *store, int64_t rule,
                               const struct member_devices *devices,
                               int64_t now_s, int64_t max_ms)
{
    struct rule_range range = member_range(devices);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    SCOPED(row_list_clear) struct row_list found = {0};
    struct rule_text text = {.rule = rule};
    bool is_changed;

    TRY(store_row_with(store, SQL_MATCH_RULE, STORE_ARGS(STORE_INT(rule)),
                       &stmt));
    text.wql = store_text(stmt, 0);
    text.is_user = store_int(stmt, 1) == COLLECTION_OF_USERS;
    range.max_ms = max_ms;
    TRY(rule_find(store, text, range, now_s, &found));
    return keep_some(store, rule, devices, &found, &is_changed);
}

static enum status ask_triggered(struct store *store,
                                 const struct member_trigger *trigger,
                                 struct asked *asked)
{
    for (size_t i = MUTANT("m5-first-unasked"); i < trigger->n_properties; i++)
        TRY(ask_property(store, trigger->class, trigger->properties[i], asked));
    return ask_property(store, trigger->class, "*", asked);
}

enum status members_query_some(struct store *store,
                               const struct member_devices *devices,
                               const struct member_trigger *trigger,
                               int64_t now_s, struct row_set *collections)
{
    SCOPED(asked_clear)
    struct asked asked = {.devices = devices,
                          .now_s = now_s,
                          .refresh = REFRESH_INCREMENTAL,
                          .collections = collections};

    if (!trigger)
        return ask_rules(store, SQL_MATCH_INCREMENTAL_RULES,
                         STORE_ARGS(STORE_INT(REFRESH_INCREMENTAL),
                                    STORE_INT(resource_collection_type(
                                        devices->number * BLOCK_ROWS))),
                         &asked);
    return ask_triggered(store, trigger, &asked);
}

/* ---- What would come later ---- */

static enum status add_timed(struct store *store, const char *class,
                             const char *property, struct member_flips *flips)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(
        store, SQL_MATCH_TIMED_RULES,
        STORE_ARGS(STORE_TEXT(text_of(class)), STORE_TEXT(text_of(property))),
        &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(add_flip(flips, store_int(stmt, 0), store_int(stmt, 1)));
    return found == STATUS_END ? STATUS_OK : found;
}

enum status members_foresee(struct store *store, int64_t resource,
                            const struct member_trigger *trigger, int64_t now_s,
                            struct member_flips *flips)
{
    struct member_devices devices = {.number = block_number(resource)};
    SCOPED(asked_clear)
    struct asked asked = {.devices = &devices,
                          .now_s = now_s,
                          .refresh = REFRESH_SCHEDULED,
                          .without = REFRESH_INCREMENTAL,
                          .flips = flips,
                          .resource = resource};

    block_put(&devices.mask, block_offset(resource));
    TRY(ask_triggered(store, trigger, &asked));
    if (MUTANT("f1-time-stands-still"))
        return STATUS_OK;
    for (size_t i = 0; i < trigger->n_properties; i++)
        TRY(add_timed(store, trigger->class, trigger->properties[i], flips));
    return add_timed(store, trigger->class, "*", flips);
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
