/* Collections that policy files declare. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rules of a test, ended by one without a value. */
enum { RULES_MAX = 4 };
struct named {
    const char *name;
    const char *limiting;
    struct policy_rule rules[RULES_MAX];
    const char *comment;
    bool is_user;
    unsigned line; /* of a.yaml; 0: the first */
    struct policy_origin origin;
    enum policy_refresh refresh;
    const char *schedule;
};

#define DIRECT(device)                                                         \
    {                                                                          \
        {"a.yaml", 9, 1}, POLICY_RULE_DIRECT, "", device                       \
    }
#define INCLUDE(other)                                                         \
    {                                                                          \
        {"a.yaml", 9, 1}, POLICY_RULE_INCLUDE, "", other                       \
    }
#define EXCLUDE(other)                                                         \
    {                                                                          \
        {"a.yaml", 9, 1}, POLICY_RULE_EXCLUDE, "", other                       \
    }

static char why[600];
static size_t n_missing;

static enum status declare_named(struct declare *declare,
                                 const struct named *all, size_t n,
                                 bool *changed)
{
    struct policy_collection *collections = calloc(n + 1, sizeof(*collections));
    enum status status;

    for (size_t i = 0; i < n; i++) {
        size_t n_rules = 0;

        while (n_rules < RULES_MAX && all[i].rules[n_rules].value)
            n_rules++;
        collections[i] = (struct policy_collection){
            .place = {"a.yaml", all[i].line ? all[i].line : 1, 1},
            .name = all[i].name,
            .comment = all[i].comment ? all[i].comment : "",
            .is_user = all[i].is_user,
            .limiting = all[i].limiting,
            .refresh = all[i].refresh,
            .schedule = all[i].schedule,
            .rules = all[i].rules,
            .n_rules = n_rules,
            .origin = all[i].origin,
        };
    }
    status = declare_collections(declare, collections, n);
    free(collections);
    return status == STATUS_OK ? declare_finish(declare, changed) : status;
}

static enum status run_for(struct fixture *f, const char *user,
                           const struct named *all, size_t n, bool *changed)
{
    const struct declare_caller caller = {
        .user = user, .level = AUTH_LEVEL_MFA, .now_s = f->now_s};
    OWNED(declare) declare = NULL;
    enum status status;

    *changed = false;
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(
        declare_begin_for(f->store, f->site, user ? &caller : NULL, &declare),
        STATUS_OK);
    status = declare_named(declare, all, n, changed);
    declare_missing(declare, &n_missing);
    snprintf(why, sizeof(why), "%s", declare_why(declare));
    if (status == STATUS_OK && n_missing == 0)
        assert_int_equal(store_write_commit(f->store), STATUS_OK);
    else
        store_write_rollback(f->store);
    declare_free(TAKE(declare)); /* it borrows the site */
    fixture_reload(f);
    return status;
}

static enum status run(struct fixture *f, const struct named *all, size_t n,
                       bool *changed)
{
    return run_for(f, NULL, all, n, changed);
}

/* The key of the one collection with the name. */
static const char *key_of(struct fixture *f, const char *name)
{
    static char key[16];
    char filter[64];

    snprintf(filter, sizeof(filter), "Name = '%s'", name);
    assert_int_equal(act_list(f, "full", "SMS_Collection",
                              &(struct object_list){.filter = text_of(filter)}),
                     STATUS_OK);
    assert_int_equal(n_items(f), 1);
    snprintf(key, sizeof(key), "%s", item_text(f, 0, "CollectionID"));
    return key;
}

static int64_t n_members(struct fixture *f, const char *name)
{
    assert_int_equal(act_get(f, "full", "SMS_Collection", key_of(f, name)),
                     STATUS_OK);
    return number_in(f, "MemberCount");
}

static void declares_them_in_any_order(void **state)
{
    const struct named all[] = {
        {"Web", "Estate", {DIRECT("web1"), DIRECT("WEB2")}},
        {"Estate", "All Systems", {DIRECT("web1"), DIRECT("web2")}},
    };
    struct fixture *f = *state;
    bool changed;

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'Web2'}");
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    assert_true(changed);
    assert_int_equal(n_members(f, "Web"), 2);
    assert_string_equal(text_in(f, "LimitToCollectionName"), "Estate");
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    assert_false(changed);
}

static void a_device_that_comes_later_is_in_what_names_it(void **state)
{
    const struct named all[] = {
        {"Web", "Estate", {DIRECT("web1")}},
        {"Estate", "All Systems", {DIRECT("web1")}},
        {"Both", "Estate", {INCLUDE("Web")}},
        {"Rest", "All Systems", {DIRECT("web1"), EXCLUDE("Web")}},
    };
    struct fixture *f = *state;
    bool changed;

    assert_int_equal(run(f, all, 4, &changed), STATUS_OK);
    assert_int_equal(n_members(f, "Web"), 0);
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    assert_int_equal(n_members(f, "Estate"), 1);
    assert_int_equal(n_members(f, "Web"), 1);
    assert_int_equal(n_members(f, "Both"), 1);
    assert_int_equal(n_members(f, "Rest"), 0);
    /* and by another name it is in none of them */
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", "16777217", "{'Name':'db1'}"),
        STATUS_OK);
    assert_int_equal(n_members(f, "Estate"), 0);
    assert_int_equal(n_members(f, "Web"), 0);
    assert_int_equal(n_members(f, "Both"), 0);
}

static void another_limit_opens_to_others(void **state)
{
    struct named all[] = {
        {"Web", "Servers", {DIRECT("web1")}},
        {"Web2", "Web", {DIRECT("web1")}},
    };
    struct fixture *f = *state;
    bool changed;

    make_member(f, "web1", "P0100014"); /* Servers, which analyst holds */
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    assert_int_equal(act_get(f, "analyst", "SMS_Collection", key_of(f, "Web2")),
                     STATUS_OK);
    all[0].limiting = "Desktops"; /* in which web1 is not */
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    assert_int_equal(n_members(f, "Web2"), 0);
    assert_int_equal(act_get(f, "analyst", "SMS_Collection", key_of(f, "Web2")),
                     STATUS_NOT_FOUND);
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777217"),
                     STATUS_OK); /* through Servers */
    all[0].limiting = "All Systems";
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    assert_int_equal(n_members(f, "Web2"), 1);
}

static void what_is_declared_is_read_only(void **state)
{
    const struct named all[] = {{"Web", "All Systems", {DIRECT("web1")}}};
    struct fixture *f = *state;
    char key[16];
    bool changed;

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    snprintf(key, sizeof(key), "%s", key_of(f, "Web"));
    assert_int_equal(
        act_update(f, "full", "SMS_Collection", key, "{'Comment':'x'}"),
        STATUS_CONFLICT);
    assert_string_equal(f->failure.place, "a.yaml:1");
    assert_int_equal(act_delete(f, "full", "SMS_Collection", key),
                     STATUS_CONFLICT);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", key,
                                "AddMembershipRule",
                                "{'CollectionRule':{'ResourceID':16777217}}"),
                     STATUS_CONFLICT);
    assert_string_equal(f->failure.place, "a.yaml:1");
    assert_int_equal(
        act_invoke(f, "full", "SMS_Collection", key, "RequestRefresh", NULL),
        STATUS_OK);
}

static void what_is_no_longer_declared_goes(void **state)
{
    const struct named all[] = {
        {"Estate", "All Systems", {DIRECT("web1")}},
        {"Web", "Estate", {DIRECT("web1")}},
        {"Both", "Estate", {INCLUDE("Web")}},
    };
    struct fixture *f = *state;
    bool changed;

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    assert_int_equal(run(f, all, 3, &changed), STATUS_OK);
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    assert_true(changed);
    assert_int_equal(n_members(f, "Estate"), 1);
    assert_int_equal(run(f, NULL, 0, &changed), STATUS_OK);
    assert_int_equal(rbac_engine_estate(f->site->engine)->n_collections, 9);
    assert_int_equal(act_get(f, "full", "SMS_R_System", "16777217"), STATUS_OK);
}

static void what_something_uses_stays(void **state)
{
    const struct named all[] = {
        {"Web", "All Systems", {DIRECT("web1")}, NULL, false, 7},
        {"Both", "All Systems", {INCLUDE("Web")}},
    };
    struct fixture *f = *state;
    char json[128];
    bool changed;

    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    snprintf(json, sizeof(json), "{'Name':'Mine','LimitToCollectionID':'%s'}",
             key_of(f, "Web"));
    make_object(f, "SMS_Collection", "CollectionID", json); /* P0100017 */
    assert_int_equal(run(f, NULL, 0, &changed), STATUS_INVALID);
    assert_string_equal(why,
                        "a.yaml:7: the collection Web is no longer declared,"
                        " but still in use by SMS_Collection P0100017");
    assert_int_equal(act_delete(f, "full", "SMS_Collection", "P0100017"),
                     STATUS_OK);
    assert_int_equal(run(f, NULL, 0, &changed), STATUS_OK);
}

static void refuses_circles_with_the_place(void **state)
{
    struct named all[] = {
        {"Web", "All Systems", {INCLUDE("Db")}, NULL, false, 3},
        {"Db", "All Systems", {EXCLUDE("Web")}, NULL, false, 3},
    };
    struct fixture *f = *state;
    char json[128];
    bool changed;

    assert_int_equal(run(f, all, 2, &changed), STATUS_INVALID);
    assert_non_null(strstr(why, "a.yaml:3: the collection "));
    assert_non_null(strstr(why, " depends, over others, on itself"));
    /* over one that the console made */
    all[0].rules[0].value = NULL;
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    snprintf(json, sizeof(json), "{'Name':'Mine','LimitToCollectionID':'%s'}",
             key_of(f, "Web"));
    make_object(f, "SMS_Collection", "CollectionID", json);
    all[0].limiting = "Mine";
    assert_int_equal(run(f, all, 1, &changed), STATUS_INVALID);
    assert_string_equal(
        why, "a.yaml:3: the collection Web depends, over others, on itself");
}

static void says_what_is_unknown_and_where(void **state)
{
    struct fixture *f = *state;
    bool changed;

    assert_int_equal(run(f, &(struct named){"Web", "Nowhere"}, 1, &changed),
                     STATUS_INVALID);
    assert_string_equal(why, "a.yaml:1: there is no collection Nowhere");
    assert_int_equal(
        run(f, &(struct named){"Web", "All Systems", {INCLUDE("Nowhere")}}, 1,
            &changed),
        STATUS_INVALID);
    assert_string_equal(why, "a.yaml:9: there is no collection Nowhere");
    assert_int_equal(run(f, &(struct named){"Web", "All Users"}, 1, &changed),
                     STATUS_INVALID);
    assert_string_equal(why, "a.yaml:1: \"All Users\" is a collection of users,"
                             " this one of devices");
    assert_int_equal(
        run(f, &(struct named){"All Systems", "All Systems"}, 1, &changed),
        STATUS_INVALID);
    assert_string_equal(why, "a.yaml:1: the collection All Systems is built"
                             " in");
}

static void one_of_the_console_becomes_the_files_by_its_key(void **state)
{
    struct named all[] = {{"Servers", "All Systems", {DIRECT("web1")}}};
    struct fixture *f = *state;
    bool changed;

    make_member(f, "db1", "P0100014");
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    make_object(f, "SMS_Application", "CI_ID",
                "{'LocalizedDisplayName':'Editor'}");
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'AssignedCI':16777217,'TargetCollectionID':'P0100014'}");
    assert_int_equal(run(f, all, 1, &changed), STATUS_INVALID);
    assert_non_null(strstr(
        why, "a.yaml:1: the collection Servers is there already and no file"
             " declares it: \"adopt: P0100014\""));
    assert_non_null(strstr(why, "made by full; assigned to analyst, deployer,"
                                " security; deployed to it"
                                " SMS_ApplicationAssignment 16777217"));
    all[0].origin.adopt = "P0100015";
    assert_int_equal(run(f, all, 1, &changed), STATUS_INVALID);
    assert_non_null(strstr(why, "P0100015 is named Desktops"));
    all[0].origin.adopt = "P0100014";
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    assert_int_equal(n_members(f, "Servers"), 1);
    assert_string_equal(text_in(f, "CollectionID"), "P0100014");
    /* whose members are now seen by who held it */
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777218"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777217"),
                     STATUS_NOT_FOUND);
}

/* Names of collections need not be unique, so it is no conflict either. */
static void a_hidden_twin_is_as_if_it_were_not_there(void **state)
{
    const struct named all[] = {{"Secret", "Servers", {DIRECT("web1")}}};
    struct fixture *f = *state;
    size_t n_without;
    bool changed;

    assert_int_equal(run_for(f, "analyst", all, 1, &changed), STATUS_OK);
    n_without = n_missing;
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Secret','LimitToCollectionID':'P0100015'}");
    fixture_reload(f);
    assert_int_equal(run_for(f, "analyst", all, 1, &changed), STATUS_OK);
    assert_int_equal(n_missing, n_without);
    assert_int_equal(run_for(f, "full", all, 1, &changed), STATUS_INVALID);
}

static void one_in_use_is_renamed(void **state)
{
    struct named all[] = {
        {"Web", "All Systems", {DIRECT("web1")}},
        {"Below", "Web", {DIRECT("web1")}},
    };
    struct fixture *f = *state;
    char key[16];
    char json[128];
    bool changed;

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    snprintf(key, sizeof(key), "%s", key_of(f, "Web"));
    snprintf(json, sizeof(json), "{'Name':'Mine','LimitToCollectionID':'%s'}",
             key);
    make_object(f, "SMS_Collection", "CollectionID", json);
    all[0].name = all[1].limiting = "Web Servers";
    assert_int_equal(run(f, all, 2, &changed), STATUS_INVALID); /* in use */
    all[0].origin.was = "Web";
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    assert_true(changed);
    assert_string_equal(key_of(f, "Web Servers"), key);
    assert_int_equal(n_members(f, "Below"), 1);
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    assert_false(changed); /* it may stay in the file */
    /* somebody's of the console is not renamed so */
    all[0].name = all[1].limiting = "Site";
    all[0].origin.was = "Mine";
    assert_int_equal(run(f, all, 2, &changed), STATUS_INVALID);
}

static void a_rename_is_asked_for_as_a_change(void **state)
{
    struct named all[] = {{"Web", "Servers", {DIRECT("web1")}}};
    struct fixture *f = *state;
    bool changed;

    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    all[0].name = "Web Servers";
    all[0].origin.was = "Web";
    assert_int_equal(run_for(f, "analyst", all, 1, &changed), STATUS_OK);
    assert_int_not_equal(n_missing, 0);
    assert_int_equal(run_for(f, "full", all, 1, &changed), STATUS_OK);
    assert_int_equal(n_missing, 0);
}

static void what_is_declared_goes_before_the_consoles_twin(void **state)
{
    const struct named all[] = {
        {"Web", "All Systems", {DIRECT("web1")}},
        {"Below", "Web", {DIRECT("web1")}},
    };
    struct fixture *f = *state;
    bool changed;

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Web','LimitToCollectionID':'SMS00001'}");
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    assert_false(changed);
    assert_int_equal(n_members(f, "Below"), 1);
}

static size_t n_rules_for(struct fixture *f, const char *user, const char *key)
{
    assert_int_equal(act_get(f, user, "SMS_Collection", key), STATUS_OK);
    return json_array_size(json_object_get(f->result, "CollectionRules"));
}

static void names_of_devices_are_for_who_may_read_them(void **state)
{
    const struct named all[] = {
        {"Web", "Servers", {DIRECT("web1"), DIRECT("DB1"), DIRECT("later")}},
    };
    struct fixture *f = *state;
    char json[256];
    char role[16];
    char key[16];
    bool changed;

    make_member(f, "web1", "P0100014");
    make_member(f, "db1", "P0100015"); /* Desktops: hidden from analyst */
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    snprintf(key, sizeof(key), "%s", key_of(f, "Web"));
    assert_int_equal(n_rules_for(f, "full", key), 3);
    assert_int_equal(n_rules_for(f, "analyst", key), 2);
    assert_null(memmem(f->text.data, f->text.size, "DB1", 3));
    /* reads the collection alone */
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID",
                         "{'RoleName':'Names','Operations':[{'ObjectTypeID':1,"
                         "'GrantedOperations':1}]}"));
    snprintf(json, sizeof(json),
             "{'LogonName':'clerk','Permissions':[{'RoleID':'%s',"
             "'CategoryID':'SMS00UNA'},{'RoleID':'%s',"
             "'CategoryID':'P0100014','CategoryTypeID':1}]}",
             role, role);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
    assert_int_equal(n_rules_for(f, "clerk", key), 0);
}

static void a_query_is_checked_and_asked(void **state)
{
    struct named all[] = {
        {"Web",
         "Servers",
         {{{"a.yaml", 12, 1},
           POLICY_RULE_QUERY,
           "by name",
           "select * from SMS_R_System where Name like 'web%'"}}},
    };
    struct fixture *f = *state;
    bool changed;

    make_member(f, "web1", "P0100014");
    make_member(f, "web2", "P0100015");
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    assert_int_equal(n_members(f, "Web"), 1);
    make_member(f, "web3", "P0100014"); /* at once */
    assert_int_equal(n_members(f, "Web"), 2);
    all[0].rules[0].value = "select * from SMS_R_System where Nome like 'w%'";
    assert_int_equal(run(f, all, 1, &changed), STATUS_INVALID);
    assert_string_equal(why, "a.yaml:12: column 34 of the query: SMS_R_System"
                             " has no property \"Nome\"; did you mean Name?");
    all[0].rules[0].value = "select * from SMS_R_System where Name = 'web3'";
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    assert_true(changed);
    assert_int_equal(n_members(f, "Web"), 1);
}

/* ---- When they refresh ---- */

#define BY_NAME                                                                \
    {                                                                          \
        {"a.yaml", 12, 1}, POLICY_RULE_QUERY, "by name",                       \
            "select * from SMS_R_System where Name like 'web%'"                \
    }

static void files_say_when_it_refreshes(void **state)
{
    struct named all[] = {{"Web", "Servers", {BY_NAME}}};
    struct fixture *f = *state;
    bool changed;

    all[0].refresh = POLICY_REFRESH_MANUAL;
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    make_member(f, "web1", "P0100014");
    assert_int_equal(n_members(f, "Web"), 0); /* nobody asked for it */
    assert_int_equal(number_in(f, "RefreshType"), 1);
    all[0].refresh = POLICY_REFRESH_BOTH;
    all[0].schedule = "3CC32DC000100039";
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    assert_true(changed);
    assert_int_equal(n_members(f, "Web"), 1);
    assert_int_equal(number_in(f, "RefreshType"), 6);
    assert_int_equal(
        json_integer_value(json_object_get(
            json_array_get(json_object_get(f->result, "RefreshSchedule"), 0),
            "DaySpan")),
        7);
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    assert_false(changed);
    all[0].schedule = "3CC3DDC000100039";
    assert_int_equal(run(f, all, 1, &changed), STATUS_INVALID);
    assert_string_equal(why, "a.yaml:1: schedule: There is no such start.");
    all[0].schedule = NULL;
    all[0].refresh = POLICY_REFRESH_INCREMENTAL;
    assert_int_equal(run(f, all, 1, &changed), STATUS_OK);
    assert_int_equal(n_members(f, "Web"), 1);
    assert_int_equal(number_in(f, "RefreshType"), 4);
    assert_true(json_is_null(json_object_get(f->result, "RefreshSchedule")));
}

/* What it finds then comes to what is deployed there, as over RPC. */
static void refreshing_otherwise_needs_what_comes_by_it(void **state)
{
    struct named all[] = {{"Web", "Servers", {BY_NAME}},
                          {"Idle", "Servers", {BY_NAME}}};
    struct fixture *f = *state;
    char json[320];
    char role[64];
    bool changed;

    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID",
                         "{'RoleName':'Half','Operations':[{'ObjectTypeID':1,"
                         "'GrantedOperations':4099}]}"));
    snprintf(json, sizeof(json),
             "{'LogonName':'half','Permissions':[{'RoleID':'%s','CategoryID':"
             "'SMS00UNA'},{'RoleID':'%s','CategoryID':'SMS00001',"
             "'CategoryTypeID':1}]}",
             role, role);
    make_object(f, "SMS_Admin", "AdminID", json);
    make_object(f, "SMS_Application", "CI_ID",
                "{'LocalizedDisplayName':'Agent'}");
    all[0].refresh = all[1].refresh = POLICY_REFRESH_MANUAL;
    assert_int_equal(run(f, all, 2, &changed), STATUS_OK);
    snprintf(json, sizeof(json),
             "{'AssignedCI':16777217,'TargetCollectionID':'%s'}",
             key_of(f, "Web"));
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID", json);
    fixture_reload(f);
    all[1].refresh = POLICY_REFRESH_INCREMENTAL;
    assert_int_equal(run_for(f, "half", all, 2, &changed), STATUS_OK);
    assert_int_equal(n_missing, 0);
    all[0].refresh = POLICY_REFRESH_SCHEDULED;
    assert_int_equal(run_for(f, "half", all, 2, &changed), STATUS_OK);
    assert_int_not_equal(n_missing, 0);
    assert_int_equal(run_for(f, "full", all, 2, &changed), STATUS_OK);
    assert_int_equal(n_missing, 0);
}

static void asks_whether_the_caller_may(void **state)
{
    const struct named one[] = {{"Web", "Servers", {DIRECT("web1")}}};
    const struct named two[] = {
        {"Web", "Servers", {DIRECT("web1")}},
        {"Below", "Web", {INCLUDE("Desktops")}},
    };
    struct fixture *f = *state;
    bool changed;

    assert_int_equal(run_for(f, "full", two, 2, &changed), STATUS_OK);
    assert_int_equal(n_missing, 0);
    assert_int_equal(run_for(f, "analyst", two, 2, &changed), STATUS_OK);
    assert_int_equal(n_missing, 0); /* nothing to be done */
    assert_int_equal(run_for(f, "analyst", one, 1, &changed), STATUS_OK);
    assert_int_equal(n_missing, 1); /* delete Below */
    assert_int_equal(run(f, NULL, 0, &changed), STATUS_OK);
    assert_int_equal(run_for(f, "analyst", two, 1, &changed), STATUS_OK);
    assert_int_equal(n_missing, 1); /* create */
    assert_int_equal(run_for(f, "full", one, 1, &changed), STATUS_OK);
    assert_int_equal(n_missing, 0);
}

static void asks_for_rules_that_are_taken_away_as_well(void **state)
{
    const struct named whole[] = {
        {"Web", "Servers", {DIRECT("web1"), INCLUDE("Desktops")}}};
    const struct named one[] = {{"Web", "Servers", {INCLUDE("Desktops")}}};
    const struct named less[] = {{"Web", "Servers", {DIRECT("web2")}}};
    struct fixture *f = *state;
    bool changed;

    /* analyst reads devices, but not Desktops; modify is missing too */
    assert_int_equal(run_for(f, "full", whole, 1, &changed), STATUS_OK);
    assert_int_equal(run_for(f, "analyst", less, 1, &changed), STATUS_OK);
    assert_int_equal(n_missing, 2);
    /* author has no collection: read and modify, Desktops, and the device */
    assert_int_equal(run(f, whole, 1, &changed), STATUS_OK);
    assert_int_equal(run_for(f, "author", one, 1, &changed), STATUS_OK);
    assert_int_equal(n_missing, 4);
    assert_int_equal(run(f, whole, 1, &changed), STATUS_OK);
    assert_int_equal(run_for(f, "full", less, 1, &changed), STATUS_OK);
    assert_int_equal(n_missing, 0);
}

static void many_are_declared_and_then_left_alone(void **state)
{
    enum { N = 2000 };
    struct fixture *f = *state;
    struct named *all = calloc(N, sizeof(*all));
    char(*names)[16] = calloc(N, sizeof(*names));
    bool changed;

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    for (size_t i = 0; i < N; i++) {
        snprintf(names[i], sizeof(names[i]), "C%zu", i);
        all[i] = (struct named){
            names[i], i < 10 ? "All Systems" : names[i / 10], {DIRECT("web1")}};
    }
    assert_int_equal(run(f, all, N, &changed), STATUS_OK);
    assert_true(changed);
    assert_int_equal(n_members(f, "C1999"), 1);
    assert_int_equal(run(f, all, N, &changed), STATUS_OK);
    assert_false(changed);
    free(names);
    free(all);
}

/* What the fixture has declared is the console's here: it stays. */
static int open_site(void **state)
{
    const int opened = fixture_open(state);
    struct fixture *f = *state;

    if (opened == 0)
        assert_int_equal(
            store_run_script(f->store,
                             "UPDATE admin SET place = NULL, declared = NULL;"
                             "UPDATE scope SET place = NULL;"
                             "UPDATE role SET place = NULL;"),
            STATUS_OK);
    return opened;
}

#define OF_CONSOLE(test)                                                       \
    cmocka_unit_test_setup_teardown(test, open_site, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF_CONSOLE(declares_them_in_any_order),
        OF_CONSOLE(a_device_that_comes_later_is_in_what_names_it),
        OF_CONSOLE(another_limit_opens_to_others),
        OF_CONSOLE(what_is_declared_is_read_only),
        OF_CONSOLE(what_is_no_longer_declared_goes),
        OF_CONSOLE(what_something_uses_stays),
        OF_CONSOLE(refuses_circles_with_the_place),
        OF_CONSOLE(says_what_is_unknown_and_where),
        OF_CONSOLE(one_of_the_console_becomes_the_files_by_its_key),
        OF_CONSOLE(a_hidden_twin_is_as_if_it_were_not_there),
        OF_CONSOLE(one_in_use_is_renamed),
        OF_CONSOLE(a_rename_is_asked_for_as_a_change),
        OF_CONSOLE(what_is_declared_goes_before_the_consoles_twin),
        OF_CONSOLE(names_of_devices_are_for_who_may_read_them),
        OF_CONSOLE(a_query_is_checked_and_asked),
        OF_CONSOLE(files_say_when_it_refreshes),
        OF_CONSOLE(refreshing_otherwise_needs_what_comes_by_it),
        OF_CONSOLE(asks_whether_the_caller_may),
        OF_CONSOLE(asks_for_rules_that_are_taken_away_as_well),
        OF_CONSOLE(many_are_declared_and_then_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
