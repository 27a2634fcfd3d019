/*
 * What a list, query or watch costs does not depend on devices that its caller
 * may not read (T60): counted in the steps of SQLite's machine, not in time.
 *
 * Two sites have the same visible devices; one has hidden ones beside them,
 * with the same names and values. With few visible devices the steps are the
 * same. As if the site were large (SMS_MUTANT), indexes are walked: then hidden
 * devices cost a bounded number of steps each.
 */
#include "tests/unit/object/site_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/store/store_private.h"

enum { N_VISIBLE = 10, N_HIDDEN = 150, STEPS_OF_A_HIDDEN_ROW = 60 };

struct sites {
    struct fixture *plain;
    struct fixture *twin;
};

static void add_visible(struct fixture *f, int from, int until)
{
    for (int i = from; i < until; i++) {
        char key[32];
        char name[32];
        char json[256];

        snprintf(name, sizeof(name), "d%d", i);
        snprintf(key, sizeof(key), "%s", make_member(f, name, "P0100014"));
        snprintf(json, sizeof(json),
                 "{'ADSiteName':'Leeds','LastLogonUserName':%s,'Client':%d,"
                 "'SystemOUName':['N/WS']}",
                 i % 3 ? "'ann'" : "null", i % 2);
        assert_int_equal(act_update(f, "full", "SMS_R_System", key, json),
                         STATUS_OK);
    }
}

static void add_hidden(struct fixture *f)
{
    SCOPED(buf_free) struct buf rows = buf_make(64 * 1024);

    for (int i = 0; i < N_HIDDEN; i++)
        buf_append_format(&rows,
                          "%s{'Name':'d%d','ADSiteName':'Leeds',"
                          "'LastLogonUserName':'ann','Client':%d,"
                          "'SystemOUName':['N/WS'],"
                          "'SMSUniqueIdentifier':'GUID:%d'}",
                          i ? "," : "[", i % N_VISIBLE, i % 2, i);
    buf_append(&rows, "]", 2);
    assert_int_equal(buf_status(&rows), STATUS_OK);
    assert_int_equal(act_import(f, "full", "SMS_R_System",
                                "SMSUniqueIdentifier", buf_text(&rows).data),
                     STATUS_OK);
}

/* Rows of inventory of every device there is, all of one model. */
static void add_printers(struct fixture *f)
{
    SCOPED(buf_free) struct buf rows = buf_make(64 * 1024);
    const char *load =
        "{'Text':'version: 1\\nclasses:\\n  - name: SMS_G_System_PRINTER\\n"
        "    key: [ID]\\n    properties: {ID: string, Model: {index: true}}"
        "\\n'}";
    const struct object_list all = {.limit = OBJECT_LIST_MAX};

    assert_int_equal(
        act_invoke(f, "full", "SMS_InventoryClass", NULL, "Load", load),
        STATUS_OK);
    assert_int_equal(act_list(f, "full", "SMS_R_System", &all), STATUS_OK);
    for (size_t i = 0; i < n_items(f); i++)
        buf_append_format(
            &rows, "%s{'ResourceID':%lld,'ID':'p','Model':'M'}", i ? "," : "[",
            (long long)json_integer_value(json_object_get(
                json_array_get(json_object_get(f->result, "items"), i),
                "ResourceID")));
    buf_append(&rows, "]", 2);
    assert_int_equal(buf_status(&rows), STATUS_OK);
    assert_int_equal(act_import(f, "full", "SMS_G_System_PRINTER", NULL,
                                buf_text(&rows).data),
                     STATUS_OK);
}

static int open_sites(void **state)
{
    struct sites *sites = calloc(1, sizeof(*sites));
    void *opened[2] = {NULL, NULL};

    if (!sites || fixture_open(&opened[0]) != 0 ||
        fixture_open(&opened[1]) != 0)
        return -1;
    *sites = (struct sites){opened[0], opened[1]};
    add_visible(sites->plain, 0, N_VISIBLE);
    add_visible(sites->twin, 0, N_VISIBLE / 2);
    add_hidden(sites->twin);
    add_visible(sites->twin, N_VISIBLE / 2, N_VISIBLE);
    add_printers(sites->plain);
    add_printers(sites->twin);
    *state = sites;
    return 0;
}

static int close_sites(void **state)
{
    struct sites *sites = *state;
    void *opened[2] = {sites->plain, sites->twin};

    free(sites);
    return fixture_close(&opened[0]) | fixture_close(&opened[1]);
}

/* ---- Steps ---- */

static int64_t take_steps(struct fixture *f)
{
    int64_t n = 0;

    for (sqlite3_stmt *s = NULL; (s = sqlite3_next_stmt(f->store->db, s));)
        n += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
    return n;
}

/* The second time: all statements are prepared, and what SQLite remembers of
 * the first is the same everywhere. */
static int64_t list_steps(struct fixture *f, const char *class_name,
                          const struct object_list *list)
{
    for (int i = 0; i < 2; i++) {
        (void)take_steps(f);
        assert_int_equal(act_list(f, "analyst", class_name, list), STATUS_OK);
    }
    return take_steps(f);
}

static int64_t watch_steps(struct fixture *f, const char *class_name,
                           const char *filter)
{
    for (int i = 0; i < 2; i++) {
        OWNED(watch) watch = NULL;

        (void)take_steps(f);
        assert_int_equal(act_watch(f, "analyst", class_name, filter, &watch),
                         STATUS_OK);
    }
    return take_steps(f);
}

static int64_t query_steps(struct fixture *f, const char *wql)
{
    for (int i = 0; i < 2; i++) {
        (void)take_steps(f);
        assert_int_equal(
            act_query(f, "analyst",
                      &(struct object_query){.wql = text_of(wql), .limit = 5}),
            STATUS_OK);
    }
    return take_steps(f);
}

static void compare(const char *question, int64_t plain, int64_t twin)
{
    const int64_t room =
        MUTANT("start-large") ? N_HIDDEN * STEPS_OF_A_HIDDEN_ROW : 0;

    if (twin > plain + room || (!room && twin != plain))
        fail_msg("%s: %lld steps without and %lld with hidden devices",
                 question, (long long)plain, (long long)twin);
    print_message("# %s: %lld and %lld steps\n", question, (long long)plain,
                  (long long)twin);
}

/* ---- Questions ---- */

static const char *const filters[] = {
    "",
    "Name = 'd3'",
    "Name LIKE 'd%'",
    "Name = 'd1' OR Name = 'd7'",
    "ADSiteName = 'Leeds'",
    "SystemOUName = 'N/WS'",
    "Client = 0",
    "Client = 1",
    "LastLogonUserName IS NULL",
};

static void lists_cost_the_same(void **state)
{
    static const char *const orders[] = {"", "Name", "-ADSiteName", "Client",
                                         "-LastLogonUserName"};
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(filters); i++)
        for (size_t j = 0; j < ARRAY_SIZE(orders); j++) {
            const struct object_list list = {.filter = text_of(filters[i]),
                                             .order = text_of(orders[j]),
                                             .limit = 5,
                                             .count = true};
            char question[128];

            snprintf(question, sizeof(question), "%s by %s", filters[i],
                     orders[j]);
            compare(question, list_steps(sites->plain, "SMS_R_System", &list),
                    list_steps(sites->twin, "SMS_R_System", &list));
        }
}

#define SYSTEM    "SMS_G_System_COMPUTER_SYSTEM"
#define ON        " on d.ResourceID = r.ResourceID"
#define JOINED    "select r.Name from SMS_R_System r"
#define ON_DEVICE "join " SYSTEM " d" ON

static void queries_cost_the_same(void **state)
{
    static const char *const wqls[] = {
        "select Name from SMS_R_System where Name like 'd%'",
        "select Name from SMS_R_System where ADSiteName = 'Leeds'",
        "select Name from SMS_R_System order by Name desc",
        "select Name from SMS_R_System where Client = 0 order by ADSiteName",
        "select distinct ADSiteName from SMS_R_System",
        "select count(*) from SMS_R_System where IPAddresses = 'x'",
        "select count(*) from SMS_R_System where SystemOUName = 'N/WS'",
        JOINED " inner " ON_DEVICE " where r.ADSiteName = 'Leeds'",
        JOINED " left " ON_DEVICE " where r.ADSiteName = 'Leeds'",
        JOINED " full " ON_DEVICE " where r.Name = 'd3'",
        "select r.Name from SMS_R_System r inner join"
        " SMS_FullCollectionMembership d" ON " where r.ADSiteName = 'Leeds'",
        "select r.Name from SMS_R_System r inner join SMS_R_System d" ON
        " where d.ADSiteName = 'Leeds'",
        "select d.Model from " SYSTEM " d inner join SMS_R_System r" ON
        " where r.LastLogonUserName = 'ann'",
    };
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(wqls); i++)
        compare(wqls[i], query_steps(sites->plain, wqls[i]),
                query_steps(sites->twin, wqls[i]));
}

static void watches_cost_the_same(void **state)
{
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(filters); i++)
        compare(filters[i],
                watch_steps(sites->plain, "SMS_R_System", filters[i]),
                watch_steps(sites->twin, "SMS_R_System", filters[i]));
}

#define PRINTER "SMS_G_System_PRINTER"

/* What inventory is sought by, and all of it. */
static void inventory_costs_the_same(void **state)
{
    static const char *const models[] = {"", "Model = 'M'", "Model LIKE 'm%'",
                                         "Model = 'M' AND ID = 'x'"};
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(models); i++) {
        const struct object_list list = {
            .filter = text_of(models[i]), .limit = 5, .count = true};

        compare(models[i], list_steps(sites->plain, PRINTER, &list),
                list_steps(sites->twin, PRINTER, &list));
        compare(models[i], watch_steps(sites->plain, PRINTER, models[i]),
                watch_steps(sites->twin, PRINTER, models[i]));
    }
}

#define OF_PRINTERS PRINTER " p on p.ResourceID = s.ResourceID"

static void joins_cost_the_same(void **state)
{
    static const char *const wqls[] = {
        "select s.Name from SMS_R_System s inner join " OF_PRINTERS,
        "select s.Name from SMS_R_System s inner join " OF_PRINTERS
        " where s.ADSiteName = 'Leeds'",
        "select s.Name from SMS_R_System s inner join " OF_PRINTERS
        " where p.Model = 'M'",
        "select s.Name from SMS_R_System s left join " OF_PRINTERS
        " where s.ADSiteName = 'Leeds'",
        "select s.Name from SMS_R_System s left join " OF_PRINTERS
        " and p.Model = s.ADSiteName",
        "select s.Name from SMS_R_System s right join " OF_PRINTERS
        " where s.ADSiteName = 'Leeds'",
        "select s.Name from SMS_R_System s full join " OF_PRINTERS
        " where p.Model = 'M'",
        "select p.ID from " PRINTER " p inner join SMS_R_System s on"
        " s.ResourceID = p.ResourceID where s.Name = 'd3'",
        "select a.Name from SMS_R_System a inner join SMS_R_System b on"
        " a.ResourceID = b.ResourceID where b.ADSiteName = 'Leeds'",
        "select a.Name from SMS_R_System a inner join SMS_R_System b on"
        " a.ADSiteName = b.ADSiteName",
        "select a.Name from SMS_R_System a left join SMS_R_System b on"
        " b.Name = a.Name",
        "select s.Name from SMS_R_System s inner join " PRINTER " p on"
        " p.Model = s.Name",
        "select s.Name from SMS_R_System s inner join " OF_PRINTERS
        " inner join SMS_R_System b on b.LastLogonUserName ="
        " s.LastLogonUserName and b.Name = p.ID",
        "select distinct s.ADSiteName from SMS_R_System s inner"
        " join " OF_PRINTERS,
        "select count(*) from SMS_R_System s inner join " OF_PRINTERS
        " where s.SystemOUName = 'N/WS'",
        "select s.Name from SMS_R_System s inner join"
        " SMS_FullCollectionMembership m on m.ResourceID = s.ResourceID"
        " where s.ADSiteName = 'Leeds' and m.CollectionID = 'P0100014'",
        "select Name from SMS_R_System where ResourceID in (select ResourceID"
        " from " PRINTER " where Model = 'M')",
        "select Name from SMS_R_System where ResourceID in (select s.ResourceID"
        " from SMS_R_System s inner join " OF_PRINTERS " where p.Model = 'M')",
    };
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(wqls); i++)
        compare(wqls[i], query_steps(sites->plain, wqls[i]),
                query_steps(sites->twin, wqls[i]));
}

#define MEMBERS "SMS_FullCollectionMembership"

/* Members of collections: hidden ones are many, in collections that are hidden
 * and in such as are not. */
static void members_cost_the_same(void **state)
{
    static const char *const of[] = {"",
                                     "CollectionID = 'P0100014'",
                                     "CollectionID = 'SMS00001'",
                                     "CollectionID LIKE 'P01%'",
                                     "ResourceID = 16777217",
                                     "ResourceID = 16999999",
                                     "Name = 'd3'"};
    static const char *const wqls[] = {
        "select * from " MEMBERS,
        "select count(*) from " MEMBERS " where ResourceID = 16777217",
        "select Name from SMS_R_System where ResourceID in (select ResourceID"
        " from " MEMBERS " where CollectionID = 'P0100014')",
        "select c.Name from SMS_Collection c inner join " MEMBERS " m on"
        " m.CollectionID = c.CollectionID where m.ResourceID = 16777217",
        "select m.Name from " MEMBERS " m full join SMS_Collection c on"
        " m.CollectionID = c.CollectionID",
    };
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
        const struct object_list list = {
            .filter = text_of(of[i]), .limit = 5, .count = true};

        compare(of[i], list_steps(sites->plain, MEMBERS, &list),
                list_steps(sites->twin, MEMBERS, &list));
    }
    for (size_t i = 0; i < ARRAY_SIZE(wqls); i++)
        compare(wqls[i], query_steps(sites->plain, wqls[i]),
                query_steps(sites->twin, wqls[i]));
}

/* ---- Pages ---- */

static int64_t first_page_steps(struct fixture *f, const char *filter)
{
    const struct object_list list = {.filter = text_of(filter), .limit = 5};

    for (int i = 0; i < 2; i++) {
        take_steps(f);
        assert_int_equal(act_list(f, "full", MEMBERS, &list), STATUS_OK);
        assert_int_equal(n_items(f), 5);
    }
    return take_steps(f);
}

/* It does not read, and sort, all members of all collections. */
static void a_page_of_members_costs_what_it_answers(void **state)
{
    static const char *const of[] = {"", "Name LIKE '%d%'"};
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(of); i++)
        assert_int_equal(first_page_steps(sites->plain, of[i]),
                         first_page_steps(sites->twin, of[i]));
}

static int64_t first_rows_steps(struct fixture *f, const char *wql)
{
    for (int i = 0; i < 2; i++) {
        take_steps(f);
        assert_int_equal(
            act_query(f, "full",
                      &(struct object_query){.wql = text_of(wql), .limit = 5}),
            STATUS_OK);
    }
    return take_steps(f);
}

static void nor_does_a_query_read_more(void **state)
{
    static const char *const wqls[] = {
        "select * from " MEMBERS,
        "select Name from " MEMBERS " where Name like '%d%'",
        "select count(*) from " MEMBERS,
    };
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(wqls); i++)
        assert_int_equal(first_rows_steps(sites->plain, wqls[i]),
                         first_rows_steps(sites->twin, wqls[i]));
}

/* Each is behind the last one; gives the next place, or "". */
static size_t look_at_page(struct fixture *f, bool is_down, char after[64],
                           char last[64])
{
    const size_t n = n_items(f);
    const char *next;

    for (size_t i = 0; i < n; i++) {
        const char *key = json_string_value(json_object_get(
            json_array_get(json_object_get(f->result, "items"), i),
            "MembershipKey"));

        if (last[0])
            assert_true(is_down ? strcmp(key, last) < 0
                                : strcmp(key, last) > 0);
        snprintf(last, 64, "%s", key);
    }
    next = json_string_value(json_object_get(f->result, "next"));
    snprintf(after, 64, "%s", next ? next : "");
    return n;
}

/* All keys of a query, page by page, as a list has them. */
static void queries_page_as_lists_do(void **state)
{
    static const char *const wqls[] = {"select MembershipKey from " MEMBERS,
                                       "select MembershipKey from " MEMBERS
                                       " order by MembershipKey desc"};
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(wqls); i++) {
        char after[64] = "";
        char last[64] = "";
        size_t n = 0;

        do {
            const struct object_query query = {
                .wql = text_of(wqls[i]), .limit = 7, .after = text_of(after)};

            assert_int_equal(act_query(sites->twin, "full", &query), STATUS_OK);
            n += look_at_page(sites->twin, i == 1, after, last);
        } while (after[0]);
        assert_int_equal(
            act_query(sites->twin, "full",
                      &(struct object_query){
                          .wql = TEXT("select count(*) from " MEMBERS)}),
            STATUS_OK);
        assert_int_equal(
            n, json_integer_value(json_object_get(
                   json_array_get(json_object_get(sites->twin->result, "items"),
                                  0),
                   "Count")));
    }
}

enum { MEMBER_PAGE = 7 };

static size_t read_members(struct fixture *f, struct object_list list,
                           char after[64], char last[64])
{
    list.limit = MEMBER_PAGE;
    list.after = text_of(after);
    assert_int_equal(act_list(f, "full", MEMBERS, &list), STATUS_OK);
    return look_at_page(f, list.order.size && list.order.data[0] == '-', after,
                        last);
}

/* Pages have as many as are counted. */
static void look_at_members(struct fixture *f, struct object_list list)
{
    char after[64] = "";
    char last[64] = "";
    size_t n = 0;

    do
        n += read_members(f, list, after, last);
    while (after[0]);
    list.limit = 1;
    list.count = true;
    assert_int_equal(act_list(f, "full", MEMBERS, &list), STATUS_OK);
    assert_int_equal(n,
                     json_integer_value(json_object_get(f->result, "count")));
    assert_true(n > MEMBER_PAGE);
}

static void pages_of_members_are_in_order(void **state)
{
    static const char *const orders[] = {"", "MembershipKey", "-MembershipKey"};
    static const char *const of[] = {"", "Name = 'd3'", "IsClient = 1",
                                     "CollectionID = 'SMS00001'"};
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(orders); i++)
        for (size_t j = 0; j < ARRAY_SIZE(of); j++)
            look_at_members(sites->twin,
                            (struct object_list){.order = text_of(orders[i]),
                                                 .filter = text_of(of[j])});
}

/* Whatever its collection holds meanwhile, or if it is gone. */
static void a_place_among_members_stays(void **state)
{
    static const char *const places[] = {"P0100014.1", "P0100014.16777217",
                                         "P0.99", "SMS00001.99999999999",
                                         "\xff.1"};
    static const char *const none[] = {"P0100014", ".5", "P0100014.x", "."};
    const struct sites *sites = *state;

    for (size_t i = 0; i < ARRAY_SIZE(places); i++)
        assert_int_equal(
            act_list(sites->twin, "full", MEMBERS,
                     &(struct object_list){.after = text_of(places[i])}),
            STATUS_OK);
    for (size_t i = 0; i < ARRAY_SIZE(none); i++)
        assert_int_equal(
            act_list(sites->twin, "full", MEMBERS,
                     &(struct object_list){.after = text_of(none[i])}),
            STATUS_INVALID);
}

enum { PER_DEVICE = 3, PER_PAGE = 4 };

static void add_rows_of(struct fixture *f, const char *key)
{
    char json[128];

    for (int i = 1; i < PER_DEVICE; i++) {
        snprintf(json, sizeof(json), "{'ResourceID':%s,'ID':'%d','Model':'M'}",
                 key, i);
        assert_int_equal(act_create(f, "full", PRINTER, json), STATUS_OK);
    }
}

/* Reads a page after a place; gives the next place, or "". */
static size_t read_page(struct fixture *f, const char *order, char after[64],
                        int64_t *last)
{
    const bool is_down = order[0] == '-';
    const struct object_list list = {.filter = TEXT("Model = 'M'"),
                                     .order = text_of(order),
                                     .limit = PER_PAGE,
                                     .after = text_of(after)};
    const char *next;
    size_t n;

    assert_int_equal(act_list(f, "analyst", PRINTER, &list), STATUS_OK);
    n = n_items(f);
    for (size_t i = 0; i < n; i++) {
        const int64_t key = json_integer_value(json_object_get(
            json_array_get(json_object_get(f->result, "items"), i),
            "InstanceKey"));

        assert_true(is_down ? key < *last : key > *last);
        *last = key;
    }
    next = json_string_value(json_object_get(f->result, "next"));
    snprintf(after, 64, "%s", next ? next : "");
    return n;
}

/* Several rows of one device stand in the order of their keys, though they are
 * read device by device. */
static void pages_of_inventory_are_in_order(void **state)
{
    static const char *const orders[] = {"", "InstanceKey", "-InstanceKey",
                                         "Model", "-Model"};
    const struct sites *sites = *state;
    struct fixture *f = sites->twin;
    char keys[N_VISIBLE][32];

    assert_int_equal(act_list(f, "analyst", "SMS_R_System",
                              &(struct object_list){.limit = N_VISIBLE}),
                     STATUS_OK);
    for (size_t i = 0; i < N_VISIBLE; i++)
        snprintf(keys[i], sizeof(keys[i]), "%lld",
                 (long long)json_integer_value(json_object_get(
                     json_array_get(json_object_get(f->result, "items"), i),
                     "ResourceID")));
    for (size_t i = N_VISIBLE; i-- > 0;)
        add_rows_of(f, keys[i]);
    for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
        int64_t last = orders[i][0] == '-' ? INT64_MAX : 0;
        char after[64] = "";
        size_t n = 0;

        do
            n += read_page(f, orders[i], after, &last);
        while (after[0]);
        assert_int_equal(n, N_VISIBLE * PER_DEVICE);
    }
}

enum { N_HIDDEN_COLLECTIONS = 20 };

/* Collections that hold what is visible, and are hidden themselves. */
static void add_hidden_collections(struct fixture *f)
{
    for (int i = 0; i < N_HIDDEN_COLLECTIONS; i++) {
        char key[16];
        char json[96];

        snprintf(json, sizeof(json),
                 "{'Name':'h%d','LimitToCollectionID':'SMS00001'}", i);
        assert_int_equal(act_create(f, "full", "SMS_Collection", json),
                         STATUS_OK);
        snprintf(key, sizeof(key), "P01000%02X", 0x16 + i);
        assert_int_equal(act_invoke(f, "full", "SMS_Collection", key,
                                    "AddMembershipRule",
                                    "{'CollectionRule':{'IncludeCollectionID':"
                                    "'P0100014'}}"),
                         STATUS_OK);
    }
}

/* Not a step for each of them. The last test: the sites differ in more from
 * here on. */
static void members_cost_the_same_in_hidden_collections(void **state)
{
    static const char *const wqls[] = {
        "select r.Name, m.CollectionID from SMS_R_System r inner join " MEMBERS
        " m on m.ResourceID = r.ResourceID",
        "select r.Name, m.CollectionID from SMS_R_System r left join " MEMBERS
        " m on m.ResourceID = r.ResourceID where r.ADSiteName = 'Leeds'",
        "select r.Name from " MEMBERS " m inner join SMS_R_System r"
        " on m.ResourceID = r.ResourceID where m.CollectionID = 'P0100014'",
    };
    const struct sites *sites = *state;

    if (MUTANT("start-large"))
        return; /* who sees much reaches members by their devices */
    add_hidden_collections(sites->twin);
    for (size_t i = 0; i < ARRAY_SIZE(wqls); i++)
        assert_in_range(query_steps(sites->twin, wqls[i]), 1,
                        query_steps(sites->plain, wqls[i]) +
                            N_HIDDEN_COLLECTIONS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_cost_the_same),
        cmocka_unit_test(queries_cost_the_same),
        cmocka_unit_test(watches_cost_the_same),
        cmocka_unit_test(inventory_costs_the_same),
        cmocka_unit_test(joins_cost_the_same),
        cmocka_unit_test(members_cost_the_same),
        cmocka_unit_test(pages_of_inventory_are_in_order),
        cmocka_unit_test(a_page_of_members_costs_what_it_answers),
        cmocka_unit_test(nor_does_a_query_read_more),
        cmocka_unit_test(queries_page_as_lists_do),
        cmocka_unit_test(pages_of_members_are_in_order),
        cmocka_unit_test(a_place_among_members_stays),
        cmocka_unit_test(members_cost_the_same_in_hidden_collections),
    };

    return cmocka_run_group_tests(tests, open_sites, close_sites);
}
