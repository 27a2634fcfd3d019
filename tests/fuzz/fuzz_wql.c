/*
 * WQL, and after a "$" the options of OData, as a signed-in caller may write
 * them. Every query that is accepted must
 * also run: SQL that SQLite refuses would mean that a name or a value got into
 * it by another way than the table of names and the parameters. And what a
 * caller may not read is in no answer, whatever the query.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "provider/object/query/wql_sql.h"
#include "provider/wql/odata.h"
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

static void check(const char *user, const struct object_query *query)
{
    switch (act_query(fixture, user, query)) {
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

static void check_hidden(const struct object_query *query)
{
    SCOPED(memory_drop) char *answer = NULL;

    check("analyst", query);
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

/* The filter, and behind the ends of lines the order and the columns. */
static void run_odata(struct text text)
{
    struct odata_asked asked = {.of = {[ODATA_CLASS] = TEXT("SMS_R_System")}};
    const struct object_query query = {.odata = &asked};
    struct odata_problem problem;
    OWNED(wql) read = NULL;

    for (size_t i = ODATA_FILTER; i < ODATA_N_OPTIONS; i++) {
        const char *end = text.size ? memchr(text.data, '\n', text.size) : NULL;
        const size_t n = end ? (size_t)(end - text.data) : text.size;

        asked.of[i] = (struct text){text.data, n};
        text.data += end ? n + 1 : n;
        text.size -= end ? n + 1 : n;
    }
    if (odata_read(&asked, &read, &problem) == STATUS_OK) {
        check("full", &query);
        check_hidden(&query);
    } else if (problem.column == 0 || problem.why[0] == '\0' ||
               problem.column > asked.of[problem.option].size + 1) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text wql = {(const char *)data, size};
    const struct object_query query = {.wql = wql, .prompts = prompts()};
    struct wql_problem problem;
    OWNED(wql) read = NULL;

    if (size > 2048)
        return 0;
    prepare();
    if (size > 0 && data[0] == '$') {
        run_odata((struct text){wql.data + 1, size - 1});
        return 0;
    }
    if (wql_read_prompted(wql, &(struct wql_prompts){values, 2}, &read,
                          &problem) == STATUS_OK) {
        check("full", &query);
        check_hidden(&query);
        check_rule(wql_query(read));
    } else if (problem.column == 0 || problem.column > size + 1 ||
               problem.why[0] == '\0') {
        abort();
    }
    return 0;
}
