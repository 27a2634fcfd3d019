/*
 * Query rules of collections: the result of each is kept, so that a change of
 * another rule, a limit or a member need not run it again. A query runs when
 * its rule is made, when a refresh is requested, and, for one device, when that
 * is created or changed and the collection refreshes incrementally (C15, C16).
 * One that cannot be run finds nothing, and the other rules count (C12).
 */
#include <stdlib.h>

#include "provider/base/log.h"
#include "provider/object/collection/member_query_sql.h"
#include "provider/object/collection/members.h"
#include "provider/object/query/wql_sql.h"

enum { REFRESH_INCREMENTAL = 4 };

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

static enum status forget(struct store *store, int64_t rule, int64_t resource)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_MATCH_FORGET, &stmt));
    store_bind_int(stmt, 1, rule);
    store_bind_int(stmt, 2, resource);
    return store_run(stmt);
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

static enum status keep(struct store *store, int64_t rule,
                        const struct row_list *found)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_MATCH_KEEP, &stmt));
    for (size_t i = 0; i < found->n; i++) {
        store_bind_int(stmt, 1, rule);
        store_bind_int(stmt, 2, found->of[i]);
        TRY(store_run(stmt));
    }
    return STATUS_OK;
}

static enum status find(struct store *store, struct text text, int64_t rule,
                        int64_t resource, int64_t now_s)
{
    OWNED(wql) wql = NULL;
    SCOPED(wql_sql_clear) struct wql_sql *q = NULL;
    SCOPED(row_list_clear) struct row_list found = {0};
    struct wql_problem problem;
    enum status read = wql_read(text, &wql, &problem);

    if (read == STATUS_OK)
        read = begin(wql_query(wql), false, now_s, &problem, &q);
    if (read == STATUS_OK)
        read = wql_put_found(q, wql_query(wql), resource);
    if (read == STATUS_INVALID) {
        log_warn("collection.query rule=%lld why=\"%s\"", (long long)rule,
                 problem.why);
        return STATUS_OK;
    }
    TRY(read);
    TRY(gather(store, q, &found));
    return keep(store, rule, &found);
}

static enum status ask(struct store *store, int64_t rule, int64_t resource,
                       int64_t now_s)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(forget(store, rule, resource));
    TRY(store_prepare(store, SQL_MATCH_RULE, &stmt));
    store_bind_int(stmt, 1, rule);
    TRY(store_step(stmt));
    return find(store, store_text(stmt, 0), rule, resource, now_s);
}

static enum status ask_each(struct store *store, const struct row_list *rules,
                            int64_t resource, int64_t now_s)
{
    for (size_t i = 0; i < rules->n; i++)
        TRY(ask(store, rules->of[i], resource, now_s));
    return STATUS_OK;
}

enum status members_query_rule(struct store *store, int64_t rule, int64_t now_s)
{
    return ask(store, rule, 0, now_s);
}

enum status members_query(struct store *store, int64_t collection,
                          int64_t now_s)
{
    SCOPED(row_list_clear) struct row_list rules = {0};

    TRY(row_list_select(store, SQL_MATCH_RULES,
                        STORE_ARGS(STORE_INT(collection)), &rules));
    return ask_each(store, &rules, 0, now_s);
}

enum status members_query_device(struct store *store, int64_t resource,
                                 int64_t now_s)
{
    SCOPED(row_list_clear) struct row_list rules = {0};

    TRY(row_list_select(store, SQL_MATCH_INCREMENTAL_RULES,
                        STORE_ARGS(STORE_INT(REFRESH_INCREMENTAL)), &rules));
    return ask_each(store, &rules, resource, now_s);
}
