/*
 * Query rules of collections: the result of each is kept, so that a change of
 * another rule, a limit or a member need not run it again. A query runs when
 * its rule is made, when a refresh is requested, and, for one device, when that
 * is created or changed and the collection refreshes incrementally (C15, C16).
 * One that cannot be run finds nothing, and the other rules count (C12).
 */
#include <stdlib.h>
#include <string.h>

#include "provider/object/collection/member_query_sql.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_statement.h"
#include "provider/object/query/member_set.h"
#include "provider/object/resource.h"

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
