/*
 * What properties say that are computed from other objects, and what is kept of
 * schedules: told to whom may know it, and to nobody else.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

#include "provider/object/object_private.h"

static void a_collection_counts_its_settings(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100014"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "CollectionVariablesCount"), 0);
    assert_int_equal(number_in(f, "ServiceWindowsCount"), 0);
    assert_int_equal(number_in(f, "PowerConfigsCount"), 0);
    make_object(f, "SMS_CollectionSettings", "CollectionID",
                "{'CollectionID':'P0100014','CollectionVariables':["
                "{'Name':'a','Value':'1'},{'Name':'b','Value':'2'}],"
                "'ServiceWindows':[{'Name':'night'}],"
                "'PowerConfigs':[{'Name':'x'},{'Name':'y'},{'Name':'z'}]}");
    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100014"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "CollectionVariablesCount"), 2);
    assert_int_equal(number_in(f, "ServiceWindowsCount"), 1);
    assert_int_equal(number_in(f, "PowerConfigsCount"), 3);
    assert_int_equal(
        act_list(f, "full", "SMS_Collection",
                 &(struct object_list){.filter =
                                           TEXT("CollectionVariablesCount > 0"),
                                       .count = true}),
        STATUS_OK);
    assert_int_equal(number_in(f, "count"), 1);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100015"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "CollectionVariablesCount"), 0);
    assert_int_equal(act_get(f, "analyst", "SMS_Collection", "P0100015"),
                     STATUS_NOT_FOUND);
}

static void bytes_are_counted_as_they_are_kept(void **state)
{
    static const struct {
        const char *json;
        int64_t size;
    } kept[] = {{"{'ISVData':'QQ=='}", 1},
                {"{'ISVData':'QUI='}", 2},
                {"{'ISVData':'QUJD'}", 3},
                {"{'ISVData':null}", 0}};
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
        assert_int_equal(
            act_update(f, "full", "SMS_Collection", "P0100014", kept[i].json),
            STATUS_OK);
        assert_int_equal(number_in(f, "ISVDataSize"), kept[i].size);
    }
}

/* ---- Folders ---- */

static void give_reader(struct fixture *f, const char *user, const char *role,
                        const char *scope)
{
    char json[256];

    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':[{'RoleID':'%s','CategoryID':"
             "'%s'},{'RoleID':'%s','CategoryID':'SMS00001','CategoryTypeID':"
             "1}]}",
             user, role, scope, role);
    make_object(f, "SMS_Admin", "AdminID", json);
}

static void give_readers(struct fixture *f)
{
    char role[64];

    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID",
                         "{'RoleName':'Both','Operations':[{'ObjectTypeID':226,"
                         "'GrantedOperations':1},{'ObjectTypeID':1,"
                         "'GrantedOperations':1}]}"));
    give_reader(f, "web", role, "P0100003");
    give_reader(f, "db", role, "P0100004");
}

static void make_folder(struct fixture *f, const char *name, int parent,
                        const char *scope)
{
    char json[128];
    char key[32];

    snprintf(json, sizeof(json),
             "{'Name':'%s','ObjectType':5000,'ParentContainerNodeID':%d}", name,
             parent);
    snprintf(
        key, sizeof(key), "%s",
        make_object(f, "SMS_ObjectContainerNode", "ContainerNodeID", json));
    put_in_scope(f, 226, key, scope);
}

static const char *path_for(struct fixture *f, const char *user)
{
    assert_int_equal(act_get(f, user, "SMS_Collection", "P0100014"), STATUS_OK);
    return text_in(f, "ObjectPath");
}

/* R7.8.2: a folder that is hidden is told as if there were none. */
static void a_path_has_no_hidden_folder(void **state)
{
    struct fixture *f = *state;

    give_readers(f);
    assert_string_equal(path_for(f, "web"), "/");
    make_folder(f, "Leeds", 0, "P0100003");
    make_folder(f, "Laptops", 16777217, "P0100003");
    assert_int_equal(
        act_invoke(f, "full", "SMS_ObjectContainerItem", NULL, "MoveMembers",
                   "{'InstanceKeys':['P0100014'],'ContainerNodeID':0,"
                   "'TargetContainerNodeID':16777218,'ObjectType':5000}"),
        STATUS_OK);
    assert_string_equal(path_for(f, "full"), "/Leeds/Laptops");
    assert_string_equal(path_for(f, "web"), "/Leeds/Laptops");
    assert_string_equal(path_for(f, "db"), "/");
    put_in_scope(f, 226, "16777217", "P0100004");
    assert_int_equal(
        act_invoke(f, "full", "SMS_SecuredCategoryMembership", NULL,
                   "RemoveMemberships",
                   "{'ObjectIDs':['16777217'],'ObjectTypeIDs':[226],"
                   "'CategoryIDs':['P0100003']}"),
        STATUS_OK);
    assert_string_equal(path_for(f, "web"), "/");
    assert_string_equal(path_for(f, "db"), "/");
    assert_string_equal(path_for(f, "full"), "/Leeds/Laptops");
}

/* ---- Schedules ---- */

static void schedules_are_checked_where_they_are_kept(void **state)
{
    static const char good[] =
        "{'RefreshSchedule':[{'TokenType':'SMS_ST_RecurInterval','IsGMT':true,"
        "'StartTime':'2026-01-01T00:00:00Z','DaySpan':1}]}";
    struct fixture *f = *state;

    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    assert_int_equal(act_update(f, "full", "SMS_Package", "P0100001",
                                "{'RefreshSchedule':[{'TokenType':'x'}]}"),
                     STATUS_INVALID);
    assert_non_null(strstr(f->failure.why, "SMS_ST_RecurInterval"));
    assert_int_equal(act_update(f, "full", "SMS_Package", "P0100001", good),
                     STATUS_OK);
    assert_int_equal(
        json_array_size(json_object_get(f->result, "RefreshSchedule")), 1);
    assert_int_equal(act_update(f, "full", "SMS_Package", "P0100001",
                                "{'RefreshSchedule':null}"),
                     STATUS_OK);
    assert_true(json_is_null(json_object_get(f->result, "RefreshSchedule")));
    assert_int_equal(
        act_create(f, "full", "SMS_Advertisement",
                   "{'PackageID':'P0100001','CollectionID':'P0100014',"
                   "'AssignedSchedule':[{'TokenType':'SMS_ST_RecurWeekly',"
                   "'Day':9}]}"),
        STATUS_INVALID);
    assert_int_equal(
        act_create(f, "full", "SMS_Advertisement",
                   "{'PackageID':'P0100001','CollectionID':'P0100014',"
                   "'AssignedSchedule':[{'TokenType':'SMS_ST_RecurWeekly',"
                   "'Day':2}],'AdvertFlags':32}"),
        STATUS_OK);
    assert_int_equal(number_in(f, "AdvertFlags"), 32);
    assert_int_equal(number_in(f, "RemoteClientFlags"), 0);
}

static enum status convert(struct fixture *f, const char *method,
                           const char *json)
{
    return act_invoke(f, "nobody", "SMS_ScheduleMethods", NULL, method, json);
}

static void schedules_become_text_and_tokens_again(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(convert(f, "WriteToString",
                             "{'TokenData':[{'TokenType':'SMS_ST_RecurWeekly',"
                             "'Day':7,'ForNumberOfWeeks':2,'IsGMT':true,"
                             "'StartTime':'1970-02-01T00:00:00Z'}]}"),
                     STATUS_OK);
    assert_string_equal(text_in(f, "StringData"), "00012000001F4001");
    assert_int_equal(
        convert(f, "ReadFromString", "{'StringData':'00012000001f4001'}"),
        STATUS_OK);
    assert_string_equal(
        json_string_value(json_object_get(
            json_array_get(json_object_get(f->result, "TokenData"), 0),
            "StartTime")),
        "1970-02-01T00:00:00Z");
    assert_int_equal(convert(f, "WriteToString", "{'TokenData':[{}]}"),
                     STATUS_INVALID);
    assert_int_equal(
        convert(f, "ReadFromString", "{'StringData':'000120000007400G'}"),
        STATUS_INVALID);
    assert_non_null(strstr(f->failure.why, "hexadecimal"));
    assert_int_equal(act_list(f, "full", "SMS_ScheduleMethods",
                              &(struct object_list){.count = true}),
                     STATUS_OK);
    assert_int_equal(number_in(f, "count"), 0);
}

/* ---- Members, as an association ---- */

static void an_association_is_seen_as_its_ends_are(void **state)
{
    static const struct object_list all = {.count = true};
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014");
    make_member(f, "desk1", "P0100015");
    assert_int_equal(act_list(f, "analyst", "SMS_CollectionMember_a", &all),
                     STATUS_OK);
    assert_int_equal(number_in(f, "count"), 1);
    assert_string_equal(item_text(f, 0, "CollectionID"), "P0100014");
    assert_int_equal(act_list(f, "nobody", "SMS_CollectionMember_a", &all),
                     STATUS_OK);
    assert_int_equal(number_in(f, "count"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_collection_counts_its_settings),
        WITH_SITE(bytes_are_counted_as_they_are_kept),
        WITH_SITE(a_path_has_no_hidden_folder),
        WITH_SITE(schedules_are_checked_where_they_are_kept),
        WITH_SITE(schedules_become_text_and_tokens_again),
        WITH_SITE(an_association_is_seen_as_its_ends_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
