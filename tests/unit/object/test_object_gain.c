/*
 * What an act brings into collections is what who acts could give: to whoever
 * is assigned them and to what is deployed to them. Each refusal beside the
 * same act where nothing is given away.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/members.h"
#include "rbac/catalog.h"

/* Operations on collections, as roles hold them. */
enum {
    RESOURCE_READER = 4097,
    REMOTE_CONTROL = 32,
    MODIFY_RESOURCE = 128,
    DEPLOY = 1 << RBAC_OP_DEPLOY_APPLICATIONS,
    EVERYTHING = 1342176935,
};

#define SYSTEM "SMS_G_System_COMPUTER_SYSTEM"

static const char by_query[] = "'QueryExpression':'select * from SMS_R_System'";

/* A role of the mask on a collection, for a new administrator. */
static void make_person(struct fixture *f, const char *user, int64_t mask,
                        const char *collection)
{
    char json[320];
    char role[16];

    snprintf(json, sizeof(json),
             "{'RoleName':'%s','Operations':[{'ObjectTypeID':1,"
             "'GrantedOperations':%lld},{'ObjectTypeID':31,"
             "'GrantedOperations':1},{'ObjectTypeID':200,"
             "'GrantedOperations':1}]}",
             user, (long long)mask);
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID", json));
    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':[{'RoleID':'%s',"
             "'CategoryID':'SMS00UNA'},{'RoleID':'%s','CategoryID':'%s',"
             "'CategoryTypeID':1}]}",
             user, role, role, collection);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
}

/* One who has a second role, on another collection. */
static void make_reader_too(struct fixture *f, const char *user,
                            const char *with, int64_t mask,
                            const char *collection)
{
    char json[480];
    char roles[2][16];

    for (int i = 0; i < 2; i++) {
        snprintf(json, sizeof(json),
                 "{'RoleName':'%s%d','Operations':[{'ObjectTypeID':1,"
                 "'GrantedOperations':%lld},{'ObjectTypeID':31,"
                 "'GrantedOperations':1}]}",
                 user, i, i ? 4097LL : (long long)mask);
        snprintf(roles[i], sizeof(roles[i]), "%s",
                 make_object(f, "SMS_Role", "RoleID", json));
    }
    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':[{'RoleID':'%s',"
             "'CategoryID':'SMS00UNA'},{'RoleID':'%s','CategoryID':'%s',"
             "'CategoryTypeID':1},{'RoleID':'%s','CategoryID':'SMS00UNA'},"
             "{'RoleID':'%s','CategoryID':'%s','CategoryTypeID':1}]}",
             user, roles[0], roles[0], with, roles[1], roles[1], collection);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
}

static void make_below(struct fixture *f, const char *name, const char *limit)
{
    char json[128];

    snprintf(json, sizeof(json), "{'Name':'%s','LimitToCollectionID':'%s'}",
             name, limit);
    make_object(f, "SMS_Collection", "CollectionID", json);
    fixture_reload(f);
}

static enum status rule(struct fixture *f, const char *user, const char *method,
                        const char *collection, const char *what)
{
    char json[256];

    snprintf(json, sizeof(json), "{'CollectionRule':{%s,'RuleName':'r'}}",
             what);
    return act_invoke(f, user, "SMS_Collection", collection, method, json);
}

static enum status add(struct fixture *f, const char *user,
                       const char *collection, const char *what)
{
    return rule(f, user, "AddMembershipRule", collection, what);
}

static enum status take(struct fixture *f, const char *user,
                        const char *collection, const char *what)
{
    return rule(f, user, "DeleteMembershipRule", collection, what);
}

static enum status move(struct fixture *f, const char *user,
                        const char *collection, const char *limit)
{
    char json[64];

    snprintf(json, sizeof(json), "{'LimitToCollectionID':'%s'}", limit);
    return act_update(f, user, "SMS_Collection", collection, json);
}

static void deploy_to(struct fixture *f, const char *collection)
{
    char json[128];

    make_object(f, "SMS_Application", "CI_ID",
                "{'LocalizedDisplayName':'Editor'}");
    snprintf(json, sizeof(json),
             "{'AssignedCI':16777217,'TargetCollectionID':'%s'}", collection);
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID", json);
}

/* Mine is P0100016, below Servers (P0100014). */
static void a_deployment_does_not_move_where_its_mover_may_not_deploy(
    void **state)
{
    struct fixture *f = *state;

    make_below(f, "mine", "P0100014");
    make_reader_too(f, "ops", "P0100014", EVERYTHING, "SMS00001");
    assert_int_equal(add(f, "ops", "P0100016", by_query), STATUS_OK);
    /* nothing is deployed yet: it may move there and back */
    assert_int_equal(move(f, "ops", "P0100016", "SMS00001"), STATUS_OK);
    fixture_reload(f);
    assert_int_equal(move(f, "full", "P0100016", "P0100014"), STATUS_OK);
    fixture_reload(f);
    deploy_to(f, "P0100016");
    assert_int_equal(move(f, "ops", "P0100016", "SMS00001"), STATUS_DENIED);
    assert_int_equal(f->failure.denial.need.operation,
                     RBAC_OP_DEPLOY_APPLICATIONS);
    assert_non_null(strstr(f->failure.why, "mine (P0100016)"));
    assert_int_equal(move(f, "full", "P0100016", "SMS00001"), STATUS_OK);
}

static void one_may_move_where_one_deploys(void **state)
{
    struct fixture *f = *state;

    make_below(f, "mine", "P0100014");
    make_below(f, "narrow", "P0100015"); /* P0100017 */
    make_reader_too(f, "some", "P0100014", EVERYTHING, "P0100015");
    make_person(f, "ops", EVERYTHING, "SMS00001");
    deploy_to(f, "P0100016");
    assert_int_equal(move(f, "some", "P0100016", "P0100015"), STATUS_DENIED);
    assert_int_equal(move(f, "ops", "P0100016", "P0100015"), STATUS_OK);
    fixture_reload(f);
    /* nothing comes by a narrower limit */
    make_person(f, "editor", 3, "SMS00001");
    assert_int_equal(move(f, "editor", "P0100016", "P0100017"), STATUS_OK);
}

static void colleagues_gain_nothing_that_the_mover_lacks(void **state)
{
    struct fixture *f = *state;

    make_below(f, "mine", "P0100014");
    make_person(f, "colleague", RESOURCE_READER + REMOTE_CONTROL, "P0100016");
    make_reader_too(f, "mover", "P0100014", 4099, "P0100015");
    assert_int_equal(move(f, "mover", "P0100016", "P0100015"), STATUS_DENIED);
    assert_int_equal(f->failure.denial.need.operation, 5); /* Remote Control */
    make_person(f, "able", 3 + RESOURCE_READER - 1 + REMOTE_CONTROL,
                "SMS00001");
    assert_int_equal(move(f, "able", "P0100016", "P0100015"), STATUS_OK);
}

static void those_below_and_those_that_include_it_gain_too(void **state)
{
    struct fixture *f = *state;

    make_below(f, "mine", "P0100014");
    make_below(f, "below", "P0100016");  /* P0100017 */
    make_below(f, "beside", "SMS00001"); /* P0100018 */
    make_reader_too(f, "ops", "P0100014", EVERYTHING, "SMS00001");
    assert_int_equal(
        add(f, "full", "P0100018", "'IncludeCollectionID':'P0100017'"),
        STATUS_OK);
    assert_int_equal(move(f, "ops", "P0100016", "SMS00001"), STATUS_OK);
    fixture_reload(f);
    assert_int_equal(move(f, "full", "P0100016", "P0100014"), STATUS_OK);
    fixture_reload(f);
    deploy_to(f, "P0100018");
    assert_int_equal(move(f, "ops", "P0100016", "SMS00001"), STATUS_DENIED);
}

static void a_rule_gives_what_it_names(void **state)
{
    struct fixture *f = *state;

    make_member(f, "desk1", "P0100015"); /* 16777217 */
    make_member(f, "web1", "P0100014");  /* 16777218 */
    make_below(f, "mine", "SMS00001");   /* P0100016 */
    make_below(f, "hers", "SMS00001");   /* P0100017 */
    assert_int_equal(
        add(f, "full", "P0100017", "'IncludeCollectionID':'P0100015'"),
        STATUS_OK);
    deploy_to(f, "P0100016");
    /* may change every collection, may deploy to Servers */
    make_person(f, "editor", 4099, "SMS00001");
    assert_int_equal(add(f, "editor", "P0100016", "'ResourceID':16777218"),
                     STATUS_DENIED);
    assert_int_equal(add(f, "editor", "P0100016", by_query), STATUS_DENIED);
    assert_int_equal(
        add(f, "editor", "P0100016", "'IncludeCollectionID':'P0100017'"),
        STATUS_DENIED);
    assert_int_equal(f->failure.denial.need.operation,
                     RBAC_OP_DEPLOY_APPLICATIONS);
    assert_int_equal(
        add(f, "editor", "P0100016", "'ExcludeCollectionID':'P0100017'"),
        STATUS_OK); /* nothing comes by that */
    assert_int_equal(
        take(f, "editor", "P0100016", "'ExcludeCollectionID':'P0100017'"),
        STATUS_DENIED);
    /* another where nothing is deployed */
    assert_int_equal(add(f, "editor", "P0100017", "'ResourceID':16777218"),
                     STATUS_OK);
    assert_int_equal(add(f, "editor", "P0100017", by_query), STATUS_OK);
}

/* What a query finds comes from the limit, also for what is limited by the
 * collection and has no other source. */
static void a_query_above_a_deployment_brings_what_its_limit_holds(void **state)
{
    struct fixture *f = *state;

    make_below(f, "mine", "P0100014");  /* P0100016 */
    make_below(f, "below", "P0100016"); /* P0100017 */
    deploy_to(f, "P0100017");
    make_person(f, "editor", 4099, "P0100014");
    make_person(f, "ops", 4099 + DEPLOY, "P0100014");
    assert_int_equal(add(f, "editor", "P0100016", by_query), STATUS_DENIED);
    assert_int_equal(add(f, "ops", "P0100016", by_query), STATUS_OK);
    assert_int_equal(add(f, "full", "P0100016", by_query), STATUS_OK);
    make_member(f, "web1", "P0100014"); /* 16777217 */
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100016",
                                "RequestRefresh", "{}"),
                     STATUS_OK);
}

static void who_deploys_to_the_devices_may_name_them(void **state)
{
    struct fixture *f = *state;

    make_member(f, "desk1", "P0100015"); /* 16777217 */
    make_member(f, "web1", "P0100014");  /* 16777218 */
    make_below(f, "mine", "SMS00001");   /* P0100016 */
    deploy_to(f, "P0100016");
    make_reader_too(f, "ops", "P0100014", EVERYTHING, "SMS00001");
    make_person(f, "top", EVERYTHING, "SMS00001");
    assert_int_equal(add(f, "top", "P0100016", "'ResourceID':16777217"),
                     STATUS_OK);
    assert_int_equal(
        add(f, "top", "P0100016", "'IncludeCollectionID':'P0100014'"),
        STATUS_OK);
}

static void who_leaves_an_excluded_one_comes_where_it_is_excluded(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014"); /* 16777217 */
    make_below(f, "kept", "P0100014");  /* P0100016 */
    make_below(f, "rest", "P0100014");  /* P0100017 */
    assert_int_equal(add(f, "full", "P0100016", "'ResourceID':16777217"),
                     STATUS_OK);
    assert_int_equal(add(f, "full", "P0100017", by_query), STATUS_OK);
    make_person(f, "editor", 4099, "P0100014");
    assert_int_equal(take(f, "editor", "P0100016", "'ResourceID':16777217"),
                     STATUS_OK);
    assert_int_equal(add(f, "editor", "P0100016", "'ResourceID':16777217"),
                     STATUS_OK);
    assert_int_equal(
        add(f, "full", "P0100017", "'ExcludeCollectionID':'P0100016'"),
        STATUS_OK);
    deploy_to(f, "P0100017");
    assert_int_equal(take(f, "editor", "P0100016", "'ResourceID':16777217"),
                     STATUS_DENIED);
    assert_int_equal(take(f, "full", "P0100016", "'ResourceID':16777217"),
                     STATUS_OK);
}

static void refuse_renaming_into(struct fixture *f, const char *refresh)
{
    make_member(f, "web1", "P0100014"); /* 16777217 */
    make_below(f, "mine", "SMS00001");  /* P0100016 */
    assert_int_equal(
        act_update(f, "full", "SMS_Collection", "P0100016", refresh),
        STATUS_OK);
    assert_int_equal(add(f, "full", "P0100016",
                         "'QueryExpression':'select * from SMS_R_System where"
                         " Name = \\\"bad\\\"'"),
                     STATUS_OK);
    deploy_to(f, "P0100016");
    make_person(f, "tech", RESOURCE_READER + MODIFY_RESOURCE, "P0100014");
    make_person(f, "ops", RESOURCE_READER + MODIFY_RESOURCE + DEPLOY,
                "P0100014");
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'Name':'good'}"),
        STATUS_OK);
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'Name':'bad'}"),
        STATUS_DENIED);
    assert_int_equal(
        act_update(f, "ops", "SMS_R_System", "16777217", "{'Name':'bad'}"),
        STATUS_OK);
}

static void a_device_is_not_renamed_into_a_deployment(void **state)
{
    refuse_renaming_into(*state, "{'RefreshType':4}");
}

/* What the schedule would do tomorrow is asked about today. */
static void nor_into_what_is_refreshed_on_schedule(void **state)
{
    refuse_renaming_into(*state, "{'RefreshType':2}");
    assert_int_equal(act_get(*state, "full", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    assert_int_equal(number_in(*state, "MemberCount"), 0);
}

/* The same by a row of inventory that only a scheduled rule asks for. */
static void nor_by_a_row_that_is_asked_for_on_schedule(void **state)
{
    static const char row[] = "{'ResourceID':16777217,'Manufacturer':'bad'}";
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014"); /* 16777217 */
    make_below(f, "mine", "SMS00001");  /* P0100016 */
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100016",
                                "{'RefreshType':2}"),
                     STATUS_OK);
    assert_int_equal(
        add(f, "full", "P0100016",
            "'QueryExpression':'select * from SMS_R_System where ResourceID in"
            " (select ResourceID from " SYSTEM
            " where Manufacturer = \\\"bad\\\")'"),
        STATUS_OK);
    deploy_to(f, "P0100016");
    make_person(f, "tech", RESOURCE_READER + MODIFY_RESOURCE, "P0100014");
    make_person(f, "ops", RESOURCE_READER + MODIFY_RESOURCE + DEPLOY,
                "P0100014");
    assert_int_equal(act_create(f, "tech", SYSTEM, row), STATUS_DENIED);
    assert_int_equal(
        act_create(f, "tech", SYSTEM,
                   "{'ResourceID':16777217,'Manufacturer':'good'}"),
        STATUS_OK);
    assert_int_equal(
        act_update(f, "tech", SYSTEM, "16777217", "{'Manufacturer':'bad'}"),
        STATUS_DENIED);
    assert_int_equal(
        act_update(f, "ops", SYSTEM, "16777217", "{'Manufacturer':'bad'}"),
        STATUS_OK);
}

static void make_rest(struct fixture *f, const char *refresh)
{
    make_member(f, "web1", "P0100014"); /* 16777217 */
    make_below(f, "kept", "SMS00001");  /* P0100016 */
    make_below(f, "rest", "P0100014");  /* P0100017 */
    assert_int_equal(
        act_update(f, "full", "SMS_Collection", "P0100016", refresh),
        STATUS_OK);
    assert_int_equal(add(f, "full", "P0100016",
                         "'QueryExpression':'select * from SMS_R_System where"
                         " Name like \\\"web%\\\"'"),
                     STATUS_OK);
    assert_int_equal(add(f, "full", "P0100017", by_query), STATUS_OK);
    assert_int_equal(
        add(f, "full", "P0100017", "'ExcludeCollectionID':'P0100016'"),
        STATUS_OK);
    deploy_to(f, "P0100017");
}

static void nor_out_of_what_another_excludes(void **state)
{
    struct fixture *f = *state;

    make_rest(f, "{'RefreshType':2}");
    make_person(f, "tech", RESOURCE_READER + MODIFY_RESOURCE, "P0100014");
    make_person(f, "ops", RESOURCE_READER + MODIFY_RESOURCE + DEPLOY,
                "P0100014");
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'Name':'web2'}"),
        STATUS_OK);
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'Name':'db'}"),
        STATUS_DENIED);
    assert_int_equal(
        act_update(f, "ops", "SMS_R_System", "16777217", "{'Name':'db'}"),
        STATUS_OK);
}

/* Two are refreshed one after the other: in between the device is in rest. */
static void nor_through_what_is_refreshed_first(void **state)
{
    struct fixture *f = *state;

    make_rest(f, "{'RefreshType':2}");
    make_below(f, "also", "P0100014"); /* P0100018 */
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100018",
                                "{'RefreshType':2}"),
                     STATUS_OK);
    assert_int_equal(add(f, "full", "P0100018",
                         "'QueryExpression':'select * from SMS_R_System where"
                         " Name like \\\"db%\\\"'"),
                     STATUS_OK);
    assert_int_equal(
        add(f, "full", "P0100017", "'ExcludeCollectionID':'P0100018'"),
        STATUS_OK);
    make_person(f, "tech", RESOURCE_READER + MODIFY_RESOURCE, "P0100014");
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'Name':'db'}"),
        STATUS_DENIED);
}

/* Kept holds the device until its refresh, and keeps it out of rest. */
static void nor_where_a_refresh_lets_it_in_that_waits(void **state)
{
    struct fixture *f = *state;

    make_rest(f, "{'RefreshType':2}");
    make_below(f, "more", "P0100014"); /* P0100018 */
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100018",
                                "{'RefreshType':4}"),
                     STATUS_OK);
    assert_int_equal(add(f, "full", "P0100018",
                         "'QueryExpression':'select * from SMS_R_System where"
                         " ADSiteName = \\\"x\\\"'"),
                     STATUS_OK);
    assert_int_equal(
        add(f, "full", "P0100018", "'ExcludeCollectionID':'P0100016'"),
        STATUS_OK);
    deploy_to(f, "P0100018");
    make_person(f, "tech", RESOURCE_READER + MODIFY_RESOURCE, "P0100014");
    make_person(f, "ops", RESOURCE_READER + MODIFY_RESOURCE + DEPLOY,
                "P0100014");
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", "16777217", "{'Name':'db'}"),
        STATUS_OK);
    /* it will come into rest, whatever tech does */
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'ADSiteName':'y'}"),
        STATUS_OK);
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'ADSiteName':'x'}"),
        STATUS_DENIED);
    assert_non_null(strstr(f->failure.why, "more (P0100018)"));
    assert_int_equal(
        act_update(f, "ops", "SMS_R_System", "16777217", "{'ADSiteName':'x'}"),
        STATUS_OK);
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'ADSiteName':'z'}"),
        STATUS_OK);
}

enum { ROW_OF_P0100016 = 22 };

/* A refresh of P0100016 that was asked for and has not been made yet. */
static void request(struct fixture *f, bool with_queries)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    if (!with_queries)
        assert_int_equal(members_query(f->store, ROW_OF_P0100016, f->now_s, 0),
                         STATUS_OK);
    assert_int_equal(
        evaluation_request(f->store, ROW_OF_P0100016, with_queries, f->now_s),
        STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

/* wide does not hold the device until its refresh; deep below it is deployed
 * to, and finds what is called bad. */
static void make_wide(struct fixture *f)
{
    make_below(f, "wide", "SMS00001"); /* P0100016 */
    make_below(f, "deep", "P0100016"); /* P0100017 */
    assert_int_equal(add(f, "full", "P0100016", by_query), STATUS_OK);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100017",
                                "{'RefreshType':4}"),
                     STATUS_OK);
    assert_int_equal(add(f, "full", "P0100017",
                         "'QueryExpression':'select * from SMS_R_System where"
                         " Name = \\\"bad\\\"'"),
                     STATUS_OK);
    make_member(f, "web1", "P0100014"); /* 16777217 */
    deploy_to(f, "P0100017");
    make_person(f, "tech", RESOURCE_READER + MODIFY_RESOURCE, "P0100014");
    make_person(f, "ops", RESOURCE_READER + MODIFY_RESOURCE + DEPLOY,
                "P0100014");
}

static void refuse_what_is_due(struct fixture *f)
{
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'Name':'good'}"),
        STATUS_OK);
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'Name':'bad'}"),
        STATUS_DENIED);
    assert_int_equal(
        act_update(f, "ops", "SMS_R_System", "16777217", "{'Name':'bad'}"),
        STATUS_OK);
}

static void nor_where_its_limit_will_hold_it(void **state)
{
    make_wide(*state);
    request(*state, true);
    refuse_what_is_due(*state);
}

static void nor_where_its_limit_has_found_it(void **state)
{
    make_wide(*state);
    request(*state, false);
    refuse_what_is_due(*state);
}

/* As after an import into a site of many rules. */
static void nor_where_its_limit_finds_it_after_an_import(void **state)
{
    struct fixture *f = *state;

    make_wide(f);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100016",
                                "{'RefreshType':4}"),
                     STATUS_OK);
    assert_int_equal(
        store_run_script(f->store,
                         "DELETE FROM collection_block WHERE collection = 22;"
                         "DELETE FROM rule_block WHERE rule IN (SELECT row"
                         " FROM collection_rule WHERE collection = 22);"
                         "INSERT INTO arrival_due (first, last, rule)"
                         " VALUES (16777217, 16777217, 0);"),
        STATUS_OK);
    refuse_what_is_due(f);
}

static void nor_into_what_is_being_refreshed_by_hand(void **state)
{
    struct fixture *f = *state;

    make_below(f, "wide", "SMS00001"); /* P0100016 */
    assert_int_equal(add(f, "full", "P0100016",
                         "'QueryExpression':'select * from SMS_R_System where"
                         " Name = \\\"bad\\\"'"),
                     STATUS_OK);
    make_member(f, "web1", "P0100014"); /* 16777217 */
    deploy_to(f, "P0100016");
    make_person(f, "tech", RESOURCE_READER + MODIFY_RESOURCE, "P0100014");
    make_person(f, "ops", RESOURCE_READER + MODIFY_RESOURCE + DEPLOY,
                "P0100014");
    request(f, true);
    refuse_what_is_due(f);
}

/* Devices that come with an import where there are so many rules that they are
 * asked behind it: all but what is here for that find none. */
static void import_to_many_rules(struct fixture *f)
{
    assert_int_equal(
        store_run_script(
            f->store,
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            " WHERE i < 300) INSERT INTO collection_rule (collection, kind,"
            " wql, name) SELECT 21, 2, 'select * from SMS_R_System where"
            " Name = \"none\"', 'q' FROM n;"),
        STATUS_OK);
    assert_int_equal(
        act_import(f, "full", "SMS_R_System", "Name",
                   "[{'Name':'n1'},{'Name':'n2'},{'Name':'n3'},{'Name':'n4'},"
                   "{'Name':'n5'},{'Name':'n6'}]"),
        STATUS_OK);
}

static void make_incremental(struct fixture *f, const char *key,
                             const char *where)
{
    char rule[256];

    assert_int_equal(
        act_update(f, "full", "SMS_Collection", key, "{'RefreshType':4}"),
        STATUS_OK);
    snprintf(rule, sizeof(rule),
             "'QueryExpression':'select * from SMS_R_System where %s'", where);
    assert_int_equal(add(f, "full", key, rule), STATUS_OK);
}

static void nor_where_its_limit_is_asked_behind_an_import(void **state)
{
    struct fixture *f = *state;

    make_below(f, "wide", "SMS00001"); /* P0100016 */
    make_below(f, "deep", "P0100016"); /* P0100017 */
    make_incremental(f, "P0100016", "ResourceID > 0");
    make_incremental(f, "P0100017", "ADSiteName = \\\"bad\\\"");
    deploy_to(f, "P0100017");
    make_person(f, "tech", RESOURCE_READER + MODIFY_RESOURCE, "SMS00001");
    import_to_many_rules(f);
    assert_int_equal(act_update(f, "tech", "SMS_R_System", "16777217",
                                "{'ADSiteName':'bad'}"),
                     STATUS_DENIED);
    assert_int_equal(act_update(f, "tech", "SMS_R_System", "16777217",
                                "{'ADSiteName':'good'}"),
                     STATUS_OK);
}

static void what_is_kept_out_stays_out_behind_an_import(void **state)
{
    struct fixture *f = *state;

    make_below(f, "kept", "SMS00001"); /* P0100016 */
    make_below(f, "rest", "SMS00001"); /* P0100017 */
    make_incremental(f, "P0100016", "Name like \\\"n%\\\"");
    make_incremental(f, "P0100017", "ADSiteName = \\\"x\\\"");
    assert_int_equal(
        add(f, "full", "P0100017", "'ExcludeCollectionID':'P0100016'"),
        STATUS_OK);
    import_to_many_rules(f);
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", "16777217", "{'ADSiteName':'x'}"),
        STATUS_OK);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100017"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 0);
}

/* Time alone brings it into what asks for the time. */
static void nor_into_what_will_find_it_later(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014"); /* 16777217 */
    make_below(f, "old", "SMS00001");   /* P0100016 */
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100016",
                                "{'RefreshType':4}"),
                     STATUS_OK);
    assert_int_equal(add(f, "full", "P0100016",
                         "'QueryExpression':'select * from SMS_R_System where"
                         " LastLogonTimestamp < DateAdd(dd,-7,GetDate())'"),
                     STATUS_OK);
    make_person(f, "tech", RESOURCE_READER + MODIFY_RESOURCE, "P0100014");
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217",
                   "{'LastLogonTimestamp':'2099-01-01T00:00:00Z'}"),
        STATUS_OK); /* nothing is deployed there */
    deploy_to(f, "P0100016");
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217",
                   "{'LastLogonTimestamp':'2098-01-01T00:00:00Z'}"),
        STATUS_DENIED);
    assert_int_equal(
        act_update(f, "tech", "SMS_R_System", "16777217", "{'Name':'web2'}"),
        STATUS_OK);
    make_person(f, "ops", RESOURCE_READER + MODIFY_RESOURCE + DEPLOY,
                "P0100014");
    assert_int_equal(
        act_update(f, "ops", "SMS_R_System", "16777217",
                   "{'LastLogonTimestamp':'2098-01-01T00:00:00Z'}"),
        STATUS_OK);
}

/* The site would bring what its editor could not. */
/* ---- Devices that are new ---- */

enum { IMPORTER = 1 | 64 | 128 | 512 | 4096, IMPORT_MACHINE = 1 | 1 << 19 };

/* Whoever imports, and what else they may do on collections. */
static void make_importer(struct fixture *f, const char *user, int64_t more)
{
    char json[320];
    char role[16];

    snprintf(json, sizeof(json),
             "{'RoleName':'%s','Operations':[{'ObjectTypeID':1,"
             "'GrantedOperations':%lld},{'ObjectTypeID':6,"
             "'GrantedOperations':%d}]}",
             user, (long long)(IMPORTER | more), IMPORT_MACHINE);
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID", json));
    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':[{'RoleID':'%s','CategoryID':"
             "'SMS00UNA'},{'RoleID':'%s','CategoryID':'SMS00001',"
             "'CategoryTypeID':1}]}",
             user, role, role);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
}

static enum status make_device(struct fixture *f, const char *user,
                               const char *name)
{
    char json[64];

    snprintf(json, sizeof(json), "{'Name':'%s'}", name);
    return act_create(f, user, "SMS_R_System", json);
}

/* What renaming one may not do, deleting it and making it anew may not. */
static void refuse_making_into(struct fixture *f, const char *refresh)
{
    make_below(f, "Web", "SMS00001"); /* P0100016 */
    assert_int_equal(
        act_update(f, "full", "SMS_Collection", "P0100016", refresh),
        STATUS_OK);
    assert_int_equal(add(f, "full", "P0100016",
                         "'QueryExpression':'select * from SMS_R_System where"
                         " Name like \\'web%\\''"),
                     STATUS_OK);
    make_importer(f, "importer", 0);
    make_importer(f, "deploys", DEPLOY);
    assert_int_equal(make_device(f, "importer", "web1"), STATUS_OK);
    deploy_to(f, "P0100016");
    assert_int_equal(make_device(f, "importer", "db1"), STATUS_OK);
    assert_int_equal(make_device(f, "importer", "web2"), STATUS_DENIED);
    assert_int_equal(f->failure.denial.need.operation,
                     RBAC_OP_DEPLOY_APPLICATIONS);
    assert_int_equal(act_import(f, "importer", "SMS_R_System", NULL,
                                "[{'Name':'web3'},{'Name':'db2'}]"),
                     STATUS_OK);
    assert_string_equal(f->import, "16777219|||1");
    assert_int_equal(make_device(f, "deploys", "web4"), STATUS_OK);
    assert_int_equal(make_device(f, "full", "web5"), STATUS_OK);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "SMS00001"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 5);
}

static void a_device_is_not_made_into_a_deployment(void **state)
{
    refuse_making_into(*state, "{'RefreshType':4}");
}

static void nor_into_one_that_is_refreshed_on_schedule(void **state)
{
    refuse_making_into(*state, "{'RefreshType':2}");
}

static void nor_by_asking_the_site_to_refresh(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014"); /* 16777217 */
    make_below(f, "mine", "P0100014");  /* P0100016 */
    assert_int_equal(add(f, "full", "P0100016",
                         "'QueryExpression':'select * from SMS_R_System where"
                         " Name = \\\"web2\\\"'"),
                     STATUS_OK);
    deploy_to(f, "P0100016");
    make_person(f, "editor", RESOURCE_READER + 2, "P0100014");
    assert_int_equal(act_update(f, "editor", "SMS_Collection", "P0100016",
                                "{'RefreshType':2}"),
                     STATUS_OK); /* it would find nothing */
    assert_int_equal(act_update(f, "editor", "SMS_Collection", "P0100016",
                                "{'RefreshType':1}"),
                     STATUS_OK);
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", "16777217", "{'Name':'web2'}"),
        STATUS_OK);
    assert_int_equal(act_update(f, "editor", "SMS_Collection", "P0100016",
                                "{'RefreshType':2}"),
                     STATUS_DENIED);
    make_person(f, "ops", RESOURCE_READER + 2 + DEPLOY, "P0100014");
    assert_int_equal(
        act_update(f, "ops", "SMS_Collection", "P0100016", "{'RefreshType':2}"),
        STATUS_OK);
    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 0); /* not yet */
}

static void nor_into_a_deployment_of_client_settings(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014"); /* 16777217 */
    make_below(f, "mine", "P0100014");  /* P0100016 */
    make_person(f, "editor", 4099, "P0100014");
    make_person(f, "ops", 4099 + (1 << RBAC_OP_DEPLOY_CLIENT_SETTINGS),
                "P0100014");
    make_object(f, "SMS_ClientSettings", "SettingsID", "{'Name':'Strict'}");
    make_object(f, "SMS_ClientSettingsAssignment", "AssignmentID",
                "{'ClientSettingsID':16777217,'CollectionID':'P0100016'}");
    assert_int_equal(add(f, "editor", "P0100016", "'ResourceID':16777217"),
                     STATUS_DENIED);
    assert_int_equal(f->failure.denial.need.operation,
                     RBAC_OP_DEPLOY_CLIENT_SETTINGS);
    assert_int_equal(add(f, "ops", "P0100016", "'ResourceID':16777217"),
                     STATUS_OK);
}

static void a_refresh_brings_what_the_caller_could_name(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014"); /* 16777217 */
    make_below(f, "mine", "P0100014");  /* P0100016 */
    assert_int_equal(add(f, "full", "P0100016", by_query), STATUS_OK);
    deploy_to(f, "P0100016");
    make_member(f, "web2", "P0100014");
    make_person(f, "ops", RESOURCE_READER + DEPLOY, "P0100014");
    assert_int_equal(act_invoke(f, "analyst", "SMS_Collection", "P0100016",
                                "RequestRefresh", NULL),
                     STATUS_DENIED);
    assert_int_equal(act_invoke(f, "ops", "SMS_Collection", "P0100016",
                                "RequestRefresh", NULL),
                     STATUS_OK);
    assert_int_equal(act_invoke(f, "analyst", "SMS_Collection", "P0100016",
                                "RequestRefresh", NULL),
                     STATUS_OK); /* nothing comes */
}

/* ---- What keeps a collection ---- */

static enum status release(struct fixture *f, const char *user,
                           const char *collection)
{
    return act_invoke(f, user, "SMS_Collection", collection,
                      "ReleaseCollection", NULL);
}

static void who_owns_a_collection_ends_what_pins_it(void **state)
{
    struct fixture *f = *state;

    make_below(f, "mine", "P0100014"); /* P0100016 */
    make_person(f, "owner", 4103 + 1024, "P0100014");
    make_reader_too(f, "pinner", "P0100015", EVERYTHING, "P0100014");
    assert_int_equal(act_create(f, "pinner", "SMS_Collection",
                                "{'Name':'pin',"
                                "'LimitToCollectionID':'P0100015'}"),
                     STATUS_OK); /* P0100017 */
    fixture_reload(f);
    assert_int_equal(
        add(f, "pinner", "P0100017", "'ExcludeCollectionID':'P0100016'"),
        STATUS_OK);
    assert_int_equal(act_delete(f, "owner", "SMS_Collection", "P0100016"),
                     STATUS_CONFLICT);
    assert_non_null(strstr(f->failure.why,
                           "P0100017, which excludes it, made"
                           " by pinner. Call ReleaseCollection"));
    assert_int_equal(release(f, "analyst", "P0100016"), STATUS_DENIED);
    assert_int_equal(release(f, "owner", "P0100016"), STATUS_OK);
    assert_int_equal(act_delete(f, "owner", "SMS_Collection", "P0100016"),
                     STATUS_OK);
}

static void nobody_releases_devices_into_a_deployment(void **state)
{
    struct fixture *f = *state;

    make_below(f, "mine", "P0100014");   /* P0100016 */
    make_below(f, "others", "SMS00001"); /* P0100017 */
    make_person(f, "owner", 4103, "P0100014");
    make_person(f, "deployer2", 4103 + DEPLOY, "P0100014");
    assert_int_equal(
        add(f, "full", "P0100017", "'ExcludeCollectionID':'P0100016'"),
        STATUS_OK);
    deploy_to(f, "P0100017");
    assert_int_equal(release(f, "owner", "P0100016"), STATUS_DENIED);
    assert_int_equal(release(f, "deployer2", "P0100016"), STATUS_OK);
}

/* ---- What is read by a move ---- */

static void a_query_moves_only_where_its_mover_reads_devices(void **state)
{
    struct fixture *f = *state;

    make_below(f, "mine", "P0100014"); /* P0100016 */
    make_below(f, "sub", "P0100016");  /* P0100017 */
    make_person(f, "mover", 3, "SMS00001");
    make_person(f, "reader", 4099, "SMS00001");
    assert_int_equal(move(f, "mover", "P0100016", "P0100015"), STATUS_OK);
    fixture_reload(f);
    assert_int_equal(move(f, "full", "P0100016", "P0100014"), STATUS_OK);
    fixture_reload(f);
    assert_int_equal(add(f, "full", "P0100017", by_query), STATUS_OK);
    assert_int_equal(move(f, "mover", "P0100016", "P0100015"), STATUS_DENIED);
    assert_int_equal(f->failure.denial.need.operation, RBAC_OP_READ_RESOURCE);
    assert_int_equal(move(f, "mover", "P0100017", "P0100015"), STATUS_DENIED);
    assert_int_equal(move(f, "reader", "P0100016", "P0100015"), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_deployment_does_not_move_where_its_mover_may_not_deploy),
        WITH_SITE(one_may_move_where_one_deploys),
        WITH_SITE(colleagues_gain_nothing_that_the_mover_lacks),
        WITH_SITE(those_below_and_those_that_include_it_gain_too),
        WITH_SITE(a_rule_gives_what_it_names),
        WITH_SITE(a_query_above_a_deployment_brings_what_its_limit_holds),
        WITH_SITE(who_deploys_to_the_devices_may_name_them),
        WITH_SITE(who_leaves_an_excluded_one_comes_where_it_is_excluded),
        WITH_SITE(a_device_is_not_renamed_into_a_deployment),
        WITH_SITE(nor_into_what_is_refreshed_on_schedule),
        WITH_SITE(nor_by_a_row_that_is_asked_for_on_schedule),
        WITH_SITE(nor_out_of_what_another_excludes),
        WITH_SITE(nor_through_what_is_refreshed_first),
        WITH_SITE(nor_where_a_refresh_lets_it_in_that_waits),
        WITH_SITE(nor_where_its_limit_will_hold_it),
        WITH_SITE(nor_where_its_limit_has_found_it),
        WITH_SITE(nor_where_its_limit_finds_it_after_an_import),
        WITH_SITE(nor_into_what_is_being_refreshed_by_hand),
        WITH_SITE(nor_where_its_limit_is_asked_behind_an_import),
        WITH_SITE(what_is_kept_out_stays_out_behind_an_import),
        WITH_SITE(nor_into_what_will_find_it_later),
        WITH_SITE(a_device_is_not_made_into_a_deployment),
        WITH_SITE(nor_into_one_that_is_refreshed_on_schedule),
        WITH_SITE(nor_by_asking_the_site_to_refresh),
        WITH_SITE(nor_into_a_deployment_of_client_settings),
        WITH_SITE(a_refresh_brings_what_the_caller_could_name),
        WITH_SITE(who_owns_a_collection_ends_what_pins_it),
        WITH_SITE(nobody_releases_devices_into_a_deployment),
        WITH_SITE(a_query_moves_only_where_its_mover_reads_devices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
