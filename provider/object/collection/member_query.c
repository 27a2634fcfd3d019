/*
 * Query rules of collections: the result of each is kept, so that a change of
 * another rule, a limit or a member need not run it again. A query runs when
 * its rule is made, when a refresh is requested, and, for one device, when that
 * is created or changed and the collection refreshes incrementally (C15, C16).
 * One that cannot be run finds nothing, and the other rules count (C12).
 */
#include <stdlib.h>
#include <string.h>

#include "provider/base/log.h"
#include "provider/object/collection/member_query_sql.h"
#include "provider/object/collection/members.h"
#include "provider/object/query/member_set.h"
#include "provider/object/query/wql_sql.h"

enum { REFRESH_INCREMENTAL = 4 };

/* For whom, and when, a rule runs. */
struct rule_run {
    int64_t resource; /* 0: all devices */
    int64_t now_s;
};

static void wql_sql_clear(struct wql_sql **q)
{
    if (*q)
        buf_free(&(*q)->sql);
    free(*q);
}

static enum status begin(const struct wql_query *query, bool is_user,
                         int64_t now_s, struct wql_problem *problem,
                         struct wql_sql **q_out)
{
    SCOPED(wql_sql_clear) struct wql_sql *q = calloc(1, sizeof(*q));

    if (!q)
        return STATUS_NO_MEMORY;
    TRY(wql_check_rule(query, is_user, problem));
    *q = (struct wql_sql){.sql = buf_make(WQL_SQL_MAX_BYTES),
                          .now_s = now_s,
                          .is_rule = true,
                          .problem = problem};
    TRY(wql_resolve(q, query));
    *q_out = TAKE(q);
    return STATUS_OK;
}

enum status members_query_check(struct text text, bool is_user,
                                struct wql_problem *problem_out)
{
    OWNED(wql) wql = NULL;
    SCOPED(wql_sql_clear) struct wql_sql *q = NULL;

    TRY(wql_read(text, &wql, problem_out));
    TRY(begin(wql_query(wql), is_user, 0, problem_out, &q));
    return wql_put_found(q, wql_query(wql), 0);
}

/*
 * Found first and stored then: a query that exceeds its limit is a read, and
 * leaves the change that it is part of intact.
 */
static enum status gather(struct store *store, const struct wql_sql *q,
                          struct row_list *found)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status status;

    TRY(store_prepare_text(store, buf_text(&q->sql), &stmt));
    wql_bind(q, stmt);
    while ((status = store_step(stmt)) == STATUS_OK)
        TRY(row_list_add(found, store_int(stmt, 0)));
    return status == STATUS_END ? STATUS_OK : status;
}

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

/* ---- Running a rule ---- */

/* One that cannot be run finds nothing. */
static enum status find(struct store *store, struct text text, int64_t rule,
                        struct rule_run run, struct row_list *found)
{
    OWNED(wql) wql = NULL;
    SCOPED(wql_sql_clear) struct wql_sql *q = NULL;
    struct wql_problem problem;
    enum status read = wql_read(text, &wql, &problem);

    if (read == STATUS_OK)
        read = begin(wql_query(wql), false, run.now_s, &problem, &q);
    if (read == STATUS_OK)
        read = wql_put_found(q, wql_query(wql), run.resource);
    if (read == STATUS_INVALID) {
        log_warn("collection.query rule=%lld why=\"%s\"", (long long)rule,
                 problem.why);
        return STATUS_OK;
    }
    TRY(read);
    return gather(store, q, found);
}

static enum status run_rule(struct store *store, int64_t rule,
                            struct rule_run run, struct row_list *found)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(store, SQL_MATCH_RULE, STORE_ARGS(STORE_INT(rule)),
                       &stmt));
    return find(store, store_text(stmt, 0), rule, run, found);
}

enum status members_query_rule(struct store *store, int64_t rule, int64_t now_s)
{
    SCOPED(row_list_clear) struct row_list found = {0};

    TRY(run_rule(store, rule, (struct rule_run){.now_s = now_s}, &found));
    return keep(store, rule, &found);
}

enum status members_query(struct store *store, int64_t collection,
                          int64_t now_s)
{
    SCOPED(row_list_clear) struct row_list rules = {0};

    TRY(row_list_select(store, SQL_MATCH_RULES,
                        STORE_ARGS(STORE_INT(collection)), &rules));
    for (size_t i = 0; i < rules.n; i++)
        TRY(members_query_rule(store, rules.of[i], now_s));
    return STATUS_OK;
}

/* ---- One device ---- */

static enum status keep_one(struct store *store, int64_t rule, int64_t resource,
                            bool is_found, bool *is_changed_out)
{
    const struct member_set set = {SET_OF_RULE, rule};
    const size_t offset = block_offset(resource);
    struct member_block block;

    TRY(member_set_read(store, set, block_number(resource), &block));
    *is_changed_out = block_has(&block, offset) != is_found;
    if (!*is_changed_out)
        return STATUS_OK;
    if (is_found)
        block_put(&block, offset);
    else
        block_drop(&block, offset);
    return member_set_write(store, set, block_number(resource), &block);
}

static enum status ask_rule(struct store *store, int64_t rule,
                            struct rule_run run, bool *is_changed_out)
{
    SCOPED(row_list_clear) struct row_list found = {0};

    TRY(run_rule(store, rule, run, &found));
    return keep_one(store, rule, run.resource, found.n > 0, is_changed_out);
}

enum status members_query_device(struct store *store, int64_t resource,
                                 int64_t now_s, struct row_set *collections)
{
    const struct rule_run run = {resource, now_s};
    SCOPED(row_list_clear) struct row_list rules = {0};

    TRY(row_list_select(store, SQL_MATCH_INCREMENTAL_RULES,
                        STORE_ARGS(STORE_INT(REFRESH_INCREMENTAL)), &rules));
    for (size_t i = 0; i < rules.n; i++) {
        bool is_changed;
        int64_t collection;

        TRY(ask_rule(store, rules.of[i], run, &is_changed));
        if (!is_changed)
            continue;
        TRY(store_int_with(store, SQL_MATCH_COLLECTION,
                           STORE_ARGS(STORE_INT(rules.of[i])), &collection));
        TRY(row_set_add(collections, collection));
    }
    return STATUS_OK;
}
