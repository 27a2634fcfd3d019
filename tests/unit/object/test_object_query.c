/* Queries in WQL: what they answer, and that what is hidden is not there. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

static enum status query(struct fixture *f, const char *user, const char *wql)
{
    return act_query(f, user, &(struct object_query){.wql = text_of(wql)});
}

/* The names that the answer holds, in its order: "a b ". */
static const char *names(struct fixture *f, const char *property)
{
    static char all[512];

    all[0] = '\0';
    for (size_t i = 0; i < n_items(f); i++) {
        strcat(all, item_text(f, i, property));
        strcat(all, " ");
    }
    return all;
}

static void assert_devices(struct fixture *f, const char *where,
                           const char *expected)
{
    char wql[1024];

    snprintf(wql, sizeof(wql), "select Name from SMS_R_System where %s", where);
    if (query(f, "full", wql) != STATUS_OK)
        fail_msg("%s: %s", wql, f->failure.why);
    if (strcmp(names(f, "Name"), expected) != 0)
        fail_msg("%s: %s, not %s", wql, names(f, "Name"), expected);
}

static void assert_refused(struct fixture *f, const char *wql, const char *why)
{
    assert_int_equal(query(f, "full", wql), STATUS_INVALID);
    assert_string_equal(f->failure.property, "wql");
    assert_string_equal(f->failure.why, why);
}

/* 16777217 to 16777220, the fifth in Servers. */
static int open_estate(void **state)
{
    const int opened = fixture_open(state);
    struct fixture *f = *state;

    if (opened != 0)
        return opened;
    make_object(f, "SMS_R_System", "ResourceID",
                "{'Name':'NWK-LT-0042','Client':1,'IsVirtualMachine':false,"
                "'SystemOUName':['NORWICK.EXAMPLE/WORKSTATIONS',"
                "'NORWICK.EXAMPLE/WORKSTATIONS/LEEDS'],"
                "'IPAddresses':['10.20.4.7','10.20.9.9'],'Obsolete':0,"
                "'AgentName':['Heartbeat Discovery','AD'],"
                "'AgentTime':['2026-10-01T08:00:00Z','2027-01-10T08:00:00Z'],"
                "'LastLogonTimestamp':'2027-01-10T08:00:00Z'}");
    make_object(f, "SMS_R_System", "ResourceID",
                "{'Name':'NWK-SRV01','Client':0,'IsVirtualMachine':true,"
                "'Obsolete':0,'OperatingSystemNameandVersion':"
                "'Microsoft Windows NT Server 10.0',"
                "'LastLogonTimestamp':'2026-10-01T08:00:00Z'}");
    make_object(f, "SMS_R_System", "ResourceID",
                "{'Name':'NWK-SRV91','Client':1,'Obsolete':0}");
    make_object(f, "SMS_R_System", "ResourceID",
                "{'Name':'nwk-srv01','Client':1,'Obsolete':1,"
                "'LastLogonUserName':'NORWICK\\\\ann'}");
    make_member(f, "web1", "P0100014");
    return 0;
}

static void selects_by_equality_and_null(void **state)
{
    struct fixture *f = *state;

    assert_devices(f, "SMS_R_System.Client = 1",
                   "NWK-LT-0042 NWK-SRV91 nwk-srv01 ");
    assert_devices(f, "Client = 0 or SMS_R_SYSTEM.Client is NULL",
                   "NWK-SRV01 web1 ");
    assert_devices(f, "Client != 1", "NWK-SRV01 "); /* not web1 (W10) */
    assert_devices(f, "Client = null", "web1 ");
    assert_devices(f, "Client <> null and not Client = 1", "NWK-SRV01 ");
    assert_devices(f,
                   "upper(Name) = \"nwk-lt-0042\" and"
                   " IsVirtualMachine = 'False'",
                   "NWK-LT-0042 ");
    assert_devices(f, "1 = Obsolete", "nwk-srv01 ");
    assert_devices(f, "Name = 'nwk-SRV01'", "NWK-SRV01 nwk-srv01 ");
    assert_devices(f, "ResourceID >= '16777220'", "nwk-srv01 web1 ");
    assert_devices(f, "16777220 > ResourceID and Name in ('web1', 'NWK-srv91')",
                   "NWK-SRV91 ");
    assert_devices(f, "LastLogonUserName = 'NORWICK\\\\ann'", "nwk-srv01 ");
}

static void matches_patterns(void **state)
{
    struct fixture *f = *state;

    assert_devices(f, "Name like \"NWK-LT-%\"", "NWK-LT-0042 ");
    assert_devices(f, "Name LIKE 'NWK-SRV__' AND Name NOT LIKE 'NWK-SRV9_'",
                   "NWK-SRV01 nwk-srv01 ");
    assert_devices(f,
                   "Name like \"NWK-[A-S]%[0-1]\" and"
                   " Name not like '%[^0-9]'",
                   "NWK-SRV01 NWK-SRV91 nwk-srv01 ");
    assert_devices(f, "Name like 'nwk-[^s]%'", "NWK-LT-0042 ");
    assert_devices(f, "ResourceID like \"%[7-8]\"", "NWK-LT-0042 NWK-SRV01 ");
    assert_devices(f, "LastLogonUserName like 'NORWICK\\\\%'", "nwk-srv01 ");
    assert_devices(f, "ClientVersion not like 'x%'", "");
    assert_devices(f, "Name like 'web[1'", "");
}

static void lists_match_by_any_entry(void **state)
{
    struct fixture *f = *state;

    assert_devices(f, "SystemOUName = \"norwick.example/workstations/leeds\"",
                   "NWK-LT-0042 ");
    assert_devices(f, "IPAddresses in (\"10.20.4.7\", \"10.20.5.0\")",
                   "NWK-LT-0042 ");
    assert_devices(f, "IPAddresses like '10.20.9.%'", "NWK-LT-0042 ");
    assert_devices(f, "IPAddresses = '10.20.5.0'", "");
    assert_devices(f, "IPAddresses != '10.20.4.7'", "NWK-LT-0042 ");
    assert_devices(f, "IPAddresses not in ('10.20.4.7', '10.20.9.9')", "");
    assert_devices(f, "IPAddresses not like '10.20.4.%'", "NWK-LT-0042 ");
    assert_devices(f, "not IPAddresses like '10.%' and Client = 1",
                   "NWK-SRV91 nwk-srv01 ");
    assert_devices(f, "substring(IPAddresses, 7, 1) = '9'", "NWK-LT-0042 ");
    assert_devices(f, "IPAddresses is not null", "NWK-LT-0042 ");
    assert_devices(f, "IPAddresses is null and Client = 0", "NWK-SRV01 ");
    assert_devices(f,
                   "AgentName = \"Heartbeat Discovery\" and"
                   " DATEADD(Day, 9, AgentTime) > GetDate()",
                   "NWK-LT-0042 ");
    assert_devices(f, "AgentTime < '2026-10-01'", "");
    assert_devices(f, "AgentTime < '2026-10-02'", "NWK-LT-0042 ");
    assert_devices(f, "IPAddresses is in ('10.20.9.9')", "NWK-LT-0042 ");
}

static void compares_times(void **state)
{
    struct fixture *f = *state; /* it is 2027-01-15 08:00 */

    assert_devices(f, "LastLogonTimestamp >= \"2027/01/01 00:00:00.000\"",
                   "NWK-LT-0042 ");
    assert_devices(f, "LastLogonTimestamp < '01/01/2027'", "NWK-SRV01 ");
    assert_devices(f, "LastLogonTimestamp <= '20270110080000.000000+000'",
                   "NWK-LT-0042 NWK-SRV01 ");
    assert_devices(f, "DATEADD(Day, 90, LastLogonTimestamp) > GetDate()",
                   "NWK-LT-0042 ");
    assert_devices(f, "DateDiff(dd, LastLogonTimestamp, GetDate()) > 30",
                   "NWK-SRV01 ");
    assert_devices(f, "DateDiff(day, LastLogonTimestamp, GetDate()) = 5",
                   "NWK-LT-0042 ");
    assert_devices(f, "datediff(mm, LastLogonTimestamp, GetDate()) = 3",
                   "NWK-SRV01 ");
    assert_devices(f, "datediff(yy, LastLogonTimestamp, GetDate()) = 1",
                   "NWK-SRV01 ");
    assert_devices(f,
                   "DATEADD(month, 2, LastLogonTimestamp) ="
                   " '2026-12-01 08:00'",
                   "NWK-SRV01 ");
    assert_devices(f,
                   "DATEPART(hh, LastLogonTimestamp) = 8 and"
                   " datepart(qq, LastLogonTimestamp) = 1",
                   "NWK-LT-0042 ");
    assert_devices(f, "SUBSTRING(Name, 1, 3) = 'web'", "web1 ");
}

static void a_month_later_is_never_beyond_its_end(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_R_System", "ResourceID",
                "{'Name':'end','LastLogonTimestamp':'2027-01-31T09:00:00Z'}");
    assert_devices(f,
                   "dateadd(mm, 1, LastLogonTimestamp) ="
                   " '2027-02-28 09:00:00'",
                   "end ");
    assert_devices(f,
                   "dateadd(yy, 1, LastLogonTimestamp) ="
                   " '2028-01-31 09:00:00'",
                   "end ");
}

static void joins_and_subselects(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(query(f, "full",
                           "select sys.ResourceID, sys.Name from SMS_R_System"
                           " as sys join SMS_FullCollectionMembership m on"
                           " m.ResourceID = sys.ResourceID where"
                           " m.CollectionID = 'p0100014'"),
                     STATUS_OK);
    assert_string_equal(names(f, "Name"), "web1 ");
    assert_devices(f,
                   "ResourceId in (select ResourceID from"
                   " SMS_CM_RES_COLL_P0100014)",
                   "web1 ");
    assert_devices(f,
                   "ResourceId in (select ResourceID from"
                   " SMS_CM_RES_COLL_SMS00001) and ResourceId not in"
                   " (select ResourceID from SMS_CM_RES_COLL_P0100014)"
                   " and Client = 1",
                   "NWK-LT-0042 NWK-SRV91 nwk-srv01 ");
    assert_int_equal(query(f, "full",
                           "select A.ResourceID,A.Name from SMS_R_System as a"
                           " full join SMS_R_System as b on b.Name = a.Name"
                           " where a.ResourceId != b.ResourceId and"
                           " a.Obsolete = 0 and b.Obsolete = 1"),
                     STATUS_OK);
    assert_string_equal(names(f, "Name"), "NWK-SRV01 ");
    assert_int_equal(query(f, "full",
                           "select s.Name from SMS_R_System s left outer join"
                           " SMS_CM_RES_COLL_P0100014 m on"
                           " m.ResourceID = s.ResourceID and m.IsDirect = 1"
                           " where m.ResourceID is null and s.Client = 1"),
                     STATUS_OK);
    assert_int_equal(n_items(f), 3);
}

static void selects_objects_of_several_classes_together(void **state)
{
    struct fixture *f = *state;
    const json_t *item;

    assert_int_equal(query(f, "full",
                           "select * from SMS_R_System as s inner join"
                           " SMS_FullCollectionMembership as m on"
                           " m.ResourceID = s.ResourceID where"
                           " m.CollectionID = 'P0100014'"),
                     STATUS_OK);
    assert_int_equal(n_items(f), 1);
    item = json_array_get(json_object_get(f->result, "items"), 0);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(item, "s"), "Name")),
        "web1");
    assert_string_equal(json_string_value(json_object_get(
                            json_object_get(item, "m"), "CollectionID")),
                        "P0100014");
}

static void counts_orders_and_makes_distinct(void **state)
{
    struct fixture *f = *state;
    const json_t *item;

    assert_int_equal(
        query(f, "full",
              "select count(*) from SMS_FullCollectionMembership where"
              " CollectionID = 'SMS00001'"),
        STATUS_OK);
    item = json_array_get(json_object_get(f->result, "items"), 0);
    assert_int_equal(json_integer_value(json_object_get(item, "Count")), 5);
    assert_int_equal(query(f, "full", "select count(Client) from SMS_R_System"),
                     STATUS_OK);
    item = json_array_get(json_object_get(f->result, "items"), 0);
    assert_int_equal(json_integer_value(json_object_get(item, "Count")), 4);
    assert_int_equal(query(f, "full",
                           "select CollectionID, Name, MemberCount from"
                           " SMS_Collection where CollectionType = 2 and"
                           " LimitToCollectionID = \"SMS00001\" and"
                           " IsBuiltIn = 0 order by Name desc"),
                     STATUS_OK);
    assert_string_equal(names(f, "Name"), "Servers Desktops ");
    assert_int_equal(
        query(f, "full",
              "SELECT DISTINCT Client FROM SMS_R_System ORDER BY Client DESC"),
        STATUS_OK);
    assert_int_equal(n_items(f), 3);
}

static void pages_hold_together(void **state)
{
    static const char *const wqls[] = {
        "select Name from SMS_R_System",
        "select Name from SMS_R_System order by Name",
        "select distinct Name from SMS_R_System",
        ("select a.Name from SMS_R_System a join SMS_R_System b on"
         " a.ResourceID = b.ResourceID"),
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(wqls); i++) {
        char after[64] = "";
        size_t n = 0;

        do {
            const struct object_query ask = {text_of(wqls[i]), 2,
                                             text_of(after)};
            const char *next;

            assert_int_equal(act_query(f, "full", &ask), STATUS_OK);
            assert_true(n_items(f) <= 2);
            n += n_items(f);
            next = text_in(f, "next");
            snprintf(after, sizeof(after), "%s", next ? next : "");
        } while (after[0]);
        assert_int_equal(n, 5);
    }
    assert_int_equal(act_query(f, "full",
                               &(struct object_query){text_of(wqls[1]), 2,
                                                      TEXT("k16777217")}),
                     STATUS_INVALID);
    assert_string_equal(f->failure.property, "after");
}

static void what_is_hidden_is_not_there(void **state)
{
    struct fixture *f = *state; /* analyst reads what is in Servers */

    assert_int_equal(query(f, "analyst", "select * from SMS_R_System"),
                     STATUS_OK);
    assert_string_equal(names(f, "Name"), "web1 ");
    assert_int_equal(query(f, "analyst", "select count(*) from SMS_R_System"),
                     STATUS_OK);
    assert_int_equal(
        json_integer_value(json_object_get(
            json_array_get(json_object_get(f->result, "items"), 0), "Count")),
        1);
    /* not by way of another row, joined or within */
    assert_int_equal(query(f, "analyst",
                           "select a.Name from SMS_R_System a join SMS_R_System"
                           " b on a.ResourceID <> b.ResourceID"),
                     STATUS_OK);
    assert_int_equal(n_items(f), 0);
    assert_int_equal(query(f, "analyst",
                           "select Name from SMS_R_System where 'web1' = Name"
                           " and Obsolete is null and ResourceType in (select"
                           " ResourceType from SMS_R_System where"
                           " Name = 'NWK-LT-0042')"),
                     STATUS_OK);
    assert_int_equal(n_items(f), 0);
    assert_int_equal(query(f, "analyst",
                           "select b.Name from SMS_R_System a left join"
                           " SMS_R_System b on b.ResourceID = 16777217"),
                     STATUS_OK);
    assert_int_equal(n_items(f), 1);
    assert_null(item_text(f, 0, "Name"));
    /* members of a collection that one may not read */
    assert_int_equal(
        query(f, "analyst", "select * from SMS_CM_RES_COLL_SMS00001"),
        STATUS_OK);
    assert_int_equal(n_items(f), 0);
    assert_int_equal(
        query(f, "analyst", "select Name from SMS_CM_RES_COLL_P0100014"),
        STATUS_OK);
    assert_int_equal(n_items(f), 1);
}

/* What is sought stands beside the check of rights, not around it. */
static void what_is_sought_is_not_seen_for_that(void **state)
{
    static const char *const wheres[] = {
        "Name = 'NWK-LT-0042'",
        "Name = 'NWK-LT-0042' or Name = 'nwk-srv01'",
        "(Name like 'NWK%' or IPAddresses like '10.%') and Client = 1",
        "ResourceID in (16777217, 16777218)",
        "Obsolete = 1 or Client = 0",
    };
    struct fixture *f = *state;
    char text[256];

    for (size_t i = 0; i < ARRAY_SIZE(wheres); i++) {
        const char *filter =
            strstr(wheres[i], " in ") ? "ResourceID = 16777217" : wheres[i];

        snprintf(text, sizeof(text), "select Name from SMS_R_System where %s",
                 wheres[i]);
        assert_int_equal(query(f, "full", text), STATUS_OK);
        assert_true(n_items(f) > 0);
        assert_int_equal(query(f, "analyst", text), STATUS_OK);
        assert_int_equal(n_items(f), 0);
        assert_int_equal(
            act_list(f, "analyst", "SMS_R_System",
                     &(struct object_list){.filter = text_of(filter),
                                           .order = TEXT("-Name")}),
            STATUS_OK);
        assert_int_equal(n_items(f), 0);
    }
}

static void who_reads_nothing_of_a_class_is_refused(void **state)
{
    struct fixture *f = *state; /* author reads no administrators */

    assert_int_equal(query(f, "full", "select LogonName from SMS_Admin"),
                     STATUS_OK);
    assert_int_equal(query(f, "author", "select LogonName from SMS_Admin"),
                     STATUS_DENIED);
    assert_int_equal(query(f, "author",
                           "select CI_ID from SMS_Application where CI_ID in"
                           " (select AdminID from SMS_Admin)"),
                     STATUS_DENIED);
    assert_int_equal(query(f, "author",
                           "select a.CI_ID from SMS_Application a left join"
                           " SMS_Admin b on a.CI_ID = b.AdminID"),
                     STATUS_DENIED);
    assert_int_equal(query(f, "nobody", "select * from SMS_R_System"),
                     STATUS_DENIED);
}

static void says_what_is_wrong_and_where(void **state)
{
    static const char within[] = "ResourceID in (select ResourceID from"
                                 " SMS_R_System where ";
    struct fixture *f = *state;
    char deep[1024] = "select * from SMS_R_System where ";

    assert_refused(f, "select Name from SMS_R_Sistem",
                   "Column 18: there is no class \"SMS_R_Sistem\" at this"
                   " site; did you mean SMS_R_System?");
    assert_refused(f, "select Nome from SMS_R_System",
                   "Column 8: SMS_R_System has no property \"Nome\"; did you"
                   " mean Name?");
    assert_refused(f, "select Name from SMS_R_System where Client = 'x'",
                   "Column 46: a number is expected");
    assert_refused(f, "select x.Name from SMS_R_System",
                   "Column 8: the query selects from no \"x\"");
    assert_refused(f,
                   "select Name from SMS_R_System a join SMS_R_System b on"
                   " a.Name = b.Name",
                   "Column 8: more than one class has \"Name\": say which");
    assert_refused(f, "select Name from SMS_R_System where Name > Client",
                   "Column 44: the two sides are of different types");
    assert_refused(f, "select Name from SMS_R_System where left(Name) = 'x'",
                   "Column 37: \"left\" is not expected here");
    assert_refused(f, "select Name from SMS_R_System where trim(Name) = 'x'",
                   "Column 37: there is no function \"trim\"; there are"
                   " UPPER, LOWER, SUBSTRING, GETDATE, DATEADD, DATEDIFF and"
                   " DATEPART");
    assert_refused(f,
                   "select Name from SMS_R_System where"
                   " dateadd(lunch, 1, CreationDate) > GetDate()",
                   "Column 45: a part of a date is expected: year, quarter,"
                   " month, week, day, hour, minute or second");
    assert_refused(f,
                   "select Name from SMS_Collection where CollectionRules"
                   " = 'x'",
                   "Column 39: CollectionRules cannot be compared: it is read"
                   " with its object alone");
    assert_refused(f,
                   "select Name from SMS_R_System inner join"
                   " SMS_G_System_NOBODYS_DISK on 1 = 1",
                   "Column 42: the inventory of this site has no class"
                   " \"SMS_G_System_NOBODYS_DISK\"");
    assert_refused(f, "select Name from SMS_R_Printer",
                   "Column 18: there is no class \"SMS_R_Printer\" at this"
                   " site");
    assert_refused(f, "select Nonsense from SMS_R_System",
                   "Column 8: SMS_R_System has no property \"Nonsense\"");
    for (int i = 0; i < 10; i++)
        strcat(deep, within);
    strcat(deep, "Client = 1))))))))))");
    assert_refused(f, deep, "It is nested too deeply.");
}

#define WITH_ESTATE(test)                                                      \
    cmocka_unit_test_setup_teardown(test, open_estate, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ESTATE(selects_by_equality_and_null),
        WITH_ESTATE(matches_patterns),
        WITH_ESTATE(lists_match_by_any_entry),
        WITH_ESTATE(compares_times),
        WITH_ESTATE(a_month_later_is_never_beyond_its_end),
        WITH_ESTATE(joins_and_subselects),
        WITH_ESTATE(selects_objects_of_several_classes_together),
        WITH_ESTATE(counts_orders_and_makes_distinct),
        WITH_ESTATE(pages_hold_together),
        WITH_ESTATE(what_is_hidden_is_not_there),
        WITH_ESTATE(what_is_sought_is_not_seen_for_that),
        WITH_ESTATE(who_reads_nothing_of_a_class_is_refused),
        WITH_ESTATE(says_what_is_wrong_and_where),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
