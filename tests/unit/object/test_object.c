/* Each class made, read, changed and deleted. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

static void has_its_tables_and_built_ins(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_get(f, "full", "SMS_Site", "P01"), STATUS_OK);
    assert_string_equal(text_in(f, "SiteName"), "Head office");
    assert_int_equal(act_get(f, "full", "SMS_Collection", "SMS00001"),
                     STATUS_OK);
    assert_string_equal(text_in(f, "Name"), "All Systems");
    assert_true(json_is_true(json_object_get(f->result, "IsBuiltIn")));
    assert_int_equal(act_get(f, "full", "SMS_Role", "SMS0001R"), STATUS_OK);
    assert_string_equal(text_in(f, "RoleName"), "Full Administrator");
    assert_int_equal(act_get(f, "full", "SMS_SecuredCategory", "SMS00ALL"),
                     STATUS_OK);
}

static void what_a_console_makes_is_not_built_in(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_SecuredCategory", "CategoryID",
                "{'CategoryName':'Intranet'}");
    assert_true(json_is_false(json_object_get(f->result, "IsBuiltIn")));
}

static void prepares_once(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(site_prepare(f->store, "P01", "Renamed"), STATUS_OK);
    assert_int_equal(act_get(f, "full", "SMS_Site", "P01"), STATUS_OK);
    assert_string_equal(text_in(f, "SiteName"), "Renamed");
    assert_int_equal(site_prepare(f->store, "P02", "Other"), STATUS_INVALID);
    assert_int_equal(site_prepare(f->store, "p1", "Other"), STATUS_INVALID);
}

static void makes_reads_changes_and_deletes_an_application(void **state)
{
    struct fixture *f = *state;
    const char *key = make_object(f, "sms_application", "CI_ID",
                                  "{'localizeddisplayname':'Editor'}");

    assert_string_equal(key, "16777217");
    assert_string_equal(text_in(f, "CreatedBy"), "full");
    assert_string_equal(text_in(f, "DateCreated"), "2027-01-15T08:00:00Z");
    assert_true(json_is_true(json_object_get(f->result, "IsEnabled")));
    assert_int_equal(number_in(f, "RowVersion"), 1);
    f->now_s += 60;
    assert_int_equal(act_update(f, "full", "SMS_Application", "16777217",
                                "{'Manufacturer':'Acme'}"),
                     STATUS_OK);
    assert_string_equal(text_in(f, "Manufacturer"), "Acme");
    assert_string_equal(text_in(f, "LocalizedDisplayName"), "Editor");
    assert_string_equal(text_in(f, "DateCreated"), "2027-01-15T08:00:00Z");
    assert_string_equal(text_in(f, "DateLastModified"), "2027-01-15T08:01:00Z");
    assert_int_equal(number_in(f, "RowVersion"), 2);
    assert_int_equal(act_delete(f, "full", "SMS_Application", "16777217"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "full", "SMS_Application", "16777217"),
                     STATUS_NOT_FOUND);
}

static void never_gives_a_key_twice(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Application", "CI_ID",
                "{'LocalizedDisplayName':'One'}");
    assert_int_equal(act_delete(f, "full", "SMS_Application", "16777217"),
                     STATUS_OK);
    assert_string_equal(make_object(f, "SMS_Application", "CI_ID",
                                    "{'LocalizedDisplayName':'Two'}"),
                        "16777218");
}

static void makes_a_package(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(make_object(f, "SMS_Package", "PackageID",
                                    "{'Name':'Tools','Version':'1.0'}"),
                        "P0100001");
    assert_int_equal(act_update(f, "full", "SMS_Package", "P0100001",
                                "{'Version':null,'PkgSourceFlag':2}"),
                     STATUS_OK);
    assert_true(json_is_null(json_object_get(f->result, "Version")));
    assert_int_equal(number_in(f, "PkgSourceFlag"), 2);
    assert_int_equal(act_delete(f, "full", "SMS_Package", "P0100001"),
                     STATUS_OK);
}

static void makes_a_scope_and_refuses_its_name_again(void **state)
{
    struct fixture *f = *state;
    const char *key = make_object(f, "SMS_SecuredCategory", "CategoryID",
                                  "{'CategoryName':'Lab'}");
    char id[16];

    snprintf(id, sizeof(id), "%s", key);
    assert_true(f->estate_changed);
    assert_int_equal(
        act_create(f, "full", "SMS_SecuredCategory", "{'CategoryName':'LAB'}"),
        STATUS_CONFLICT);
    assert_int_equal(act_update(f, "full", "SMS_SecuredCategory", id,
                                "{'CategoryDescription':'Test lab'}"),
                     STATUS_OK);
    assert_int_equal(act_delete(f, "full", "SMS_SecuredCategory", id),
                     STATUS_OK);
    assert_true(f->estate_changed);
}

static void makes_a_role_from_another(void **state)
{
    struct fixture *f = *state;
    char id[16];

    snprintf(id, sizeof(id), "%s",
             make_object(f, "SMS_Role", "RoleID",
                         "{'RoleName':'Readers','CopiedFromID':'SMS0002R'}"));
    assert_true(json_array_size(json_object_get(f->result, "Operations")) > 10);
    assert_false(json_is_true(json_object_get(f->result, "IsSecAdminRole")));
    assert_int_equal(
        act_update(f, "full", "SMS_Role", id,
                   "{'Operations':[{'ObjectTypeID':31,'GrantedOperations':1,"
                   "'RequiredLevel':20}]}"),
        STATUS_OK);
    assert_int_equal(json_array_size(json_object_get(f->result, "Operations")),
                     1);
    assert_int_equal(act_delete(f, "full", "SMS_Role", id), STATUS_OK);
}

static void refuses_operations_that_a_type_does_not_have(void **state)
{
    static const char *const bad[] = {
        "[{'ObjectTypeID':31,'GrantedOperations':256}]",
        "[{'ObjectTypeID':9999,'GrantedOperations':1}]",
        "[{'ObjectTypeID':31,'GrantedOperations':-1}]",
        "[{'ObjectTypeID':31,'GrantedOperations':1,'RequiredLevel':15}]",
        ("[{'ObjectTypeID':31,'GrantedOperations':1},"
         "{'ObjectTypeID':31,'GrantedOperations':3,'RequiredLevel':10}]"),
        "[{'ObjectTypeID':'31','GrantedOperations':1}]",
        "[{'ObjectType':31,'GrantedOperations':1}]",
        "[31]",
    };
    struct fixture *f = *state;
    char json[256];

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        snprintf(json, sizeof(json), "{'RoleName':'R','Operations':%s}",
                 bad[i]);
        assert_int_equal(act_create(f, "full", "SMS_Role", json),
                         STATUS_INVALID);
        assert_string_equal(f->failure.property, "Operations");
    }
}

static void makes_an_administrator_who_then_may(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_get(f, "carol", "SMS_Collection", "P0100015"),
                     STATUS_NOT_FOUND);
    assert_int_equal(
        act_create(f, "full", "SMS_Admin",
                   "{'LogonName':'carol','Permissions':["
                   "{'RoleID':'SMS0002R','CategoryID':'SMS00UNA'},"
                   "{'RoleID':'SMS0002R','CategoryID':'P0100015',"
                   "'CategoryTypeID':1}],"
                   "'Identities':[{'Kind':'certificate_serial','Value':"
                   "'CN=Example CA;0a1b'}]}"),
        STATUS_OK);
    assert_true(f->estate_changed);
    assert_int_equal(json_array_size(json_object_get(f->result, "Permissions")),
                     2);
    assert_string_equal(
        json_string_value(json_object_get(
            json_array_get(json_object_get(f->result, "Identities"), 0),
            "Value")),
        "CN=Example CA;A1B");
    assert_int_equal(act_get(f, "carol", "SMS_Collection", "P0100015"),
                     STATUS_OK);
    assert_string_equal(site_user_of(f->site, IDENTITY_CERTIFICATE_SERIAL,
                                     TEXT("CN=Example CA;A1B")),
                        "carol");
}

static void an_administrator_holds_only_as_long_as_told(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        act_create(f, "full", "SMS_Admin",
                   "{'LogonName':'carol','Permissions':["
                   "{'RoleID':'SMS0002R','CategoryID':'SMS00UNA',"
                   "'ValidFrom':'2027-01-15T08:00:10Z','ValidUntil':"
                   "'2027-01-15T08:00:20Z'}]}"),
        STATUS_OK);
    f->now_s = 1800000009;
    assert_int_equal(act_get(f, "carol", "SMS_Role", "SMS0001R"),
                     STATUS_NOT_FOUND);
    f->now_s = 1800000010;
    assert_int_equal(act_get(f, "carol", "SMS_Role", "SMS0001R"), STATUS_OK);
    f->now_s = 1800000020;
    assert_int_equal(act_get(f, "carol", "SMS_Role", "SMS0001R"),
                     STATUS_NOT_FOUND);
}

static void reads_back_what_it_gave_as_permissions(void **state)
{
    struct fixture *f = *state;
    char key[32];
    char *same;
    char *json;

    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_Admin", "AdminID",
                         "{'LogonName':'carol','Permissions':["
                         "{'RoleID':'SMS0002R','CategoryID':'SMS00UNA'},"
                         "{'RoleID':'SMS0008R','CategoryID':'SMS00UNA',"
                         "'ValidUntil':'2030-01-01'},"
                         "{'RoleID':'SMS0002R','CategoryID':'P0100014',"
                         "'CategoryTypeID':1}]}"));
    same = json_dumps(json_object_get(f->result, "Permissions"), JSON_COMPACT);
    assert_true(asprintf(&json, "{\"Permissions\":%s}", same) > 0);
    assert_int_equal(act_update(f, "full", "SMS_Admin", key, json), STATUS_OK);
    free(json);
    json = json_dumps(json_object_get(f->result, "Permissions"), JSON_COMPACT);
    assert_string_equal(json, same);
    free(json);
    free(same);
}

static void imports_a_device_into_all_systems(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(
        make_object(f, "SMS_R_System", "ResourceID",
                    "{'Name':'web1','IPAddresses':['10.0.0.1','::1'],"
                    "'Client':1}"),
        "16777217");
    assert_int_equal(json_array_size(json_object_get(f->result, "IPAddresses")),
                     2);
    assert_int_equal(number_in(f, "ResourceType"), 5);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "SMS00001"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 1);
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", "16777217", "{'Client':null}"),
        STATUS_OK);
    assert_int_equal(act_delete(f, "full", "SMS_R_System", "16777217"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "SMS00001"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 0);
}

static void deploys_an_application_and_a_package(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Application", "CI_ID",
                "{'LocalizedDisplayName':'Editor'}");
    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'AssignedCI':16777217,'TargetCollectionID':'P0100014'}");
    assert_string_equal(text_in(f, "ApplicationName"), "Editor");
    assert_string_equal(text_in(f, "CollectionName"), "Servers");
    assert_string_equal(text_in(f, "AssignmentName"), "Editor to Servers");
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'ApplicationName':'Editor','TargetCollectionID':'P0100015',"
                "'OfferTypeID':2}");
    make_object(f, "SMS_Advertisement", "AdvertisementID",
                "{'PackageID':'P0100001','CollectionID':'P0100014'}");
    assert_string_equal(text_in(f, "AdvertisementID"), "P0120000");
    assert_int_equal(act_get(f, "full", "SMS_Application", "16777217"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "NumberOfDeployments"), 2);
    assert_int_equal(act_delete(f, "full", "SMS_Application", "16777217"),
                     STATUS_CONFLICT);
    assert_non_null(strstr(f->failure.why, "SMS_ApplicationAssignment"));
    assert_int_equal(act_update(f, "full", "SMS_ApplicationAssignment",
                                "16777217", "{'Enabled':false}"),
                     STATUS_OK);
    assert_int_equal(act_update(f, "full", "SMS_ApplicationAssignment",
                                "16777217",
                                "{'TargetCollectionID':'P0100015'}"),
                     STATUS_INVALID);
}

/* ---- What is wrong with what is given ---- */

static void refuses_what_the_description_does_not_allow(void **state)
{
    static const struct {
        const char *json;
        const char *property;
    } bad[] = {
        {"{'Nmae':'x'}", "Nmae"},
        {"{}", "Name"},
        {"{'Name':7,'LimitToCollectionID':'SMS00001'}", "Name"},
        {"{'Name':null,'LimitToCollectionID':'SMS00001'}", "Name"},
        {"{'Name':'','LimitToCollectionID':'SMS00001'}", "Name"},
        {"{'Name':' x','LimitToCollectionID':'SMS00001'}", "Name"},
        {"{'Name':'a\\u202eb','LimitToCollectionID':'SMS00001'}", "Name"},
        {"{'Name':'a\\nb','LimitToCollectionID':'SMS00001'}", "Name"},
        {"{'Name':'x','name':'y','LimitToCollectionID':'SMS00001'}", "Name"},
        {"{'Name':'x','LimitToCollectionID':'SMS00001','MemberCount':3}",
         "MemberCount"},
        {"{'Name':'x','LimitToCollectionID':'SMS00001','CollectionID':'Z'}",
         "CollectionID"},
        {"{'Name':'x','LimitToCollectionID':'SMS00001','RefreshType':3}",
         "RefreshType"},
        {"{'Name':'x','LimitToCollectionID':'SMS00001','RefreshType':7}",
         "RefreshType"},
        {"{'Name':'x','LimitToCollectionID':'SMS00001','RefreshType':1.5}",
         "RefreshType"},
        {"{'Name':'x','LimitToCollectionID':'P0199999'}",
         "LimitToCollectionID"},
        {"{'Name':'x','LimitToCollectionID':'SMS00004','CollectionType':2}",
         "CollectionType"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(act_create(f, "full", "SMS_Collection", bad[i].json),
                         STATUS_INVALID);
        assert_string_equal(f->failure.property, bad[i].property);
        assert_true(f->failure.why[0] != '\0');
    }
    assert_int_equal(act_create(f, "full", "SMS_Collection", "{'Nmae':'x'}"),
                     STATUS_INVALID);
    assert_non_null(strstr(f->failure.why, "did you mean Name?"));
}

static void keeps_hostile_names_as_they_are(void **state)
{
    static const char *const names[] = {
        "x'); DROP TABLE application; --",
        "\\\"quoted\\\"",
        "100% _under_",
        "t.row = 1 OR 1=1",
        "=cmd|' /C calc'!A0",
        "\xc3\xa9\xe6\xbc\xa2",
    };
    struct fixture *f = *state;
    char json[256];

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        SCOPED(memory_drop) char *name = strdup(names[i]);
        json_t *properties;

        for (char *c = name; *c; c++)
            if (*c == '\'')
                *c = '`'; /* ' stands for " here */
        snprintf(json, sizeof(json), "{'LocalizedDisplayName':'%s'}", name);
        make_object(f, "SMS_Application", "CI_ID", json);
        for (char *c = json; *c; c++)
            if (*c == '\'')
                *c = '"';
        properties = json_loads(json, 0, NULL);
        assert_string_equal(text_in(f, "LocalizedDisplayName"),
                            json_string_value(json_object_get(
                                properties, "LocalizedDisplayName")));
        json_decref(properties);
    }
    assert_int_equal(act_list(f, "full", "SMS_Application",
                              &(struct object_list){.count = true}),
                     STATUS_OK);
    assert_int_equal(n_items(f), ARRAY_SIZE(names));
}

static void keys_that_cannot_be_name_nothing(void **state)
{
    static const char *const keys[] = {
        "",
        "0",
        "-1",
        "016777217",
        "16777217 ",
        "1e3",
        "9999999999999999999",
        "16777217'--",
    };
    struct fixture *f = *state;

    make_object(f, "SMS_Application", "CI_ID",
                "{'LocalizedDisplayName':'One'}");
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        assert_int_equal(act_get(f, "full", "SMS_Application", keys[i]),
                         STATUS_NOT_FOUND);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "sms00001"),
                     STATUS_NOT_FOUND);
}

static void a_change_of_an_older_version_is_a_conflict(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    assert_int_equal(
        act_update_if(f, "full", "SMS_Package", "P0100001", "{'Name':'A'}", 1),
        STATUS_OK);
    assert_int_equal(
        act_update_if(f, "full", "SMS_Package", "P0100001", "{'Name':'B'}", 1),
        STATUS_CONFLICT);
    assert_int_equal(f->failure.version, 2);
    assert_int_equal(act_get(f, "full", "SMS_Package", "P0100001"), STATUS_OK);
    assert_string_equal(text_in(f, "Name"), "A");
}

static void built_ins_are_neither_changed_nor_deleted(void **state)
{
    static const struct {
        const char *class_name;
        const char *key;
        const char *json;
    } things[] = {
        {"SMS_Role", "SMS0002R", "{'RoleDescription':'x'}"},
        {"SMS_SecuredCategory", "SMS00UNA", "{'CategoryDescription':'x'}"},
        {"SMS_Collection", "SMS00002", "{'Comment':'x'}"},
        {"SMS_Collection", "SMSDM001", "{'Comment':'x'}"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(things); i++) {
        assert_int_equal(act_update(f, "full", things[i].class_name,
                                    things[i].key, things[i].json),
                         STATUS_DENIED);
        assert_int_equal(f->failure.denial.decision.reason,
                         RBAC_GUARD_BUILT_IN);
        assert_int_equal(
            act_delete(f, "full", things[i].class_name, things[i].key),
            STATUS_DENIED);
    }
}

static void declared_things_change_in_their_file_only(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        act_list(f, "full", "SMS_SecuredCategory",
                 &(struct object_list){.filter = TEXT("CategoryName='Web'")}),
        STATUS_OK);
    assert_string_equal(item_text(f, 0, "DeclaredIn"), "test.yaml:1");
    assert_int_equal(act_update(f, "full", "SMS_SecuredCategory", "P0100003",
                                "{'CategoryDescription':'x'}"),
                     STATUS_CONFLICT);
    assert_string_equal(f->failure.place, "test.yaml:1");
    assert_int_equal(act_delete(f, "full", "SMS_SecuredCategory", "P0100003"),
                     STATUS_CONFLICT);
    assert_int_equal(act_delete(f, "full", "SMS_Admin", "16777218"),
                     STATUS_CONFLICT);
}

static void describes_every_class_consistently(void **state)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    (void)state;
    assert_true(n >= 12);
    for (size_t i = 0; i < n; i++) {
        size_t n_keys = 0;

        assert_ptr_equal(object_class_find(text_of(classes[i]->name)),
                         classes[i]);
        assert_true(classes[i]->n_properties <= 64);
        for (size_t j = 0; j < classes[i]->n_properties; j++) {
            const struct object_property *p = &classes[i]->properties[j];

            n_keys += (p->flags & OBJECT_KEY) ? 1 : 0;
            assert_true(p->column || p->computed);
            assert_true(p->describe[0] != '\0');
        }
        assert_int_equal(n_keys, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(has_its_tables_and_built_ins),
        WITH_SITE(what_a_console_makes_is_not_built_in),
        WITH_SITE(prepares_once),
        WITH_SITE(makes_reads_changes_and_deletes_an_application),
        WITH_SITE(never_gives_a_key_twice),
        WITH_SITE(makes_a_package),
        WITH_SITE(makes_a_scope_and_refuses_its_name_again),
        WITH_SITE(makes_a_role_from_another),
        WITH_SITE(refuses_operations_that_a_type_does_not_have),
        WITH_SITE(makes_an_administrator_who_then_may),
        WITH_SITE(an_administrator_holds_only_as_long_as_told),
        WITH_SITE(reads_back_what_it_gave_as_permissions),
        WITH_SITE(imports_a_device_into_all_systems),
        WITH_SITE(deploys_an_application_and_a_package),
        WITH_SITE(refuses_what_the_description_does_not_allow),
        WITH_SITE(keeps_hostile_names_as_they_are),
        WITH_SITE(keys_that_cannot_be_name_nothing),
        WITH_SITE(a_change_of_an_older_version_is_a_conflict),
        WITH_SITE(built_ins_are_neither_changed_nor_deleted),
        WITH_SITE(declared_things_change_in_their_file_only),
        cmocka_unit_test(describes_every_class_consistently),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
