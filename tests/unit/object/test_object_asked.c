/*
 * SMS_RbacSecuredObject, operations and settable scopes: what callers may ask
 * about themselves, and that they learn of nothing else.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

#include "provider/object/object_private.h"

static enum status ask(struct fixture *f, const char *user, const char *method,
                       const char *json)
{
    return act_invoke(f, user, "SMS_RbacSecuredObject", NULL, method, json);
}

static bool names(const struct fixture *f, const char *list, const char *word)
{
    const json_t *array = json_object_get(f->result, list);

    for (size_t i = 0; i < json_array_size(array); i++)
        if (strcmp(json_string_value(json_array_get(array, i)), word) == 0)
            return true;
    return false;
}

static size_t n_in(const struct fixture *f, const char *list)
{
    return json_array_size(json_object_get(f->result, list));
}

static void granted_operations_are_the_callers(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_get(f, "full", "SMS_RbacSecuredObject", "31"),
                     STATUS_OK);
    assert_string_equal(text_in(f, "ObjectTypeName"), "SMS_Application");
    assert_int_equal(number_in(f, "GrantedOperations"),
                     number_in(f, "AvailableTypeOperations") |
                         number_in(f, "AvailableInstanceOperations"));
    assert_true(n_in(f, "Operations") > 5);
    assert_int_equal(act_get(f, "nobody", "SMS_RbacSecuredObject", "31"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "GrantedOperations"), 0);
    assert_int_equal(act_get(f, "analyst", "SMS_RbacSecuredObject", "31"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "GrantedOperations") & 3, 1);
    assert_int_equal(act_get(f, "full", "SMS_RbacSecuredObject", "3"),
                     STATUS_NOT_FOUND);
}

static void operations_are_for_everybody(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        act_list(f, "nobody", "SMS_AvailableOperation",
                 &(struct object_list){
                     .filter = TEXT("ObjectTypeID = 213 AND BitFlag = 262144"),
                     .count = true}),
        STATUS_OK);
    assert_int_equal(n_items(f), 1);
    assert_string_equal(item_text(f, 0, "OperationName"), "Approve");
    assert_int_equal(act_get(f, "nobody", "SMS_Operation", "1.10"), STATUS_OK);
    assert_string_equal(text_in(f, "OperationName"), "Create");
}

static size_t n_settable(struct fixture *f, const char *user)
{
    assert_int_equal(
        act_list(f, user, "SMS_SettableSecuredCategory",
                 &(struct object_list){.filter = TEXT("ObjectTypeID = 31"),
                                       .count = true}),
        STATUS_OK);
    return n_items(f);
}

static void settable_scopes_are_those_that_can_be_set(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(n_settable(f, "full"), 3); /* Default, Web, Db; not All */
    assert_int_equal(n_settable(f, "author"), 1);
    assert_string_equal(item_text(f, 0, "CategoryID"), "P0100003");
    assert_int_equal(n_settable(f, "analyst"), 0);
    assert_int_equal(n_settable(f, "nobody"), 0);
    assert_int_equal(
        act_get(f, "author", "SMS_SettableSecuredCategory", "31.P0100003"),
        STATUS_OK);
    assert_int_equal(
        act_get(f, "author", "SMS_SettableSecuredCategory", "31.P0100004"),
        STATUS_NOT_FOUND);
}

static void available_scopes_are_the_callers_to_give(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        ask(f, "full", "GetAvailableScopes", "{'RoleIDs':['SMS0008R']}"),
        STATUS_OK);
    assert_true(names(f, "ScopeIDs", "SMS00ALL"));
    assert_true(names(f, "ScopeNames", "Web"));
    assert_int_equal(n_in(f, "ScopeIDs"), n_in(f, "ScopeNames"));
    /* A security administrator of Web holds nothing of the author's role. */
    assert_int_equal(
        ask(f, "security", "GetAvailableScopes", "{'RoleIDs':['SMS0008R']}"),
        STATUS_OK);
    assert_int_equal(n_in(f, "ScopeIDs"), 0);
    assert_int_equal(
        ask(f, "security", "GetAvailableScopes", "{'RoleIDs':['SMS000FR']}"),
        STATUS_OK);
    assert_true(names(f, "ScopeIDs", "P0100003"));
    assert_int_equal(n_in(f, "ScopeIDs"), 1);
    assert_int_equal(ask(f, "full", "GetAvailableScopes",
                         "{'RoleIDs':['SMS0008R'],'ScopeTypeID':1}"),
                     STATUS_OK);
    assert_true(names(f, "ScopeIDs", "P0100014"));
    assert_int_equal(
        ask(f, "nobody", "GetAvailableScopes", "{'RoleIDs':['SMS0008R']}"),
        STATUS_INVALID); /* they may not read roles */
    assert_int_equal(ask(f, "full", "GetAvailableScopes", "{'RoleIDs':[]}"),
                     STATUS_INVALID);
}

static void collections_of_a_device_are_those_with_the_rights(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014");
    fixture_reload(f);
    assert_int_equal(ask(f, "full", "GetCollectionsWithResourcePermissions",
                         "{'ResourceID':16777217,'Permissions':4096}"),
                     STATUS_OK);
    assert_true(names(f, "CollectionIDs", "SMS00001"));
    assert_true(names(f, "CollectionIDs", "P0100014"));
    assert_int_equal(ask(f, "analyst", "GetCollectionsWithResourcePermissions",
                         "{'ResourceID':16777217,'Permissions':4096}"),
                     STATUS_OK);
    assert_int_equal(n_in(f, "CollectionIDs"), 1);
    assert_true(names(f, "CollectionIDs", "P0100014"));
    assert_int_equal(ask(f, "analyst", "GetCollectionsWithResourcePermissions",
                         "{'ResourceID':16777217,'Permissions':4608}"),
                     STATUS_OK);
    assert_int_equal(n_in(f, "CollectionIDs"), 0);
    /* A missing device is one that may not be seen. */
    assert_int_equal(ask(f, "analyst", "GetCollectionsWithResourcePermissions",
                         "{'ResourceID':5,'Permissions':4096}"),
                     STATUS_OK);
    assert_int_equal(n_in(f, "CollectionIDs"), 0);
}

static void users_of_an_object_are_for_readers_of_administrators(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    put_in_scope(f, 2, "P0100001", "P0100003");
    assert_int_equal(ask(f, "full", "GetUserList",
                         "{'ObjectPath':'SMS_Package.PackageID=P0100001'}"),
                     STATUS_OK);
    assert_true(names(f, "UserNames", "full"));
    assert_true(names(f, "UserNames", "author"));
    assert_false(names(f, "UserNames", "nobody"));
    assert_int_equal(n_in(f, "UserNames"), n_in(f, "PermittedOperations"));
    assert_int_equal(ask(f, "author", "GetUserList",
                         "{'ObjectPath':'SMS_Package.PackageID=P0100001'}"),
                     STATUS_DENIED);
    /* Without Read on the object, nothing of it is told. */
    assert_int_equal(ask(f, "security", "GetUserList",
                         "{'ObjectPath':'SMS_Package.PackageID=P0100001'}"),
                     STATUS_OK);
    assert_int_equal(n_in(f, "UserNames"), 0);
}

static void what_a_collection_uses_is_for_readers_of_both(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_list(f, "full", "SMS_CollectionDependencies",
                              &(struct object_list){.count = true}),
                     STATUS_OK);
    assert_int_equal(n_items(f), 7); /* 5 built in, Servers, Desktops */
    assert_int_equal(act_list(f, "analyst", "SMS_CollectionDependencies",
                              &(struct object_list){.count = true}),
                     STATUS_OK);
    assert_int_equal(n_items(f), 0); /* Servers, but not what limits it */
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Below','LimitToCollectionID':'P0100014'}");
    fixture_reload(f);
    assert_int_equal(act_list(f, "analyst", "SMS_CollectionDependencies",
                              &(struct object_list){.count = true}),
                     STATUS_OK);
    assert_int_equal(n_items(f), 1);
    assert_string_equal(item_text(f, 0, "SourceCollectionID"), "P0100014");
}

static void settings_belong_to_their_collection(void **state)
{
    static const char json[] =
        "{'CollectionID':'P0100014','CollectionVariables':[{'Name':'Ring',"
        "'Value':'1'}]}";
    struct fixture *f = *state;

    assert_int_equal(act_create(f, "analyst", "SMS_CollectionSettings", json),
                     STATUS_DENIED);
    assert_int_equal(act_create(f, "full", "SMS_CollectionSettings", json),
                     STATUS_OK);
    assert_int_equal(act_create(f, "full", "SMS_CollectionSettings", json),
                     STATUS_CONFLICT);
    assert_int_equal(
        act_update(f, "full", "SMS_CollectionSettings", "P0100014",
                   "{'CollectionVariables':[{'Name':'Key','Value':'x',"
                   "'IsMasked':true}]}"),
        STATUS_UNAVAILABLE); /* this store has no key */
    assert_int_equal(
        act_update(f, "full", "SMS_CollectionSettings", "P0100014",
                   "{'CollectionVariables':[{'Name':'Key','IsMasked':true}]}"),
        STATUS_INVALID);
    assert_int_equal(
        act_update(f, "full", "SMS_CollectionSettings", "P0100014",
                   "{'CollectionVariables':[{'Name':'Key','Value':'x',"
                   "'ismasked':'true'}]}"),
        STATUS_INVALID);
    assert_int_equal(
        act_get(f, "analyst", "SMS_CollectionSettings", "P0100014"), STATUS_OK);
    assert_int_equal(n_in(f, "CollectionVariables"), 1);
    assert_int_equal(act_get(f, "nobody", "SMS_CollectionSettings", "P0100014"),
                     STATUS_NOT_FOUND);
    assert_int_equal(act_delete(f, "full", "SMS_Collection", "P0100014"),
                     STATUS_CONFLICT); /* administrators hold it */
}

static void the_site_tells_everybody_where_it_is(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_get(f, "nobody", "SMS_ProviderLocation", "P01"),
                     STATUS_OK);
    assert_string_equal(text_in(f, "SiteName"), "Head office");
    assert_true(strlen(text_in(f, "Machine")) > 0);
    assert_int_equal(act_get(f, "nobody", "SMS_Identification", "P01"),
                     STATUS_OK);
    assert_int_equal(
        act_invoke(f, "nobody", "SMS_Identification", NULL, "GetSiteID", NULL),
        STATUS_OK);
    assert_int_equal(strlen(text_in(f, "SiteID")), 38);
    assert_int_equal(act_invoke(f, "analyst", "SMS_Identification", NULL,
                                "GetCurrentUser", NULL),
                     STATUS_OK);
    assert_string_equal(text_in(f, "CurrentUser"), "analyst");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(granted_operations_are_the_callers),
        WITH_SITE(operations_are_for_everybody),
        WITH_SITE(settable_scopes_are_those_that_can_be_set),
        WITH_SITE(available_scopes_are_the_callers_to_give),
        WITH_SITE(collections_of_a_device_are_those_with_the_rights),
        WITH_SITE(users_of_an_object_are_for_readers_of_administrators),
        WITH_SITE(what_a_collection_uses_is_for_readers_of_both),
        WITH_SITE(settings_belong_to_their_collection),
        WITH_SITE(the_site_tells_everybody_where_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
