#include "provider/object/collection/member_rule.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/member_rule_sql.h"
#include "provider/object/collection/member_wide.h"
#include "provider/object/resource.h"

/* ---- A block ---- */

static void join(struct member_block *into, const struct member_block *other)
{
    for (size_t i = 0; i < BLOCK_WORDS; i++)
        into->words[i] |= other->words[i];
}

/* The place of the first that is not below. */
static size_t first_from(const struct row_list *rows, int64_t from)
{
    size_t low = 0;
    size_t high = rows->n;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (rows->of[middle] < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void put_direct(const struct row_list *direct, int64_t number,
                       struct member_block *wanted)
{
    const int64_t first = number * BLOCK_ROWS;

    for (size_t i = first_from(direct, first);
         i < direct->n && block_number(direct->of[i]) == number; i++)
        block_put(wanted, block_offset(direct->of[i]));
}

/* All resources of a block, if they are of a kind that is wanted. */
static enum status put_all(struct store *store, unsigned all, int64_t number,
                           struct member_block *wanted)
{
    static const char *const of[] = {
        [RESOURCE_DEVICE] = SQL_RULES_DEVICES,
        [RESOURCE_USER] = SQL_RULES_USERS,
        [RESOURCE_GROUP] = SQL_RULES_GROUPS,
    };
    const int64_t first = number * BLOCK_ROWS;
    const enum resource_kind kind = resource_kind(first);
    SCOPED(row_list_clear) struct row_list rows = {0};

    if (!(all >> kind & 1))
        return STATUS_OK;
    TRY(row_list_select(
        store, of[kind],
        STORE_ARGS(STORE_INT(first), STORE_INT(first + BLOCK_ROWS - 1)),
        &rows));
    for (size_t i = 0; i < rows.n; i++)
        block_put(wanted, block_offset(rows.of[i]));
    return STATUS_OK;
}

static enum status put_sets(struct store *store, enum member_set_kind kind,
                            const struct row_list *owners, int64_t number,
                            struct member_block *wanted)
{
    for (size_t i = 0; i < owners->n; i++) {
        struct member_block block;

        TRY(member_set_read(store, (struct member_set){kind, owners->of[i]},
                            number, &block));
        join(wanted, &block);
    }
    return STATUS_OK;
}

/* C9, 4 and 5: within the limit, without what is excluded (C10). */
static enum status cut(struct store *store, const struct member_rules *rules,
                       int64_t number, struct member_block *wanted)
{
    const struct member_set limit = {SET_OF_COLLECTION, rules->limit};
    struct member_block block;

    TRY(member_set_read(store, limit, number, &block));
    for (size_t i = 0; i < BLOCK_WORDS && !MUTANT("m1-no-limit"); i++)
        wanted->words[i] &= block.words[i];
    memset(&block, 0, sizeof(block));
    TRY(put_sets(store, SET_OF_COLLECTION, &rules->excludes, number, &block));
    for (size_t i = 0; i < BLOCK_WORDS; i++)
        wanted->words[i] &= ~block.words[i];
    return STATUS_OK;
}

enum status member_rules_name(struct store *store,
                              const struct member_rules *rules, int64_t number,
                              size_t n, struct member_block *named)
{
    memset(named, 0, n * sizeof(*named));
    for (size_t i = 0; i < n; i++) {
        if (rules->all)
            TRY(put_all(store, rules->all, number + (int64_t)i, &named[i]));
        else if (rules->limit)
            put_direct(&rules->direct, number + (int64_t)i, &named[i]);
    }
    for (size_t i = 0; !rules->all && rules->limit && i < rules->queries.n; i++)
        TRY(member_set_join_rule(store, rules->queries.of[i],
                                 (struct set_range){number, n}, named));
    return STATUS_OK;
}

enum status member_rules_want(struct store *store,
                              const struct member_rules *rules, int64_t number,
                              struct member_block *wanted)
{
    TRY(member_rules_name(store, rules, number, 1, wanted));
    if (rules->all || !rules->limit)
        return STATUS_OK;
    TRY(put_sets(store, SET_OF_COLLECTION, &rules->includes, number, wanted));
    return block_count(wanted) ? cut(store, rules, number, wanted) : STATUS_OK;
}

/* ---- Where anything is wanted ---- */

static enum status add_blocks(struct store *store, enum member_set_kind kind,
                              const struct row_list *owners,
                              struct row_set *numbers)
{
    SCOPED(row_list_clear) struct row_list found = {0};

    for (size_t i = 0; i < owners->n; i++)
        TRY(member_set_blocks(store, (struct member_set){kind, owners->of[i]},
                              &found));
    for (size_t i = 0; i < found.n; i++)
        TRY(row_set_add(numbers, found.of[i]));
    return STATUS_OK;
}

static enum status add_all_blocks(struct store *store, const char *range,
                                  struct row_set *numbers)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(store, range, STORE_NO_ARGS, &stmt));
    for (int64_t number = block_number(store_int(stmt, 0));
         number <= block_number(store_int(stmt, 1)); number++)
        TRY(row_set_add(numbers, number));
    return STATUS_OK;
}

static enum status add_blocks_of_kinds(struct store *store, unsigned all,
                                       struct row_set *numbers)
{
    static const char *const ranges[] = {
        [RESOURCE_DEVICE] = SQL_RULES_DEVICE_RANGE,
        [RESOURCE_USER] = SQL_RULES_USER_RANGE,
        [RESOURCE_GROUP] = SQL_RULES_GROUP_RANGE,
    };

    for (size_t kind = 0; kind < ARRAY_SIZE(ranges); kind++)
        if (all >> kind & 1)
            TRY(add_all_blocks(store, ranges[kind], numbers));
    return STATUS_OK;
}

enum status member_rules_blocks(struct store *store,
                                const struct member_rules *rules,
                                struct row_set *numbers)
{
    if (rules->all)
        return add_blocks_of_kinds(store, rules->all, numbers);
    for (size_t i = 0; i < rules->direct.n; i++)
        TRY(row_set_add(numbers, block_number(rules->direct.of[i])));
    TRY(add_blocks(store, SET_OF_RULE, &rules->queries, numbers));
    return add_blocks(store, SET_OF_COLLECTION, &rules->includes, numbers);
}

/* ---- Everywhere at once ---- */

static enum status join_sets(struct store *store, enum member_set_kind kind,
                             const struct row_list *owners,
                             struct member_wide *wanted)
{
    for (size_t i = 0; i < owners->n; i++)
        TRY(member_wide_join(store, wanted,
                             (struct member_set){kind, owners->of[i]}));
    return STATUS_OK;
}

/* As member_rules_want of each block. */
static enum status want_all(struct store *store,
                            const struct member_rules *rules,
                            struct member_wide *wanted)
{
    if (!rules->limit)
        return STATUS_OK;
    for (size_t i = 0; i < rules->direct.n; i++)
        TRY(member_wide_put(wanted, rules->direct.of[i]));
    TRY(join_sets(store, SET_OF_RULE, &rules->queries, wanted));
    TRY(join_sets(store, SET_OF_COLLECTION, &rules->includes, wanted));
    if (wanted->numbers.rows.n == 0)
        return STATUS_OK;
    if (!MUTANT("m1-no-limit"))
        TRY(member_wide_keep(
            store, wanted,
            (struct member_set){SET_OF_COLLECTION, rules->limit}));
    for (size_t i = 0; i < rules->excludes.n; i++)
        TRY(member_wide_drop(
            store, wanted,
            (struct member_set){SET_OF_COLLECTION, rules->excludes.of[i]}));
    return STATUS_OK;
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* All that there are and all that it has: compared when they are evaluated. */
static enum status add_sorted(const struct row_set *all,
                              struct row_list *numbers)
{
    for (size_t i = 0; i < all->rows.n; i++)
        TRY(row_list_add(numbers, all->rows.of[i]));
    if (numbers->n)
        qsort(numbers->of, numbers->n, sizeof(*numbers->of), by_number);
    return STATUS_OK;
}

static enum status add_root_blocks(struct store *store,
                                   const struct member_rules *rules,
                                   struct row_list *numbers)
{
    const struct member_set own = {SET_OF_COLLECTION, rules->collection};
    SCOPED(row_list_clear) struct row_list held = {0};
    SCOPED(row_set_clear) struct row_set all = {0};

    TRY(add_blocks_of_kinds(store, rules->all, &all));
    TRY(member_set_blocks(store, own, &held));
    for (size_t i = 0; i < held.n; i++)
        TRY(row_set_add(&all, held.of[i]));
    return add_sorted(&all, numbers);
}

/* Each by a seek of its own: a block has a set of each collection. */
static enum status add_held_blocks(struct store *store, struct row_set *numbers)
{
    enum status found = STATUS_OK;
    int64_t number = INT64_MIN;

    while (found == STATUS_OK) {
        found = store_int_with(store, SQL_RULES_NEXT_HELD,
                               STORE_ARGS(STORE_INT(number)), &number);
        if (found == STATUS_OK)
            TRY(row_set_add(numbers, number));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

enum status member_rules_all_blocks(struct store *store,
                                    struct row_list *numbers)
{
    SCOPED(row_set_clear) struct row_set all = {0};

    TRY(add_blocks_of_kinds(store, ~0U, &all));
    TRY(add_held_blocks(store, &all));
    return add_sorted(&all, numbers);
}

enum status member_rules_differ(struct store *store,
                                const struct member_rules *rules,
                                struct row_list *numbers)
{
    const struct member_set own = {SET_OF_COLLECTION, rules->collection};
    SCOPED(member_wide_clear) struct member_wide wanted = {0};

    if (rules->all)
        return add_root_blocks(store, rules, numbers);
    TRY(want_all(store, rules, &wanted));
    return member_wide_differ(store, &wanted, own, numbers);
}
