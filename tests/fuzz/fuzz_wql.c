/*
 * WQL as a signed-in caller may write it. Every query that is accepted must
 * also run: SQL that SQLite refuses would mean that a name or a value got into
 * it by another way than the table of names and the parameters. And what a
 * caller may not read is in no answer, whatever the query.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "provider/wql/wql.h"

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

static void check(const char *user, struct text wql)
{
    switch (act_query(fixture, user, &(struct object_query){.wql = wql})) {
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text wql = {(const char *)data, size};
    struct wql_problem problem;
    OWNED(wql) read = NULL;

    if (size > 2048)
        return 0;
    prepare();
    if (wql_read(wql, &read, &problem) == STATUS_OK) {
        check("full", wql);
        check_hidden(wql);
    } else if (problem.column == 0 || problem.column > size + 1 ||
               problem.why[0] == '\0') {
        abort();
    }
    return 0;
}
