/*
 * Query rules of collections: the result of each is kept, so that a change of
 * another rule, a limit or a member need not run it again. A query runs when
 * its rule is made, when a refresh is requested, and, for one device, when that
 * is created or changed and the collection refreshes incrementally (C15, C16).
 * One that cannot be run finds nothing, and the other rules count (C12).
 */
#include "provider/object/collection/member_query_sql.h"
#include "provider/object/collection/member_wide.h"
#include "provider/object/collection/members.h"
#include "provider/object/collection/rule_statement.h"
#include "provider/object/query/member_set.h"
#include "provider/object/resource.h"

/* What a rule finds replaces what it found; blocks where it finds what it found
 * are not written. */
static enum status keep(struct store *store, int64_t rule,
                        const struct row_list *found)
{
    const struct member_set set = {SET_OF_RULE, rule};
    const struct member_block nothing = {{0}};
    SCOPED(member_wide_clear) struct member_wide wide = {0};
    SCOPED(row_list_clear) struct row_list numbers = {0};

    for (size_t i = 0; i < found->n; i++)
        TRY(member_wide_put(&wide, found->of[i]));
    TRY(member_wide_differ(store, &wide, set, &numbers));
    for (size_t i = 0; i < numbers.n; i++) {
        const struct member_block *block =
            member_wide_block(&wide, numbers.of[i]);

        TRY(member_set_write(store, set, numbers.of[i],
                             block ? block : &nothing));
    }
    return STATUS_OK;
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
    const struct row_list nothing = {0};

    return keep(store, rule, &nothing);
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
