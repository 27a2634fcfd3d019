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
}

static const char *text_of_plan(struct buf *plan)
{
    buf_append_char(plan, '\0');
    return buf_text(plan).data;
}

static struct order order_of(const char *name)
{
    const bool is_descending = name[0] == '-';

    if (!name[0])
        return (struct order){0};
    return (struct order){.property =
                              &class_device.properties[object_property_at(
                                  &class_device, name + is_descending)],
                          .is_descending = is_descending};
}

/* Of all parts of a page of a list; order "" is by key. */
static void read_page_plans(struct fixture *f, const char *filter,
                            struct order order, struct place place,
                            struct buf *plan)
{
    struct object_call call = {.store = f->store, .class = &class_device};
    const struct object_list list = {.filter = text_of(filter)};
    struct page page = {
        .call = &call, .list = &list, .order = order, .place = place};
    struct order_parts parts;

    assert_int_equal(
        filter_read(&class_device, list.filter, PARAMETER_FILTER, &page.filter),
        STATUS_OK);
    page.start = page.filter.sought.size ? START_SOUGHT
                 : order.property        ? START_WALKED
                                         : START_ROWS;
    parts = order_parts(&order, &place, page.start == START_WALKED);
    for (size_t i = 0; i < parts.n; i++) {
        SCOPED(buf_free) struct buf sql = buf_make(PLAN_MAX);

        list_put_page(&page, &parts.of[i], &sql);
        read_plan(f, buf_text(&sql), plan);
    }
    filter_clear(&page.filter);
}

static void read_list_plan(struct fixture *f, const char *filter,
                           const char *order, struct buf *plan)
{
    read_page_plans(f, filter, order_of(order), (struct place){0}, plan);
}

static void read_members_plan(struct fixture *f, struct buf *plan)
{
    SCOPED(buf_free) struct buf sql = buf_make(PLAN_MAX);
    struct object_call call = {.store = f->store,
                               .class = &class_collection_member};
    const struct object_list list = {.collection = TEXT("P0100014")};
    struct page page = {.call = &call, .list = &list, .set = 1};

    list_put_page(&page, &(struct order_part){.range = ORDER_ALL}, &sql);
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
        assert_sought(sought[i], text_of_plan(&list));
        read_query_plan(f, sought[i], &query);
        assert_sought(sought[i], text_of_plan(&query));
    }
}

/* The collection first, then its members in their order. */
static void members_of_one_collection_are_not_sorted(void **state)
{
    SCOPED(buf_free) struct buf plan = buf_make(PLAN_MAX);
    const char *found;

    read_members_plan(*state, &plan);
    found = text_of_plan(&plan);
    if (strstr(found, "SCAN c") || strstr(found, "SCAN d") ||
        strstr(found, "TEMP B-TREE"))
        fail_msg("%s", found);
}

/* ---- Inventory ---- */

static void describe(struct fixture *f, const char *yaml)
{
    SCOPED(buf_free) struct buf json = buf_make(1024);

    buf_append_format(&json, "{'Text':'version: 1\\nclasses:\\n%s'}", yaml);
    buf_append_char(&json, '\0');
    assert_int_equal(act_invoke(f, "full", "SMS_InventoryClass", NULL, "Load",
                                buf_text(&json).data),
                     STATUS_OK);
}

/* As the site itself runs a rule over all devices. */
static void read_rule_plan(struct fixture *f, const char *from,
                           const char *where, struct buf *plan)
{
    static struct wql_sql q;
    OWNED(wql) wql = NULL;
    struct wql_problem problem;
    char text[512];

    snprintf(text, sizeof(text), "select * from %s where %s", from, where);
    assert_int_equal(wql_read(text_of(text), &wql, &problem), STATUS_OK);
    q = (struct wql_sql){
        .sql = buf_make(PLAN_MAX), .problem = &problem, .is_rule = true};
    assert_int_equal(wql_resolve(&q, wql_query(wql)), STATUS_OK);
    assert_int_equal(wql_put_found(&q, wql_query(wql), WQL_FOUND_ALL),
                     STATUS_OK);
    read_plan(f, buf_text(&q.sql), plan);
    buf_free(&q.sql);
}

static bool scans_printers(struct fixture *f, const char *where)
{
    SCOPED(buf_free) struct buf plan = buf_make(PLAN_MAX);

    read_rule_plan(f,
                   "SMS_R_System inner join SMS_G_System_PRINTER as p"
                   " on p.ResourceID = SMS_R_System.ResourceID",
                   where, &plan);
    return strstr(text_of_plan(&plan), "SCAN") != NULL;
}

/* An index that a description declares serves joins of rules: with the class,
 * or later. */
static void what_a_description_indexes_is_not_scanned_for(void **state)
{
    static const char *const by_model[] = {
        "p.Model = 'x'", "p.Model like 'x%'", "p.Model in ('x', 'y')",
        "p.Model = 'x' and SMS_R_System.Name like '%y'"};
    struct fixture *f = *state;

    describe(f, "  - name: SMS_G_System_PRINTER\\n    key: [ID]\\n"
                "    properties: {ID: string, Model: {index: true},"
                " Place: string}\\n");
    for (size_t i = 0; i < ARRAY_SIZE(by_model); i++)
        assert_false(scans_printers(f, by_model[i]));
    assert_true(scans_printers(f, "p.Place = 'x'"));
    describe(f, "  - name: SMS_G_System_PRINTER\\n"
                "    properties: {Place: {index: true}}\\n");
    assert_false(scans_printers(f, "p.Place = 'x'"));
    assert_false(scans_printers(f, "p.Model = 'x'"));
}

/* The table of entries says whose an entry is: no row of a device is read. */
static void a_rule_about_one_entry_reads_entries_alone(void **state)
{
    static const char *const wheres[] = {"SystemOUName = 'x'",
                                         "'10.0.0.1' = IPAddresses",
                                         "SMS_R_System.MACAddresses = 'x'"};

    for (size_t i = 0; i < ARRAY_SIZE(wheres); i++) {
        SCOPED(buf_free) struct buf plan = buf_make(PLAN_MAX);
        const char *found;

        read_rule_plan(*state, "SMS_R_System", wheres[i], &plan);
        found = text_of_plan(&plan);
        if (!strstr(found, "SEARCH e") || strstr(found, " t") ||
            strstr(found, "SCAN"))
            fail_msg("%s: %s", wheres[i], found);
    }
}

static void a_name_for_a_key_is_not_scanned_for(void **state)
{
    SCOPED(buf_free) struct buf plan = buf_make(PLAN_MAX);
    const struct class_sql *sql = object_class_sql(&class_device);

    assert_non_null(sql);
    read_plan(*state, text_of(sql->by_name), &plan);
    assert_sought(sql->by_name, text_of_plan(&plan));
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
        assert_sought(wheres[i], text_of_plan(&plan));
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
        if (!strstr(text_of_plan(&plan), "SCAN t"))
            fail_msg("%s: %s", conditions[i], text_of_plan(&plan));
    }
}

/* Of all parts of a page of a query. */
static void read_query_plans(struct fixture *f, const char *tail,
                             struct order order, struct place place,
                             struct buf *plan)
{
    const struct order_parts parts = order_parts(&order, &place, true);
    OWNED(wql) wql = NULL;
    struct query_run *run = calloc(1, sizeof(*run));
    char text[512];

    snprintf(text, sizeof(text), "select Name from SMS_R_System %s", tail);
    assert_int_equal(wql_read(text_of(text), &wql, &run->problem), STATUS_OK);
    run->query = wql_query(wql);
    run->sql = (struct wql_sql){.sql = buf_make(PLAN_MAX),
                                .problem = &run->problem,
                                .paged = run->query,
                                .start = START_WALKED,
                                .has_start = true};
    assert_int_equal(wql_resolve(&run->sql, run->query), STATUS_OK);
    run->first = wql_tables_of(&run->sql, run->query, &run->n_tables);
    run->columns[0].property = object_property_at(&class_device, "Name");
    run->n_columns = 1;
    run->is_keyed = true;
    run->order = order;
    run->place = place;
    for (size_t i = 0; i < parts.n; i++) {
        wql_begin(&run->sql);
        assert_int_equal(query_put_page(run, &parts.of[i], 100), STATUS_OK);
        read_plan(f, buf_text(&run->sql.sql), plan);
    }
    buf_free(&run->sql.sql);
    free(run);
}

static void assert_unsorted(const char *what, struct buf *plan)
{
    if (strstr(text_of_plan(plan), "TEMP B-TREE"))
        fail_msg("%s: %s", what, text_of_plan(plan));
}

/* After a null, after each number of a flag, and after a text. */
static const struct place places[] = {
    {0},
    {.is_set = true, .is_null = true, .key = {"16777217", 8}},
    {.is_set = true, .key = {"16777217", 8}, .text = {"x", 1}},
    {.is_set = true, .key = {"16777217", 8}, .text = {"1", 1}, .integer = 1},
};

static void check_order(struct fixture *f, struct order order)
{
    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        SCOPED(buf_free) struct buf list = buf_make(PLAN_MAX);
        SCOPED(buf_free) struct buf query = buf_make(PLAN_MAX);
        char tail[128];

        read_page_plans(f, "", order, places[i], &list);
        assert_unsorted(order.property->name, &list);
        read_page_plans(f, "Build = 'x'", order, places[i], &list);
        assert_unsorted(order.property->name, &list);
        snprintf(tail, sizeof(tail), "where Build = 'x' order by %s%s",
                 order.property->name, order.is_descending ? " desc" : "");
        read_query_plans(f, tail, order, places[i], &query);
        assert_unsorted(tail, &query);
    }
}

/* Of lists and queries, for each property that is sought and can be sorted
 * by. */
static void an_index_gives_the_order(void **state)
{
    struct fixture *f = *state;
    size_t n = 0;

    for (size_t i = 0; i < class_device.n_properties; i++) {
        const struct object_property *p = &class_device.properties[i];

        if (!(p->flags & OBJECT_SOUGHT) || !object_property_has_order(p))
            continue;
        assert_true(order_is_indexed(&(struct order){.property = p}));
        check_order(f, (struct order){p, false});
        check_order(f, (struct order){p, true});
        n++;
    }
    assert_int_equal(n, 9);
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
        if (strstr(text_of_plan(&plan), "SCAN t") ||
            strstr(text_of_plan(&plan), "MATERIALIZE") ||
            strstr(text_of_plan(&plan), "AUTOMATIC"))
            fail_msg("%s: %s", rules[i], text_of_plan(&plan));
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
        WITH_SITE(what_a_description_indexes_is_not_scanned_for),
        WITH_SITE(a_rule_about_one_entry_reads_entries_alone),
        WITH_SITE(a_name_for_a_key_is_not_scanned_for),
        WITH_SITE(queries_seek_more),
        WITH_SITE(members_of_one_collection_are_not_sorted),
        WITH_SITE(other_conditions_are_scanned_for),
        WITH_SITE(an_index_gives_the_order),
        WITH_SITE(a_rule_about_one_device_reads_only_that),
        WITH_SITE(entries_follow_their_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
