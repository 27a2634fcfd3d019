/*
 * What devices are filtered by is sought: the plans of lists and queries read
 * no other rows, and entries of lists follow the lists.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "provider/object/query/list_sql.h"
#include "provider/object/query/query_sql.h"

enum { PLAN_MAX = 64 * 1024 };

static void read_plan(struct fixture *f, struct text sql, struct buf *plan)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    SCOPED(buf_free) struct buf explain = buf_make(PLAN_MAX);
    enum status found;

    buf_append_string(&explain, "EXPLAIN QUERY PLAN ");
    buf_append_text(&explain, sql);
    assert_int_equal(store_prepare_text(f->store, buf_text(&explain), &stmt),
                     STATUS_OK);
    while ((found = store_step(stmt)) == STATUS_OK) {
        buf_append_text(plan, store_text(stmt, 3));
        buf_append_char(plan, '\n');
    }
    assert_int_equal(found, STATUS_END);
    buf_append_char(plan, '\0');
}

/* Of the first page of a list; order "" is by key. */
static void read_list_plan(struct fixture *f, const char *filter,
                           const char *order, struct buf *plan)
{
    SCOPED(buf_free) struct buf sql = buf_make(PLAN_MAX);
    struct object_call call = {.store = f->store, .class = &class_device};
    const struct object_list list = {.filter = text_of(filter)};
    struct page page = {.call = &call, .list = &list};
    const bool is_descending = order[0] == '-';

    assert_int_equal(
        filter_read(&class_device, list.filter, PARAMETER_FILTER, &page.filter),
        STATUS_OK);
    if (order[0])
        page.order = (struct order){
            .property = &class_device.properties[object_property_at(
                &class_device, order + is_descending)],
            .is_descending = is_descending};
    list_put_page(&page, &sql);
    read_plan(f, buf_text(&sql), plan);
    filter_clear(&page.filter);
}

static void read_members_plan(struct fixture *f, struct buf *plan)
{
    SCOPED(buf_free) struct buf sql = buf_make(PLAN_MAX);
    struct object_call call = {.store = f->store,
                               .class = &class_collection_member};
    const struct object_list list = {.collection = TEXT("P0100014")};
    struct page page = {.call = &call, .list = &list, .set = 1};

    list_put_page(&page, &sql);
    read_plan(f, buf_text(&sql), plan);
}

static void read_query_plan(struct fixture *f, const char *where,
                            struct buf *plan)
{
    static struct wql_sql q;
    OWNED(wql) wql = NULL;
    struct wql_problem problem;
    char text[512];

    snprintf(text, sizeof(text), "select Name from SMS_R_System where %s",
             where);
    assert_int_equal(wql_read(text_of(text), &wql, &problem), STATUS_OK);
    q = (struct wql_sql){.sql = buf_make(PLAN_MAX), .problem = &problem};
    assert_int_equal(wql_resolve(&q, wql_query(wql)), STATUS_OK);
    buf_append_string(&q.sql, "SELECT t.row");
    assert_int_equal(wql_put_from(&q, wql_query(wql)), STATUS_OK);
    read_plan(f, buf_text(&q.sql), plan);
    buf_free(&q.sql);
}

static void assert_sought(const char *condition, const char *plan)
{
    if (strstr(plan, "SCAN t"))
        fail_msg("%s: %s", condition, plan);
}

#define FLAGS(name, rare) name " = " rare, name " = " rare " AND Name LIKE '%x'"
#define TEXTS(name)                                                            \
    name " = 'x'", name " LIKE 'x%'", name " = 'x' AND Client = 1",            \
        "(" name " = 'x' OR " name " = 'y') AND Active = 1"

/* In both languages. */
static const char *const sought[] = {
    TEXTS("Name"),
    TEXTS("NetbiosName"),
    TEXTS("SMSUniqueIdentifier"),
    TEXTS("SMBIOSGUID"),
    TEXTS("LastLogonUserName"),
    TEXTS("ADSiteName"),
    TEXTS("MACAddresses"),
    TEXTS("IPAddresses"),
    TEXTS("SystemOUName"),
    FLAGS("Client", "0"),
    FLAGS("Active", "0"),
    FLAGS("Obsolete", "1"),
    "Client IS NULL",
    "Active IS NULL AND Name LIKE '%x'",
    "ResourceID = 16777217",
    "ResourceID = 16777217 OR Name LIKE 'x%'",
};

static void what_is_filtered_by_is_not_scanned_for(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(sought); i++) {
        SCOPED(buf_free) struct buf list = buf_make(PLAN_MAX);
        SCOPED(buf_free) struct buf query = buf_make(PLAN_MAX);

        read_list_plan(f, sought[i], "", &list);
        assert_sought(sought[i], buf_text(&list).data);
        read_query_plan(f, sought[i], &query);
        assert_sought(sought[i], buf_text(&query).data);
    }
}

/* The collection first, then its members in their order. */
static void members_of_one_collection_are_not_sorted(void **state)
{
    SCOPED(buf_free) struct buf plan = buf_make(PLAN_MAX);
    const char *found;

    read_members_plan(*state, &plan);
    found = buf_text(&plan).data;
    if (strstr(found, "SCAN c") || strstr(found, "SCAN d") ||
        strstr(found, "TEMP B-TREE"))
        fail_msg("%s", found);
}

static void queries_seek_more(void **state)
{
    static const char *const wheres[] = {
        "upper(Name) = \"X\"",
        "'x' = SMS_R_System.Name",
        "Name in ('a', 'b')",
        "IPAddresses in (\"10.0.0.1\", \"10.0.0.2\")",
        "SystemOUName like \"X/[A-F]%\"",
        "ResourceID in (1, '2')",
        "Client = null",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(wheres); i++) {
        SCOPED(buf_free) struct buf plan = buf_make(PLAN_MAX);

        read_query_plan(f, wheres[i], &plan);
        assert_sought(wheres[i], buf_text(&plan).data);
    }
}

/* Beside those above: what no index answers reads every row. */
static void other_conditions_are_scanned_for(void **state)
{
    static const char *const conditions[] = {
        "Name LIKE '%x'",     "Name <> 'x'",
        "NOT Name = 'x'",     "Name = 'x' OR Build = 'y'",
        "Client = 1",         "Obsolete = 0",
        "Build = 'x'",        "Name LIKE ''",
        "Name NOT LIKE 'x%'",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(conditions); i++) {
        SCOPED(buf_free) struct buf plan = buf_make(PLAN_MAX);

        read_list_plan(f, conditions[i], "", &plan);
        if (!strstr(buf_text(&plan).data, "SCAN t"))
            fail_msg("%s: %s", conditions[i], buf_text(&plan).data);
    }
}

/* Of the first page of a query of one property. */
static void read_page_plan(struct fixture *f, const char *tail,
                           struct buf *plan)
{
    OWNED(wql) wql = NULL;
    struct query_run *run = calloc(1, sizeof(*run));
    char text[512];

    snprintf(text, sizeof(text), "select Name from SMS_R_System %s", tail);
    assert_int_equal(wql_read(text_of(text), &wql, &run->problem), STATUS_OK);
    run->query = wql_query(wql);
    run->sql =
        (struct wql_sql){.sql = buf_make(PLAN_MAX), .problem = &run->problem};
    assert_int_equal(wql_resolve(&run->sql, run->query), STATUS_OK);
    run->first = wql_tables_of(&run->sql, run->query, &run->n_tables);
    run->columns[0].property = object_property_at(&class_device, "Name");
    run->n_columns = 1;
    run->limit = 100;
    assert_int_equal(query_put_page(run), STATUS_OK);
    read_plan(f, buf_text(&run->sql.sql), plan);
    buf_free(&run->sql.sql);
    free(run);
}

static void an_index_gives_the_order(void **state)
{
    static const char *const orders[] = {"", "Name", "-Name"};
    static const char *const tails[] = {
        "where Client = 1 order by Name",
        "where Client = 1 order by Name desc",
        "order by LastLogonUserName",
        "where Build = 'x' order by ADSiteName desc",
        "where Name like 'x%' order by Name",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
        SCOPED(buf_free) struct buf plan = buf_make(PLAN_MAX);

        read_list_plan(f, "", orders[i], &plan);
        assert_null(strstr(buf_text(&plan).data, "TEMP B-TREE"));
    }
    for (size_t i = 0; i < ARRAY_SIZE(tails); i++) {
        SCOPED(buf_free) struct buf plan = buf_make(PLAN_MAX);

        read_page_plan(f, tails[i], &plan);
        if (strstr(buf_text(&plan).data, "TEMP B-TREE"))
            fail_msg("%s: %s", tails[i], buf_text(&plan).data);
    }
}

/* ---- Rules ---- */

/* A change of one device asks its rules about that device alone, and about
 * what inventory and lists have of it. */
static void a_rule_about_one_device_reads_only_that(void **state)
{
    static const char *const rules[] = {
        "select * from SMS_R_System where Name like 'x%'",
        "select * from SMS_R_System where IPAddresses = '10.0.0.1' or"
        " Name = 'x'",
        "select * from SMS_R_System s join SMS_G_System_COMPUTER_SYSTEM c on"
        " c.ResourceID = s.ResourceId where c.Manufacturer = 'x'",
        "select * from SMS_R_System s left join SMS_G_System_LOGICAL_DISK d on"
        " d.ResourceID = s.ResourceId and d.DeviceID = 'C:' where"
        " d.ResourceID is null",
    };
    static struct wql_sql q;
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
        SCOPED(buf_free) struct buf plan = buf_make(PLAN_MAX);
        OWNED(wql) wql = NULL;
        struct wql_problem problem = {0};

        assert_int_equal(wql_read(text_of(rules[i]), &wql, &problem),
                         STATUS_OK);
        q = (struct wql_sql){
            .sql = buf_make(PLAN_MAX), .is_rule = true, .problem = &problem};
        if (wql_resolve(&q, wql_query(wql)) != STATUS_OK)
            fail_msg("%s", problem.why);
        assert_int_equal(wql_put_found(&q, wql_query(wql), WQL_FOUND_ONE),
                         STATUS_OK);
        read_plan(f, buf_text(&q.sql), &plan);
        if (strstr(buf_text(&plan).data, "SCAN t") ||
            strstr(buf_text(&plan).data, "MATERIALIZE") ||
            strstr(buf_text(&plan).data, "AUTOMATIC"))
            fail_msg("%s: %s", rules[i], buf_text(&plan).data);
        buf_free(&q.sql);
    }
}

/* ---- Entries ---- */

static int64_t n_entries(struct fixture *f, const char *value)
{
    int64_t n;

    assert_int_equal(
        store_int_with(f->store,
                       "SELECT count(*) FROM device_by_IPAddresses WHERE"
                       " ?1 = '' OR value = ?1",
                       STORE_ARGS(STORE_TEXT(text_of(value))), &n),
        STATUS_OK);
    return n;
}

static void entries_follow_their_list(void **state)
{
    struct fixture *f = *state;
    char key[32];

    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_R_System", "ResourceID",
                         "{'Name':'a','IPAddresses':['10.0.0.1',"
                         "'10.0.0.2','10.0.0.1']}"));

    assert_int_equal(n_entries(f, ""), 2);
    assert_int_equal(act_update(f, "full", "SMS_R_System", key,
                                "{'IPAddresses':['10.0.0.2','FE80::1']}"),
                     STATUS_OK);
    assert_int_equal(n_entries(f, ""), 2);
    assert_int_equal(n_entries(f, "10.0.0.1"), 0);
    assert_int_equal(n_entries(f, "fe80::1"), 1);
    assert_int_equal(act_update(f, "full", "SMS_R_System", key, "{'Name':'b'}"),
                     STATUS_OK);
    assert_int_equal(n_entries(f, ""), 2);
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", key, "{'IPAddresses':null}"),
        STATUS_OK);
    assert_int_equal(n_entries(f, ""), 0);
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", key, "{'IPAddresses':['x']}"),
        STATUS_OK);
    assert_int_equal(n_entries(f, "X"), 1);
    assert_int_equal(act_delete(f, "full", "SMS_R_System", key), STATUS_OK);
    assert_int_equal(n_entries(f, ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(what_is_filtered_by_is_not_scanned_for),
        WITH_SITE(queries_seek_more),
        WITH_SITE(members_of_one_collection_are_not_sorted),
        WITH_SITE(other_conditions_are_scanned_for),
        WITH_SITE(an_index_gives_the_order),
        WITH_SITE(a_rule_about_one_device_reads_only_that),
        WITH_SITE(entries_follow_their_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
