/*
 * WQL as a signed-in caller may write it. Every query that is accepted must
 * also run: SQL that SQLite refuses would mean that a name or a value got into
 * it by another way than the table of names and the parameters. And what a
 * caller may not read is in no answer, whatever the query.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "provider/object/query/wql_sql.h"
#include "provider/wql/wql.h"

static const struct wql_prompt values[] = {
    {TEXT("SMS_R_System.Name"), TEXT("hidden7' or 'a' = 'a")},
    {TEXT("A.Time"), TEXT("2027-01-01")},
};

static struct fixture *fixture;

static void prepare(void)
{
    if (fixture)
        return;
    if (fixture_make(":memory:", &fixture) != STATUS_OK)
        abort();
    make_member(fixture, "web1", "P0100014");
    make_object(fixture, "SMS_R_System", "ResourceID",
                "{'Name':'hidden7','IPAddresses':['10.0.0.7']}");
}

/* What is prompted for holds what would end a literal. */
static const json_t *prompts(void)
{
    static json_t *given;

    if (!given)
        given =
            json_pack("{s:s, s:s}", values[0].name.data, values[0].value.data,
                      values[1].name.data, values[1].value.data);
    return given;
}

static void check(const char *user, struct text wql)
{
    switch (
        act_query(fixture, user,
                  &(struct object_query){.wql = wql, .prompts = prompts()})) {
    case STATUS_OK:
    case STATUS_INVALID:
    case STATUS_DENIED:
    case STATUS_LIMIT:
        return;
    case STATUS_NOT_FOUND:
    case STATUS_CONFLICT:
    case STATUS_NO_MEMORY:
    case STATUS_UNAVAILABLE:
    case STATUS_END:
        abort();
    }
}

static void check_hidden(struct text wql)
{
    SCOPED(memory_drop) char *answer = NULL;

    check("analyst", wql);
    answer =
        fixture->result ? json_dumps(fixture->result, JSON_ENCODE_ANY) : NULL;
    if (answer && strstr(answer, "hidden7"))
        abort();
}

static void run_rule(const struct wql_query *query, enum wql_found which)
{
    static struct wql_sql q;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    SCOPED(buf_free) struct buf sql = buf_make(WQL_SQL_MAX_BYTES);
    struct wql_problem problem;
    enum status status;

    q = (struct wql_sql){.sql = sql, .is_rule = true, .problem = &problem};
    status = wql_resolve(&q, query);
    if (status == STATUS_OK)
        status = wql_put_found(&q, query, which);
    sql = q.sql;
    if (status != STATUS_OK)
        return;
    if (store_prepare_text(fixture->store, buf_text(&sql), &stmt) != STATUS_OK)
        abort();
    wql_bind(&q, q.n_values, stmt);
    store_bound(fixture->store, 1000);
    while (status == STATUS_OK)
        status = store_step(stmt);
    store_bound(fixture->store, 0);
    if (status != STATUS_END && status != STATUS_LIMIT)
        abort();
}

/* A rule that is allowed runs too: for everything, one device, and several. */
static void check_rule(const struct wql_query *query)
{
    struct wql_problem problem;

    if (wql_check_rule(query, false, &problem) != STATUS_OK)
        return;
    run_rule(query, WQL_FOUND_ALL);
    run_rule(query, WQL_FOUND_ONE);
    run_rule(query, WQL_FOUND_RANGE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text wql = {(const char *)data, size};
    struct wql_problem problem;
    OWNED(wql) read = NULL;

    if (size > 2048)
        return 0;
    prepare();
    if (wql_read_prompted(wql, &(struct wql_prompts){values, 2}, &read,
                          &problem) == STATUS_OK) {
        check("full", wql);
        check_hidden(wql);
        check_rule(wql_query(read));
    } else if (problem.column == 0 || problem.column > size + 1 ||
               problem.why[0] == '\0') {
        abort();
    }
    return 0;
}
