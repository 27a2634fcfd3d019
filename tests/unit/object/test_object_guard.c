/* Each guard with what it lets through beside what it stops. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

static const char MEMBERSHIP[] = "SMS_SecuredCategoryMembership";

static const char *scope_id(struct fixture *f, const char *name)
{
    static char id[16];
    char filter[64];

    snprintf(filter, sizeof(filter), "CategoryName = '%s'", name);
    assert_int_equal(act_list(f, "full", "SMS_SecuredCategory",
                              &(struct object_list){.filter = text_of(filter)}),
                     STATUS_OK);
    snprintf(id, sizeof(id), "%s", item_text(f, 0, "CategoryID"));
    return id;
}

static void make_application(struct fixture *f, const char *name,
                             const char *scope)
{
    char json[128];
    char key[32];

    snprintf(json, sizeof(json), "{'LocalizedDisplayName':'%s'}", name);
    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_Application", "CI_ID", json));
    if (scope)
        put_in_scope(f, 31, key, scope_id(f, scope));
}

/* ---- Scopes ---- */

static void a_new_object_gets_the_scopes_of_its_creator(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_create(f, "author", "SMS_Application",
                                "{'LocalizedDisplayName':'Editor'}"),
                     STATUS_OK);
    assert_string_equal(
        json_string_value(
            json_array_get(json_object_get(f->result, "SecuredScopeNames"), 0)),
        "Web");
    make_application(f, "Other", NULL);
    assert_string_equal(
        json_string_value(
            json_array_get(json_object_get(f->result, "SecuredScopeNames"), 0)),
        "Default");
    assert_int_equal(act_get(f, "author", "SMS_Application", "16777217"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "author", "SMS_Application", "16777218"),
                     STATUS_NOT_FOUND);
    assert_int_equal(act_update(f, "author", "SMS_Application", "16777218",
                                "{'IsEnabled':false}"),
                     STATUS_NOT_FOUND);
    assert_int_equal(act_update(f, "author", "SMS_Application", "16777217",
                                "{'IsEnabled':false}"),
                     STATUS_OK);
    assert_int_equal(act_update(f, "analyst", "SMS_Application", "16777217",
                                "{'IsEnabled':true}"),
                     STATUS_DENIED);
    assert_int_equal(act_create(f, "analyst", "SMS_Application",
                                "{'LocalizedDisplayName':'Mine'}"),
                     STATUS_DENIED);
    assert_int_equal(act_create(f, "nobody", "SMS_Application",
                                "{'LocalizedDisplayName':'Mine'}"),
                     STATUS_DENIED);
}

static void scopes_are_set_only_where_one_may(void **state)
{
    struct fixture *f = *state;
    char web[16];
    char db[16];
    char json[160];

    snprintf(web, sizeof(web), "%s", scope_id(f, "Web"));
    snprintf(db, sizeof(db), "%s", scope_id(f, "Db"));
    make_application(f, "Editor", "Web");
    /* the last one stays */
    snprintf(json, sizeof(json),
             "{'ObjectIDs':['16777217'],'ObjectTypeIDs':[31],"
             "'CategoryIDs':['%s']}",
             web);
    assert_int_equal(
        act_invoke(f, "author", MEMBERSHIP, NULL, "RemoveMemberships", json),
        STATUS_DENIED);
    assert_int_equal(f->failure.denial.decision.reason, RBAC_GUARD_LAST_SCOPE);
    /* a scope that is not the caller's */
    snprintf(json, sizeof(json),
             "{'ObjectIDs':['16777217'],'ObjectTypeIDs':[31],"
             "'CategoryIDs':['%s']}",
             db);
    assert_int_equal(
        act_invoke(f, "author", MEMBERSHIP, NULL, "AddMemberships", json),
        STATUS_DENIED);
    assert_int_equal(f->failure.denial.decision.reason,
                     RBAC_GUARD_SCOPE_NOT_HELD);
    assert_int_equal(
        act_invoke(f, "full", MEMBERSHIP, NULL, "AddMemberships", json),
        STATUS_OK);
    /* now Web may go */
    snprintf(json, sizeof(json),
             "{'ObjectIDs':['16777217'],'ObjectTypeIDs':[31],"
             "'CategoryIDs':['%s']}",
             web);
    assert_int_equal(
        act_invoke(f, "author", MEMBERSHIP, NULL, "RemoveMemberships", json),
        STATUS_OK);
    assert_int_equal(act_get(f, "author", "SMS_Application", "16777217"),
                     STATUS_NOT_FOUND);
}

static void nothing_is_put_into_all(void **state)
{
    struct fixture *f = *state;

    make_application(f, "Editor", NULL);
    assert_int_equal(
        act_invoke(f, "full", MEMBERSHIP, NULL, "AddMemberships",
                   "{'ObjectIDs':['16777217'],'ObjectTypeIDs':[31],"
                   "'CategoryIDs':['SMS00ALL']}"),
        STATUS_DENIED);
    assert_int_equal(f->failure.denial.decision.reason, RBAC_GUARD_ALL_SCOPE);
}

static void a_batch_happens_as_a_whole_or_not_at_all(void **state)
{
    struct fixture *f = *state;
    char json[240];
    char web[16];

    snprintf(web, sizeof(web), "%s", scope_id(f, "Web"));
    make_application(f, "One", NULL);
    snprintf(json, sizeof(json),
             "{'ObjectIDs':['16777217','99'],'ObjectTypeIDs':[31,31],"
             "'CategoryIDs':['%s','%s']}",
             web, web);
    assert_int_equal(
        act_invoke(f, "full", MEMBERSHIP, NULL, "AddMemberships", json),
        STATUS_INVALID);
    assert_int_equal(act_get(f, "full", "SMS_Application", "16777217"),
                     STATUS_OK);
    assert_int_equal(
        json_array_size(json_object_get(f->result, "SecuredScopeNames")), 1);
    assert_int_equal(act_invoke(f, "full", MEMBERSHIP, NULL, "AddMemberships",
                                "{'ObjectIDs':['16777217'],"
                                "'ObjectTypeIDs':[31,31],'CategoryIDs':[]}"),
                     STATUS_INVALID);
    assert_int_equal(act_invoke(f, "full", MEMBERSHIP, NULL, "AddMemberships",
                                "{'ObjectIDs':['P0100014'],"
                                "'ObjectTypeIDs':[1],"
                                "'CategoryIDs':['SMS00UNA']}"),
                     STATUS_INVALID);
}

static void a_scope_in_use_stays(void **state)
{
    struct fixture *f = *state;
    char id[16];

    snprintf(id, sizeof(id), "%s",
             make_object(f, "SMS_SecuredCategory", "CategoryID",
                         "{'CategoryName':'Lab'}"));
    make_application(f, "Editor", "Lab");
    assert_int_equal(act_delete(f, "full", "SMS_SecuredCategory", id),
                     STATUS_CONFLICT);
    assert_non_null(strstr(f->failure.why, "SMS_Application 16777217"));
    /* one who may not see the application is not told of it */
    assert_int_equal(act_delete(f, "security", "SMS_SecuredCategory", id),
                     STATUS_CONFLICT);
    assert_null(strstr(f->failure.why, "16777217"));
    assert_int_equal(act_delete(f, "full", "SMS_Application", "16777217"),
                     STATUS_OK);
    assert_int_equal(act_delete(f, "full", "SMS_SecuredCategory", id),
                     STATUS_OK);
}

/* ---- Collections ---- */

static void a_collection_is_made_below_one_that_may_be_read(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(act_create(f, "full", "SMS_Admin",
                                "{'LogonName':'infra','Permissions':["
                                "{'RoleID':'SMS000BR','CategoryID':'SMS00UNA'},"
                                "{'RoleID':'SMS000BR','CategoryID':'P0100014',"
                                "'CategoryTypeID':1}]}"),
                     STATUS_OK);
    assert_int_equal(
        act_create(f, "infra", "SMS_Collection",
                   "{'Name':'Mine','LimitToCollectionID':'P0100014'}"),
        STATUS_OK);
    assert_string_equal(text_in(f, "CollectionID"), "P0100016");
    /* hidden and absent are the same */
    assert_int_equal(
        act_create(f, "infra", "SMS_Collection",
                   "{'Name':'Mine','LimitToCollectionID':'P0100015'}"),
        STATUS_INVALID);
    assert_string_equal(f->failure.why, "There is no such SMS_Collection.");
    assert_int_equal(
        act_create(f, "infra", "SMS_Collection",
                   "{'Name':'Mine','LimitToCollectionID':'P0199999'}"),
        STATUS_INVALID);
    assert_string_equal(f->failure.why, "There is no such SMS_Collection.");
    /* below the assigned one everything, the assigned one itself nothing */
    assert_int_equal(
        act_update(f, "infra", "SMS_Collection", "P0100016", "{'Comment':'x'}"),
        STATUS_OK);
    assert_int_equal(
        act_update(f, "infra", "SMS_Collection", "P0100014", "{'Comment':'x'}"),
        STATUS_DENIED);
    assert_int_equal(f->failure.denial.decision.reason, RBAC_DIRECTLY_ASSIGNED);
    assert_int_equal(act_delete(f, "infra", "SMS_Collection", "P0100016"),
                     STATUS_OK);
}

static void a_collection_is_not_limited_by_itself(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Below','LimitToCollectionID':'P0100014'}");
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Deeper','LimitToCollectionID':'P0100016'}");
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'LimitToCollectionID':'P0100017'}"),
                     STATUS_INVALID);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'LimitToCollectionID':'P0100014'}"),
                     STATUS_INVALID);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100017",
                                "{'LimitToCollectionID':'P0100014'}"),
                     STATUS_OK);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", NULL,
                                "VerifyNoCircularDependencies",
                                "{'ParentCollection':"
                                "'SMS_Collection.CollectionID=\\'P0100016\\'',"
                                "'SubCollection':'P0100014'}"),
                     STATUS_OK);
    assert_true(json_is_false(json_object_get(f->result, "Result")));
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", NULL,
                                "VerifyNoCircularDependencies",
                                "{'ParentCollection':'P0100014',"
                                "'SubCollection':'P0100017'}"),
                     STATUS_OK);
    assert_true(json_is_true(json_object_get(f->result, "Result")));
}

static void a_collection_in_use_stays(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Below','LimitToCollectionID':'P0100015'}");
    assert_int_equal(act_delete(f, "full", "SMS_Collection", "P0100015"),
                     STATUS_CONFLICT);
    assert_non_null(strstr(f->failure.why, "SMS_Collection P0100016 (Below)"));
    assert_int_equal(act_delete(f, "full", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    assert_int_equal(act_delete(f, "full", "SMS_Collection", "P0100014"),
                     STATUS_CONFLICT);
    assert_non_null(strstr(f->failure.why, "SMS_Admin"));
    make_application(f, "Editor", NULL);
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'AssignedCI':16777217,'TargetCollectionID':'P0100015'}");
    assert_int_equal(act_delete(f, "full", "SMS_Collection", "P0100015"),
                     STATUS_CONFLICT);
    assert_int_equal(
        act_delete(f, "full", "SMS_ApplicationAssignment", "16777217"),
        STATUS_OK);
    assert_int_equal(act_delete(f, "full", "SMS_Collection", "P0100015"),
                     STATUS_OK);
}

static void a_rule_names_only_devices_that_may_be_read(void **state)
{
    struct fixture *f = *state;
    char web[32];
    char desk[32];
    char rule[96];

    snprintf(web, sizeof(web), "%s", make_member(f, "web1", "P0100014"));
    snprintf(desk, sizeof(desk), "%s", make_member(f, "desk1", "P0100015"));
    assert_int_equal(act_create(f, "full", "SMS_Admin",
                                "{'LogonName':'infra','Permissions':["
                                "{'RoleID':'SMS000ER','CategoryID':'SMS00UNA'},"
                                "{'RoleID':'SMS000ER','CategoryID':'P0100014',"
                                "'CategoryTypeID':1}]}"),
                     STATUS_OK);
    assert_int_equal(
        act_create(f, "infra", "SMS_Collection",
                   "{'Name':'Mine','LimitToCollectionID':'P0100014'}"),
        STATUS_OK);
    snprintf(rule, sizeof(rule), "{'CollectionRule':{'ResourceID':%s}}", desk);
    assert_int_equal(act_invoke(f, "infra", "SMS_Collection", "P0100016",
                                "AddMembershipRule", rule),
                     STATUS_INVALID);
    assert_string_equal(f->failure.why, "There is no such SMS_R_System.");
    snprintf(rule, sizeof(rule), "{'CollectionRule':{'ResourceID':%s}}", web);
    assert_int_equal(act_invoke(f, "infra", "SMS_Collection", "P0100016",
                                "AddMembershipRule", rule),
                     STATUS_OK);
    assert_int_equal(act_invoke(f, "analyst", "SMS_Collection", "P0100016",
                                "AddMembershipRule", rule),
                     STATUS_DENIED);
    assert_int_equal(act_get(f, "infra", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 1);
    assert_int_equal(act_invoke(f, "infra", "SMS_Collection", "P0100016",
                                "DeleteMembershipRule", rule),
                     STATUS_OK);
    assert_int_equal(act_invoke(f, "infra", "SMS_Collection", "P0100016",
                                "DeleteMembershipRule", rule),
                     STATUS_INVALID);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "SMS00001",
                                "AddMembershipRule", rule),
                     STATUS_DENIED);
}

/* ---- Devices ---- */

static void a_device_is_seen_through_a_collection_that_holds_it(void **state)
{
    struct fixture *f = *state;
    char web[32];
    char desk[32];

    snprintf(web, sizeof(web), "%s", make_member(f, "web1", "P0100014"));
    snprintf(desk, sizeof(desk), "%s", make_member(f, "desk1", "P0100015"));
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", web), STATUS_OK);
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", desk),
                     STATUS_NOT_FOUND);
    assert_int_equal(
        act_update(f, "analyst", "SMS_R_System", web, "{'ADSiteName':'x'}"),
        STATUS_DENIED);
    assert_int_equal(act_delete(f, "analyst", "SMS_R_System", web),
                     STATUS_DENIED);
    assert_int_equal(
        act_create(f, "analyst", "SMS_R_System", "{'Name':'mine'}"),
        STATUS_DENIED);
    assert_int_equal(act_delete(f, "full", "SMS_R_System", web), STATUS_OK);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100014"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 0);
}

static void importing_needs_the_site_and_all_systems(void **state)
{
    struct fixture *f = *state;

    /* Import Machine on the site, but the devices of Servers alone */
    assert_int_equal(act_create(f, "full", "SMS_Admin",
                                "{'LogonName':'infra','Permissions':["
                                "{'RoleID':'SMS000ER','CategoryID':'SMS00UNA'},"
                                "{'RoleID':'SMS000ER','CategoryID':'P0100014',"
                                "'CategoryTypeID':1}]}"),
                     STATUS_OK);
    assert_int_equal(act_create(f, "infra", "SMS_R_System", "{'Name':'x'}"),
                     STATUS_DENIED);
    assert_int_equal(act_update(f, "full", "SMS_Admin", "16777222",
                                "{'Permissions':["
                                "{'RoleID':'SMS000ER','CategoryID':'SMS00UNA'},"
                                "{'RoleID':'SMS000ER','CategoryID':'SMS00001',"
                                "'CategoryTypeID':1}]}"),
                     STATUS_OK);
    assert_int_equal(act_create(f, "infra", "SMS_R_System", "{'Name':'x'}"),
                     STATUS_OK);
}

/* ---- Deployments ---- */

static void deploying_needs_read_here_and_deploy_there(void **state)
{
    struct fixture *f = *state;

    make_application(f, "Mine", "Web");
    make_application(f, "Other", "Db");
    assert_int_equal(
        act_create(f, "deployer", "SMS_ApplicationAssignment",
                   "{'AssignedCI':16777217,'TargetCollectionID':'P0100014'}"),
        STATUS_OK);
    assert_int_equal(
        act_create(f, "deployer", "SMS_ApplicationAssignment",
                   "{'AssignedCI':16777218,'TargetCollectionID':'P0100014'}"),
        STATUS_INVALID);
    assert_string_equal(f->failure.why, "There is no such SMS_Application.");
    assert_int_equal(
        act_create(f, "deployer", "SMS_ApplicationAssignment",
                   "{'ApplicationName':'Other','TargetCollectionID':"
                   "'P0100014'}"),
        STATUS_INVALID);
    assert_int_equal(
        act_create(f, "deployer", "SMS_ApplicationAssignment",
                   "{'AssignedCI':16777217,'TargetCollectionID':'P0100015'}"),
        STATUS_INVALID);
    assert_string_equal(f->failure.why, "There is no such SMS_Collection.");
    /* reads both, but may deploy nowhere */
    assert_int_equal(
        act_create(f, "analyst", "SMS_ApplicationAssignment",
                   "{'AssignedCI':16777217,'TargetCollectionID':'P0100014'}"),
        STATUS_DENIED);
}

static void a_deployment_is_seen_where_both_its_ends_are(void **state)
{
    struct fixture *f = *state;

    make_application(f, "Mine", "Web");
    make_application(f, "Other", "Db");
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'AssignedCI':16777217,'TargetCollectionID':'P0100014'}");
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'AssignedCI':16777218,'TargetCollectionID':'P0100014'}");
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'AssignedCI':16777217,'TargetCollectionID':'P0100015'}");
    assert_int_equal(
        act_get(f, "deployer", "SMS_ApplicationAssignment", "16777217"),
        STATUS_OK);
    assert_int_equal(
        act_get(f, "deployer", "SMS_ApplicationAssignment", "16777218"),
        STATUS_NOT_FOUND);
    assert_int_equal(
        act_get(f, "deployer", "SMS_ApplicationAssignment", "16777219"),
        STATUS_NOT_FOUND);
    assert_int_equal(act_list(f, "deployer", "SMS_ApplicationAssignment",
                              &(struct object_list){.count = true}),
                     STATUS_OK);
    assert_int_equal(n_items(f), 1);
    assert_int_equal(number_in(f, "count"), 1);
    /* who reads it without deploying there does not end it */
    assert_int_equal(
        act_delete(f, "analyst", "SMS_ApplicationAssignment", "16777217"),
        STATUS_DENIED);
    assert_int_equal(
        act_delete(f, "deployer", "SMS_ApplicationAssignment", "16777217"),
        STATUS_OK);
}

static void packages_are_deployed_by_their_own_right(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    put_in_scope(f, 2, "P0100001", scope_id(f, "Web"));
    assert_int_equal(act_create(f, "deployer", "SMS_Advertisement",
                                "{'PackageID':'P0100001','CollectionID':"
                                "'P0100014'}"),
                     STATUS_OK);
    assert_int_equal(act_create(f, "analyst", "SMS_Advertisement",
                                "{'PackageID':'P0100001','CollectionID':"
                                "'P0100014'}"),
                     STATUS_DENIED);
    assert_int_equal(act_delete(f, "full", "SMS_Package", "P0100001"),
                     STATUS_CONFLICT);
    assert_int_equal(act_delete(f, "deployer", "SMS_Advertisement", "P0120000"),
                     STATUS_OK);
    assert_int_equal(act_delete(f, "full", "SMS_Package", "P0100001"),
                     STATUS_OK);
}

/* ---- Administrators and roles ---- */

static enum status add_user(struct fixture *f, const char *as, const char *role,
                            const char *category, int type)
{
    char json[320];

    snprintf(json, sizeof(json),
             "{'LogonName':'new-%s-%s-%s','Permissions':["
             "{'RoleID':'%s','CategoryID':'%s','CategoryTypeID':%d}%s]}",
             as, role, category, role, category, type, "");
    return act_create(f, as, "SMS_Admin", json);
}

static void nobody_hands_out_more_than_they_hold(void **state)
{
    struct fixture *f = *state;
    char web[16];
    char db[16];

    snprintf(web, sizeof(web), "%s", scope_id(f, "Web"));
    snprintf(db, sizeof(db), "%s", scope_id(f, "Db"));
    assert_int_equal(add_user(f, "security", "SMS000FR", web, 29), STATUS_OK);
    assert_int_equal(add_user(f, "security", "SMS000FR", db, 29),
                     STATUS_DENIED);
    assert_int_equal(add_user(f, "security", "SMS0001R", web, 29),
                     STATUS_DENIED);
    assert_int_equal(f->failure.denial.decision.reason,
                     RBAC_GUARD_MORE_THAN_HELD);
    assert_int_equal(add_user(f, "security", "SMS000FR", "SMS00ALL", 29),
                     STATUS_DENIED);
    assert_int_equal(add_user(f, "full", "SMS0001R", "SMS00ALL", 29),
                     STATUS_OK);
    assert_int_equal(add_user(f, "analyst", "SMS0002R", web, 29),
                     STATUS_DENIED);
    assert_int_equal(add_user(f, "nobody", "SMS0002R", web, 29), STATUS_DENIED);
}

static void nobody_gives_themselves_more(void **state)
{
    struct fixture *f = *state;
    char web[16];
    char json[256];
    char key[32];

    snprintf(web, sizeof(web), "%s", scope_id(f, "Web"));
    snprintf(json, sizeof(json),
             "{'LogonName':'sec2','Permissions':[{'RoleID':'SMS000FR',"
             "'CategoryID':'%s'}]}",
             web);
    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_Admin", "AdminID", json));
    snprintf(json, sizeof(json),
             "{'Permissions':[{'RoleID':'SMS000FR','CategoryID':'%s'},"
             "{'RoleID':'SMS0001R','CategoryID':'%s'}]}",
             web, web);
    assert_int_equal(act_update(f, "sec2", "SMS_Admin", key, json),
                     STATUS_DENIED);
    assert_int_equal(
        act_update(f, "sec2", "SMS_Admin", key, "{'DisplayName':'Second'}"),
        STATUS_OK);
    assert_int_equal(act_update(f, "full", "SMS_Admin", key, json), STATUS_OK);
    /* from holders of more than the caller has, the caller may only take */
    assert_int_equal(
        act_update(f, "security", "SMS_Admin", key, "{'IsDisabled':true}"),
        STATUS_OK);
    assert_int_equal(
        act_update(f, "security", "SMS_Admin", key, "{'IsDisabled':false}"),
        STATUS_DENIED);
    assert_int_equal(act_delete(f, "security", "SMS_Admin", key), STATUS_OK);
}

static void make_top(struct fixture *f, const char *name, char key[32])
{
    char json[400];

    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':["
             "{'RoleID':'SMS0001R','CategoryID':'SMS00ALL'},"
             "{'RoleID':'SMS0001R','CategoryID':'SMS00001',"
             "'CategoryTypeID':1},"
             "{'RoleID':'SMS0001R','CategoryID':'SMS00004',"
             "'CategoryTypeID':1}]}",
             name);
    snprintf(key, 32, "%s", make_object(f, "SMS_Admin", "AdminID", json));
}

/* The declared one gives way, as if its line were gone from the file. */
static void undeclare_full(struct fixture *f)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(
        store_run_script(f->store, "UPDATE admin SET place = NULL"), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

static void nobody_removes_themselves_and_the_last_one_stays(void **state)
{
    struct fixture *f = *state;
    char second[32];

    undeclare_full(f);
    assert_int_equal(act_delete(f, "full", "SMS_Admin", "16777217"),
                     STATUS_DENIED);
    assert_int_equal(f->failure.denial.decision.reason, RBAC_GUARD_SELF);
    assert_int_equal(f->failure.denial.message_id, 31247);
    make_top(f, "second", second);
    assert_int_equal(act_delete(f, "second", "SMS_Admin", "16777217"),
                     STATUS_OK);
    /* the last one neither goes, nor is disabled, nor loses the role */
    assert_int_equal(
        act_update(f, "second", "SMS_Admin", second, "{'IsDisabled':true}"),
        STATUS_DENIED);
    assert_int_equal(f->failure.denial.decision.reason,
                     RBAC_GUARD_LAST_FULL_ADMINISTRATOR);
    assert_int_equal(f->failure.denial.message_id, 31248);
    assert_int_equal(act_update(f, "second", "SMS_Admin", second,
                                "{'Permissions':[{'RoleID':'SMS0002R',"
                                "'CategoryID':'SMS00ALL'}]}"),
                     STATUS_DENIED);
    assert_int_equal(
        act_update(f, "second", "SMS_Admin", second, "{'DisplayName':'Last'}"),
        STATUS_OK);
}

static void a_disabled_administrator_holds_nothing(void **state)
{
    struct fixture *f = *state;
    char second[32];

    make_top(f, "second", second);
    assert_int_equal(act_get(f, "second", "SMS_Site", "P01"), STATUS_OK);
    assert_int_equal(
        act_update(f, "full", "SMS_Admin", second, "{'IsDisabled':true}"),
        STATUS_OK);
    assert_int_equal(act_get(f, "second", "SMS_Site", "P01"), STATUS_NOT_FOUND);
    assert_int_equal(
        act_update(f, "full", "SMS_Admin", second, "{'IsDisabled':false}"),
        STATUS_OK);
    assert_int_equal(act_get(f, "second", "SMS_Site", "P01"), STATUS_OK);
}

static void permissions_are_checked_entry_by_entry(void **state)
{
    static const char *const bad[] = {
        "[]",
        "[{'RoleID':'SMS0002R'}]",
        "[{'RoleID':'SMS0099R','CategoryID':'SMS00UNA'}]",
        "[{'RoleID':'SMS0002R','CategoryID':'SMS00001'}]",
        "[{'RoleID':'SMS0002R','CategoryID':'SMS00001','CategoryTypeID':1}]",
        "[{'RoleID':'SMS0002R','CategoryID':'SMS00UNA','CategoryTypeID':7}]",
        "[{'RoleID':'SMS0002R','CategoryID':'SMS00UNA','ValidFrom':'x'}]",
        ("[{'RoleID':'SMS0002R','CategoryID':'SMS00UNA','ValidFrom':"
         "'2027-01-02','ValidUntil':'2027-01-01'}]"),
        "[{'Role':'SMS0002R','CategoryID':'SMS00UNA'}]",
        "['SMS0002R']",
        "'SMS0002R'",
    };
    struct fixture *f = *state;
    char json[256];

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        snprintf(json, sizeof(json), "{'LogonName':'x','Permissions':%s}",
                 bad[i]);
        assert_int_equal(act_create(f, "full", "SMS_Admin", json),
                         STATUS_INVALID);
        assert_string_equal(f->failure.property, "Permissions");
    }
}

static void an_identity_has_one_owner(void **state)
{
    static const char *const bad[] = {
        "[{'Kind':'certificate_serial','Value':'CN=X;nothex'}]",
        "[{'Kind':'certificate_key','Value':'AB'}]",
        "[{'Kind':'password','Value':'x'}]",
        "[{'Kind':'local','Value':'007'}]",
        "[{'Kind':'local','Value':'-1'}]",
        "[{'Kind':'token','Value':'nosubject'}]",
        "[{'Sort':'local','Value':'7'}]",
    };
    struct fixture *f = *state;
    char json[320];
    char key[32];

    make_top(f, "second", key);
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        snprintf(json, sizeof(json), "{'Identities':%s}", bad[i]);
        assert_int_equal(act_update(f, "full", "SMS_Admin", key, json),
                         STATUS_INVALID);
    }
    assert_int_equal(act_update(f, "full", "SMS_Admin", key,
                                "{'Identities':[{'Kind':'local','Value':'7'},"
                                "{'Kind':'token','Value':'https://i/ s'}]}"),
                     STATUS_OK);
    assert_string_equal(site_user_of(f->site, IDENTITY_LOCAL, TEXT("7")),
                        "second");
    assert_int_equal(
        act_create(f, "full", "SMS_Admin",
                   "{'LogonName':'third','Permissions':[{'RoleID':'SMS0002R',"
                   "'CategoryID':'SMS00UNA'}],"
                   "'Identities':[{'Kind':'local','Value':'7'}]}"),
        STATUS_CONFLICT);
    assert_int_equal(
        act_create(f, "full", "SMS_Admin",
                   "{'LogonName':'second','Permissions':[{'RoleID':"
                   "'SMS0002R','CategoryID':'SMS00UNA'}]}"),
        STATUS_CONFLICT);
}

static void a_role_gains_nothing_its_changer_lacks(void **state)
{
    struct fixture *f = *state;
    char role[16];
    char web[16];
    char json[256];

    snprintf(web, sizeof(web), "%s", scope_id(f, "Web"));
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID",
                         "{'RoleName':'Small','Operations':[{'ObjectTypeID':"
                         "29,'GrantedOperations':1}]}"));
    snprintf(json, sizeof(json),
             "{'LogonName':'small','Permissions':[{'RoleID':'%s',"
             "'CategoryID':'%s'}]}",
             role, web);
    make_object(f, "SMS_Admin", "AdminID", json);
    /* security has Modify on roles, but not what it would grant */
    assert_int_equal(act_update(f, "security", "SMS_Role", role,
                                "{'Operations':[{'ObjectTypeID':31,"
                                "'GrantedOperations':7}]}"),
                     STATUS_DENIED);
    assert_int_equal(act_update(f, "security", "SMS_Role", role,
                                "{'RoleDescription':'Reads scopes'}"),
                     STATUS_OK);
    assert_int_equal(act_update(f, "full", "SMS_Role", role,
                                "{'Operations':[{'ObjectTypeID':31,"
                                "'GrantedOperations':7}]}"),
                     STATUS_OK);
    assert_int_equal(act_delete(f, "full", "SMS_Role", role), STATUS_CONFLICT);
    assert_non_null(strstr(f->failure.why, "small"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_new_object_gets_the_scopes_of_its_creator),
        WITH_SITE(scopes_are_set_only_where_one_may),
        WITH_SITE(nothing_is_put_into_all),
        WITH_SITE(a_batch_happens_as_a_whole_or_not_at_all),
        WITH_SITE(a_scope_in_use_stays),
        WITH_SITE(a_collection_is_made_below_one_that_may_be_read),
        WITH_SITE(a_collection_is_not_limited_by_itself),
        WITH_SITE(a_collection_in_use_stays),
        WITH_SITE(a_rule_names_only_devices_that_may_be_read),
        WITH_SITE(a_device_is_seen_through_a_collection_that_holds_it),
        WITH_SITE(importing_needs_the_site_and_all_systems),
        WITH_SITE(deploying_needs_read_here_and_deploy_there),
        WITH_SITE(a_deployment_is_seen_where_both_its_ends_are),
        WITH_SITE(packages_are_deployed_by_their_own_right),
        WITH_SITE(nobody_hands_out_more_than_they_hold),
        WITH_SITE(nobody_gives_themselves_more),
        WITH_SITE(nobody_removes_themselves_and_the_last_one_stays),
        WITH_SITE(a_disabled_administrator_holds_nothing),
        WITH_SITE(permissions_are_checked_entry_by_entry),
        WITH_SITE(an_identity_has_one_owner),
        WITH_SITE(a_role_gains_nothing_its_changer_lacks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
