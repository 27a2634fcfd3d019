/*
 * Classes that are only secured: every type of the catalog has one, each keeps
 * what it is given, and the operations of its type decide.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

#include "provider/object/bag.h"
#include "provider/object/object_private.h"
#include "rbac/catalog.h"

/* ---- The table ---- */

static bool has_operation(struct object_need need)
{
    const struct rbac_type *type = rbac_catalog_type(&rbac_catalog, need.type);

    return need.type == OBJECT_FOR_ALL ||
           (type && type->operations >> need.operation & 1);
}

static void every_right_is_an_operation_of_its_type(void **state)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        const struct object_class *class = classes[i];

        assert_true(has_operation(class->read));
        if (class->can_create)
            assert_true(has_operation(class->create));
        if (class->can_modify)
            assert_true(has_operation(class->modify));
        if (class->can_remove)
            assert_true(has_operation(class->remove));
        for (size_t j = 0; j < class->n_methods; j++)
            if (!class->methods[j].is_for_all)
                assert_true(has_operation(class->methods[j].need));
    }
}

/* A class of the same name has the type; in scopes exactly if it has them. */
static void each_class_is_secured_as_its_type(void **state)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        const struct rbac_type *named =
            rbac_catalog_class(&rbac_catalog, text_of(classes[i]->name));
        const struct rbac_type *type =
            rbac_catalog_type(&rbac_catalog, classes[i]->type);

        if (classes[i]->read.type == OBJECT_FOR_ALL)
            continue;
        assert_non_null(type);
        if (named)
            assert_ptr_equal(named, type);
        if (named && type->securing == RBAC_BY_SCOPE)
            assert_true(object_class_has_scopes(classes[i]));
        if (type->securing == RBAC_BY_ROLE)
            assert_int_equal(classes[i]->label_kind, LABELS_NONE);
    }
}

static void each_class_is_found_by_name_and_number(void **state)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);
    char shouted[128];

    (void)state;
    for (size_t i = 0; i < n; i++) {
        const char *name = classes[i]->name;
        size_t size = 0;

        for (; name[size]; size++)
            shouted[size] = (char)(name[size] >= 'a' && name[size] <= 'z'
                                       ? name[size] - 'a' + 'A'
                                       : name[size]);
        shouted[size] = '\0';
        assert_ptr_equal(object_class_find(text_of(name)), classes[i]);
        assert_ptr_equal(object_class_find(text_of(shouted)), classes[i]);
        assert_int_equal(object_class_number(classes[i]), i);
    }
    assert_null(object_class_find(TEXT("")));
    assert_null(object_class_find(TEXT("SMS_Drive")));
    assert_null(object_class_find(TEXT("SMS_Drivers")));
}

/* ---- Keys ---- */

static void no_two_packages_have_one_key(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(
        make_object(f, "SMS_Package", "PackageID", "{'Name':'a'}"), "P0100001");
    assert_string_equal(
        make_object(f, "SMS_ImagePackage", "PackageID", "{'Name':'a'}"),
        "P0150000");
    assert_string_equal(
        make_object(f, "SMS_ImagePackage", "PackageID", "{'Name':'b'}"),
        "P0150001");
    assert_int_equal(number_in(f, "PackageType"), 257);
    assert_string_equal(
        make_object(f, "SMS_BootImagePackage", "PackageID", "{'Name':'a'}"),
        "P0160000");
}

static void no_two_items_have_one_number(void **state)
{
    struct fixture *f = *state;
    int64_t driver;

    make_object(f, "SMS_Driver", "CI_ID", "{'LocalizedDisplayName':'a'}");
    driver = number_in(f, "CI_ID");
    make_object(f, "SMS_SoftwareUpdate", "CI_ID",
                "{'LocalizedDisplayName':'a'}");
    assert_int_equal(number_in(f, "CI_ID") - driver, 12 * 0x100000);
}

static void keys_are_not_used_twice(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(make_object(f, "SMS_Alert", "ID", "{'Name':'a'}"),
                        "16777217");
    assert_int_equal(act_delete(f, "full", "SMS_Alert", "16777217"), STATUS_OK);
    assert_string_equal(make_object(f, "SMS_Alert", "ID", "{'Name':'a'}"),
                        "16777218");
}

/* ---- Operations that other types do not have ---- */

static void give_role(struct fixture *f, const char *user, int type,
                      unsigned operations)
{
    char json[256];
    char role[64];

    snprintf(json, sizeof(json),
             "{'RoleName':'%s','Operations':[{'ObjectTypeID':%d,"
             "'GrantedOperations':%u}]}",
             user, type, operations);
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID", json));
    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':[{'RoleID':'%s','CategoryID':"
             "'P0100003'}]}",
             user, role);
    make_object(f, "SMS_Admin", "AdminID", json);
}

static void authors_of_a_kind_of_policy_make_it(void **state)
{
    struct fixture *f = *state;
    char key[32];

    give_role(f, "reader", 57, 1);
    give_role(f, "vpn", 57, 1 | 1 << 20);
    assert_int_equal(
        act_create(f, "reader", "SMS_VpnConnectionSettings", "{'Name':'a'}"),
        STATUS_DENIED);
    assert_int_equal(
        act_create(f, "vpn", "SMS_VpnConnectionSettings", "{'Name':'a'}"),
        STATUS_OK);
    snprintf(key, sizeof(key), "%lld", (long long)number_in(f, "SettingID"));
    assert_int_equal(act_update(f, "reader", "SMS_VpnConnectionSettings", key,
                                "{'Name':'b'}"),
                     STATUS_DENIED);
    assert_int_equal(
        act_update(f, "vpn", "SMS_VpnConnectionSettings", key, "{'Name':'b'}"),
        STATUS_OK);
    assert_int_equal(act_get(f, "reader", "SMS_VpnConnectionSettings", key),
                     STATUS_OK);
    assert_int_equal(act_delete(f, "reader", "SMS_VpnConnectionSettings", key),
                     STATUS_DENIED);
    assert_int_equal(act_delete(f, "vpn", "SMS_VpnConnectionSettings", key),
                     STATUS_OK);
    assert_int_equal(
        act_create(f, "vpn", "SMS_WirelessProfileSettings", "{'Name':'a'}"),
        STATUS_DENIED);
}

static void software_titles_have_operations_of_their_own(void **state)
{
    struct fixture *f = *state;
    char key[32];

    give_role(f, "viewer", 26, 1u << 27);
    give_role(f, "changer", 26, 1u << 27 | 1u << 1);
    give_role(f, "keeper", 26, 1u << 26 | 1u << 27);
    assert_int_equal(
        act_create(f, "changer", "SMS_AISoftwareList", "{'Name':'a'}"),
        STATUS_DENIED);
    assert_int_equal(
        act_create(f, "keeper", "SMS_AISoftwareList", "{'Name':'a'}"),
        STATUS_OK);
    snprintf(key, sizeof(key), "%lld", (long long)number_in(f, "SoftwareKey"));
    assert_int_equal(act_get(f, "viewer", "SMS_AISoftwareList", key),
                     STATUS_OK);
    assert_int_equal(act_get(f, "nobody", "SMS_AISoftwareList", key),
                     STATUS_NOT_FOUND);
    assert_int_equal(
        act_update(f, "keeper", "SMS_AISoftwareList", key, "{'Name':'b'}"),
        STATUS_DENIED);
    assert_int_equal(
        act_update(f, "changer", "SMS_AISoftwareList", key, "{'Name':'b'}"),
        STATUS_OK);
    assert_int_equal(act_delete(f, "changer", "SMS_AISoftwareList", key),
                     STATUS_DENIED);
    assert_int_equal(act_delete(f, "keeper", "SMS_AISoftwareList", key),
                     STATUS_OK);
}

/* ---- The bag ---- */

static void keeps_further_properties_as_given(void **state)
{
    struct fixture *f = *state;
    const json_t *kept;

    make_object(f, "SMS_Alert", "ID",
                "{'Name':'Disk','ExtendedProperties':{'Severity':2,'Source':"
                "'agent','Open':true,'Tags':['a','b']}}");
    assert_int_equal(act_get(f, "full", "SMS_Alert", "16777217"), STATUS_OK);
    kept = json_object_get(f->result, "ExtendedProperties");
    assert_int_equal(json_object_size(kept), 4);
    assert_int_equal(json_integer_value(json_object_get(kept, "Severity")), 2);
    assert_int_equal(json_array_size(json_object_get(kept, "Tags")), 2);
    assert_int_equal(act_update(f, "full", "SMS_Alert", "16777217",
                                "{'ExtendedProperties':{}}"),
                     STATUS_OK);
    assert_int_equal(
        json_object_size(json_object_get(f->result, "ExtendedProperties")), 0);
    assert_int_equal(act_update(f, "full", "SMS_Alert", "16777217",
                                "{'ExtendedProperties':null}"),
                     STATUS_OK);
}

static void refuses_what_is_no_bag(void **state)
{
    static const char *const wrong[] = {
        "[]",        "'x'",       "1",          "{'a':null}",   "{'a':1.5}",
        "{'a':{}}",  "{'a':[1]}", "{'a':[[]]}", "{'1a':1}",     "{'':1}",
        "{'a b':1}", "{'a.b':1}", "{'Name':1}", "{'NAME':'x'}", "{'a':1,'A':2}",
        "{'ID':3}"};
    struct fixture *f = *state;
    char json[256];

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        snprintf(json, sizeof(json), "{'Name':'x','ExtendedProperties':%s}",
                 wrong[i]);
        assert_int_equal(act_create(f, "full", "SMS_Alert", json),
                         STATUS_INVALID);
        assert_string_equal(f->failure.property, "ExtendedProperties");
    }
}

static void a_bag_has_so_many_parts(void **state)
{
    json_t *bag = json_object();
    const char *part;
    char name[80];

    (void)state;
    for (int i = 0; i < BAG_MAX_PARTS; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        json_object_set_new(bag, name, json_integer(i));
    }
    assert_null(bag_fault(&class_alert, bag, &part));
    json_object_set_new(bag, "more", json_integer(1));
    assert_non_null(bag_fault(&class_alert, bag, &part));
    json_object_clear(bag);
    memset(name, 'n', sizeof(name));
    name[BAG_NAME_MAX_BYTES] = '\0';
    json_object_set_new(bag, name, json_true());
    assert_null(bag_fault(&class_alert, bag, &part));
    name[BAG_NAME_MAX_BYTES] = 'n';
    name[BAG_NAME_MAX_BYTES + 1] = '\0';
    json_object_set_new(bag, name, json_true());
    assert_non_null(bag_fault(&class_alert, bag, &part));
    assert_string_equal(part, name);
    json_decref(bag);
}

static void a_bag_is_so_long(void **state)
{
    SCOPED(buf_free) struct buf json = buf_make(1 << 20);
    struct fixture *f = *state;

    buf_append_string(&json, "{'Name':'x','ExtendedProperties':{");
    for (int i = 0; i < 5; i++) {
        buf_append_format(&json, "%s'n%d':'", i ? "," : "", i);
        for (int j = 0; j < 4000; j++)
            buf_append_char(&json, 'x');
        buf_append_char(&json, '\'');
    }
    buf_append(&json, "}}", 3);
    assert_int_equal(act_create(f, "full", "SMS_Alert", buf_text(&json).data),
                     STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_right_is_an_operation_of_its_type),
        cmocka_unit_test(each_class_is_secured_as_its_type),
        cmocka_unit_test(each_class_is_found_by_name_and_number),
        WITH_SITE(no_two_packages_have_one_key),
        WITH_SITE(no_two_items_have_one_number),
        WITH_SITE(keys_are_not_used_twice),
        WITH_SITE(authors_of_a_kind_of_policy_make_it),
        WITH_SITE(software_titles_have_operations_of_their_own),
        WITH_SITE(keeps_further_properties_as_given),
        WITH_SITE(refuses_what_is_no_bag),
        cmocka_unit_test(a_bag_has_so_many_parts),
        WITH_SITE(a_bag_is_so_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
