/* Members of collections, and what membership gives. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

#include "provider/object/collection/members.h"
#include "provider/store/store_private.h"

static int64_t n_members(struct fixture *f, const char *collection)
{
    assert_int_equal(act_get(f, "full", "SMS_Collection", collection),
                     STATUS_OK);
    return number_in(f, "MemberCount");
}

static void add_rule(struct fixture *f, const char *collection,
                     const char *device)
{
    char json[96];

    snprintf(json, sizeof(json), "{'CollectionRule':{'ResourceID':%s}}",
             device);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", collection,
                                "AddMembershipRule", json),
                     STATUS_OK);
}

static void delete_rule(struct fixture *f, const char *collection,
                        const char *device)
{
    char json[96];

    snprintf(json, sizeof(json), "{'CollectionRule':[{'ResourceID':%s}]}",
             device);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", collection,
                                "DeleteMembershipRule", json),
                     STATUS_OK);
}

static void make_below(struct fixture *f, const char *name, const char *limit)
{
    char json[128];

    snprintf(json, sizeof(json), "{'Name':'%s','LimitToCollectionID':'%s'}",
             name, limit);
    make_object(f, "SMS_Collection", "CollectionID", json);
}

static void a_rule_outside_the_limit_waits(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Web", "P0100014"); /* P0100016 */
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    add_rule(f, "P0100016", "16777217");
    assert_int_equal(n_members(f, "P0100016"), 0);
    assert_int_equal(
        json_array_size(json_object_get(f->result, "CollectionRules")), 1);
    add_rule(f, "P0100014", "16777217");
    assert_int_equal(n_members(f, "P0100014"), 1);
    assert_int_equal(n_members(f, "P0100016"), 1);
    delete_rule(f, "P0100014", "16777217");
    assert_int_equal(n_members(f, "P0100014"), 0);
    assert_int_equal(n_members(f, "P0100016"), 0);
}

static void another_limit_means_other_members(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Web", "P0100014"); /* P0100016 */
    make_member(f, "web1", "P0100014");
    make_member(f, "desk1", "P0100015");
    add_rule(f, "P0100016", "16777217");
    add_rule(f, "P0100016", "16777218");
    assert_int_equal(n_members(f, "P0100016"), 1);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100016",
                                "{'LimitToCollectionID':'SMS00001'}"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 2);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100016",
                                "{'LimitToCollectionID':'P0100015'}"),
                     STATUS_OK);
    assert_int_equal(number_in(f, "MemberCount"), 1);
}

static void moving_a_collection_moves_what_it_opens(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Web", "SMS00001"); /* P0100016 */
    make_member(f, "web1", "P0100016");
    add_rule(f, "P0100014", "16777217");
    /* analyst holds Servers: the device is in it and in Web */
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777217"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "analyst", "SMS_Collection", "P0100016"),
                     STATUS_NOT_FOUND);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100016",
                                "{'LimitToCollectionID':'P0100014'}"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "analyst", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777217"),
                     STATUS_OK);
    /* out of Servers, and so out of Web */
    delete_rule(f, "P0100014", "16777217");
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777217"),
                     STATUS_NOT_FOUND);
    assert_int_equal(act_get(f, "full", "SMS_R_System", "16777217"), STATUS_OK);
}

static void a_deep_tree_is_followed_to_its_end(void **state)
{
    struct fixture *f = *state;
    char limit[16] = "P0100014";

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    for (int i = 0; i < 20; i++) {
        make_below(f, "Below", limit);
        snprintf(limit, sizeof(limit), "%s", text_in(f, "CollectionID"));
        add_rule(f, limit, "16777217");
        assert_int_equal(n_members(f, limit), 0);
    }
    add_rule(f, "P0100014", "16777217");
    assert_int_equal(n_members(f, limit), 1);
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777217"),
                     STATUS_OK);
    delete_rule(f, "P0100014", "16777217");
    assert_int_equal(n_members(f, limit), 0);
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777217"),
                     STATUS_NOT_FOUND);
}

static void a_collection_that_goes_opens_nothing_more(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Web", "P0100014"); /* P0100016 */
    make_member(f, "web1", "P0100014");
    add_rule(f, "P0100016", "16777217");
    assert_int_equal(act_delete(f, "full", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777217"),
                     STATUS_OK); /* still through Servers */
    assert_int_equal(
        act_get(f, "full", "SMS_FullCollectionMembership", "P0100016.16777217"),
        STATUS_NOT_FOUND);
    /* its key is never given again */
    make_below(f, "Web", "P0100014");
    assert_string_equal(text_in(f, "CollectionID"), "P0100017");
}

static void a_device_that_goes_leaves_every_collection(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Web", "P0100014"); /* P0100016 */
    make_member(f, "web1", "P0100014");
    add_rule(f, "P0100016", "16777217");
    assert_int_equal(n_members(f, "P0100016"), 1);
    assert_int_equal(act_delete(f, "full", "SMS_R_System", "16777217"),
                     STATUS_OK);
    assert_int_equal(n_members(f, "P0100016"), 0);
    assert_int_equal(n_members(f, "P0100014"), 0);
    assert_int_equal(n_members(f, "SMS00001"), 0);
    assert_int_equal(
        json_array_size(json_object_get(f->result, "CollectionRules")), 0);
}

static void rules_that_are_none_are_refused(void **state)
{
    static const char *const bad[] = {
        "{}",
        "{'CollectionRule':{}}",
        "{'CollectionRule':[]}",
        "{'CollectionRule':{'ResourceID':'16777217'}}",
        "{'CollectionRule':{'ResourceID':0}}",
        "{'CollectionRule':{'ResourceID':99}}",
        "{'CollectionRule':{'ResourceID':16777217,'RuleName':''}}",
        "{'CollectionRule':{'ResourceID':16777217,'RuleName':'a\\nb'}}",
        ("{'CollectionRule':{'ResourceID':16777217,"
         "'ResourceClassName':'SMS_R_User'}}"),
        "{'CollectionRule':{'QueryExpression':'select * from SMS_Package'}}",
        "{'CollectionRule':{'QueryExpression':'select *'}}",
        ("{'CollectionRule':{'QueryExpression':'select * from SMS_R_System',"
         "'ResourceID':16777217}}"),
        "{'CollectionRule':{'QueryID':7}}",
        "{'CollectionRule':{'RuleType':'SMS_CollectionRuleQuery'}}",
        "{'CollectionRule':{'RuleType':'SMS_CollectionRule'}}",
        "{'CollectionRule':{'IncludeCollectionID':'P0100014'}}",
        "{'CollectionRule':{'IncludeCollectionID':'P01000FF'}}",
        "{'CollectionRule':{'ExcludeCollectionID':'SMS00003'}}",
        "{'CollectionRule':{'ExcludeCollectionID':7}}",
        "{'CollectionRule':7}",
        "{'Rule':{'ResourceID':16777217}}",
        "{'CollectionRule':[{'ResourceID':16777217},{'ResourceID':16777217}]}",
        "{'CollectionRule':{'ResourceID':16777217,'RESOURCEID':16777217}}",
    };
    struct fixture *f = *state;

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        const enum status status =
            act_invoke(f, "full", "SMS_Collection", "P0100014",
                       "AddMembershipRule", bad[i]);

        /* an empty name is as good as none */
        assert_int_equal(status, i == 6 ? STATUS_OK : STATUS_INVALID);
    }
    assert_int_equal(
        act_invoke(f, "full", "SMS_Collection", "P0100015", "AddMembershipRule",
                   "{'collectionrule':{'resourceid':16777217,'RuleName':'x',"
                   "'RuleType':'SMS_CollectionRuleDirect',"
                   "'ResourceClassName':'SMS_R_System'}}"),
        STATUS_OK);
}

static void a_refresh_needs_read_alone_and_changes_nothing(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web1", "P0100014");
    f->now_s += 5;
    assert_int_equal(act_invoke(f, "analyst", "SMS_Collection", "P0100014",
                                "RequestRefresh", NULL),
                     STATUS_OK);
    assert_int_equal(act_invoke(f, "analyst", "SMS_Collection", "P0100015",
                                "RequestRefresh", NULL),
                     STATUS_NOT_FOUND);
    assert_int_equal(n_members(f, "P0100014"), 1);
    assert_string_equal(text_in(f, "LastRefreshTime"), "2027-01-15T08:00:05Z");
    assert_string_equal(text_in(f, "LastMemberChangeTime"),
                        "2027-01-15T08:00:00Z");
}

/* ---- Include, exclude, query ---- */

static enum status try_rule(struct fixture *f, const char *user,
                            const char *collection, const char *rule)
{
    char json[512];

    snprintf(json, sizeof(json), "{'CollectionRule':{%s}}", rule);
    return act_invoke(f, user, "SMS_Collection", collection,
                      "AddMembershipRule", json);
}

static void put_rule(struct fixture *f, const char *collection,
                     const char *rule)
{
    assert_int_equal(try_rule(f, "full", collection, rule), STATUS_OK);
}

static enum status take_rule(struct fixture *f, const char *collection,
                             const char *rule)
{
    char json[512];

    snprintf(json, sizeof(json), "{'CollectionRule':{%s}}", rule);
    return act_invoke(f, "full", "SMS_Collection", collection,
                      "DeleteMembershipRule", json);
}

/* What is in them, whatever the order in which it came about. */
static void includes_within_the_limit_and_less_what_is_excluded(void **state)
{
    struct fixture *f = *state;

    make_below(f, "A", "SMS00001");   /* P0100016 */
    make_below(f, "B", "SMS00001");   /* P0100017 */
    make_below(f, "All", "P0100014"); /* P0100018, within Servers */
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web2'}");
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web3'}");
    put_rule(f, "P0100018", "'IncludeCollectionID':'P0100016'");
    put_rule(f, "P0100018", "'ExcludeCollectionID':'P0100017'");
    add_rule(f, "P0100016", "16777217");
    assert_int_equal(n_members(f, "P0100018"), 0); /* not in Servers */
    add_rule(f, "P0100014", "16777217");
    add_rule(f, "P0100014", "16777218");
    assert_int_equal(n_members(f, "P0100018"), 1);
    add_rule(f, "P0100018", "16777218");
    assert_int_equal(n_members(f, "P0100018"), 2);
    add_rule(f, "P0100017", "16777218"); /* excluded beats direct */
    assert_int_equal(n_members(f, "P0100018"), 1);
    add_rule(f, "P0100017", "16777217"); /* and included */
    assert_int_equal(n_members(f, "P0100018"), 0);
    delete_rule(f, "P0100017", "16777217");
    assert_int_equal(n_members(f, "P0100018"), 1);
    assert_int_equal(
        take_rule(f, "P0100018", "'IncludeCollectionID':'P0100016'"),
        STATUS_OK);
    assert_int_equal(n_members(f, "P0100018"), 0);
    assert_int_equal(
        take_rule(f, "P0100018", "'IncludeCollectionID':'P0100016'"),
        STATUS_INVALID);
    assert_int_equal(
        take_rule(f, "P0100018", "'ExcludeCollectionID':'P0100017'"),
        STATUS_OK);
    assert_int_equal(n_members(f, "P0100018"), 1);
}

static void what_depends_over_others_follows(void **state)
{
    struct fixture *f = *state;

    make_below(f, "A", "SMS00001"); /* P0100016 */
    make_below(f, "B", "SMS00001"); /* P0100017 includes A */
    make_below(f, "C", "SMS00001"); /* P0100018 includes B */
    make_below(f, "D", "P0100018"); /* P0100019 within C, includes all */
    put_rule(f, "P0100018", "'IncludeCollectionID':'P0100017'");
    put_rule(f, "P0100017", "'IncludeCollectionID':'P0100016'");
    put_rule(f, "P0100019", "'IncludeCollectionID':'SMS00001'");
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    assert_int_equal(n_members(f, "P0100019"), 0);
    add_rule(f, "P0100016", "16777217");
    assert_int_equal(n_members(f, "P0100018"), 1);
    assert_int_equal(n_members(f, "P0100019"), 1);
    delete_rule(f, "P0100016", "16777217");
    assert_int_equal(n_members(f, "P0100019"), 0);
}

static void circles_are_refused_however_long(void **state)
{
    struct fixture *f = *state;

    make_below(f, "A", "SMS00001"); /* P0100016 */
    make_below(f, "B", "P0100016"); /* P0100017 */
    make_below(f, "C", "SMS00001"); /* P0100018 */
    put_rule(f, "P0100018", "'IncludeCollectionID':'P0100017'");
    assert_int_equal(
        try_rule(f, "full", "P0100016", "'ExcludeCollectionID':'P0100018'"),
        STATUS_INVALID);
    assert_string_equal(f->failure.property, "ExcludeCollectionID");
    assert_int_equal(
        try_rule(f, "full", "P0100016", "'IncludeCollectionID':'P0100016'"),
        STATUS_INVALID);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100016",
                                "{'LimitToCollectionID':'P0100018'}"),
                     STATUS_INVALID);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", NULL,
                                "VerifyNoCircularDependencies",
                                "{'ParentCollection':'P0100018',"
                                "'SubCollection':'P0100016'}"),
                     STATUS_OK);
    assert_false(json_is_true(json_object_get(f->result, "Result")));
    assert_int_equal(
        try_rule(f, "full", "P0100018", "'ExcludeCollectionID':'P0100016'"),
        STATUS_OK);
    /* and what is used is not deleted */
    assert_int_equal(act_delete(f, "full", "SMS_Collection", "P0100017"),
                     STATUS_CONFLICT);
}

/* What it did not find by hand, it finds when it becomes incremental. */
static void becoming_incremental_catches_up(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Web", "P0100014"); /* P0100016 */
    put_rule(f, "P0100016",
             "'QueryExpression':"
             "'select * from SMS_R_System where Client = 1'");
    make_member(f, "web1", "P0100014");
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", "16777217", "{'Client':1}"),
        STATUS_OK);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100016",
                                "{'RefreshType':2}"),
                     STATUS_OK);
    assert_int_equal(n_members(f, "P0100016"), 0);
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100016",
                                "{'RefreshType':6}"),
                     STATUS_OK);
    assert_int_equal(n_members(f, "P0100016"), 1);
}

static void a_query_rule_lives(void **state)
{
    struct fixture *f = *state;
    const json_t *rules;
    char rule[64];

    make_below(f, "Web", "P0100014"); /* P0100016 */
    make_member(f, "web1", "P0100014");
    make_member(f, "db1", "P0100014");
    make_member(f, "web2", "P0100015");
    put_rule(f, "P0100016",
             "'RuleName':'by number','QueryExpression':"
             "'select * from SMS_R_System where"
             " Client = 1 or ResourceID = 16777217'");
    snprintf(rule, sizeof(rule), "'QueryID':%lld",
             (long long)number_in(f, "QueryID"));
    assert_int_equal(n_members(f, "P0100016"), 1);
    rules = json_object_get(f->result, "CollectionRules");
    assert_int_equal(json_array_size(rules), 1);
    assert_string_equal(json_string_value(json_object_get(
                            json_array_get(rules, 0), "RuleName")),
                        "by number");
    /* by hand: what changed is found at the next refresh */
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", "16777218", "{'Client':1}"),
        STATUS_OK);
    assert_int_equal(n_members(f, "P0100016"), 1);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100016",
                                "RequestRefresh", NULL),
                     STATUS_OK);
    assert_int_equal(n_members(f, "P0100016"), 2);
    /* by increments: at once */
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100016",
                                "{'RefreshType':4}"),
                     STATUS_OK);
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", "16777218", "{'Client':0}"),
        STATUS_OK);
    assert_int_equal(n_members(f, "P0100016"), 1);
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", "16777219", "{'Client':1}"),
        STATUS_OK); /* found, but outside the limit */
    assert_int_equal(n_members(f, "P0100016"), 1);
    add_rule(f, "P0100014", "16777219");
    assert_int_equal(n_members(f, "P0100016"), 2);
    assert_int_equal(act_get(f, "analyst", "SMS_R_System", "16777219"),
                     STATUS_OK);
    assert_int_equal(take_rule(f, "P0100016", rule), STATUS_OK);
    assert_int_equal(n_members(f, "P0100016"), 0);
    assert_int_equal(act_delete(f, "full", "SMS_R_System", "16777217"),
                     STATUS_OK);
}

/* What no longer reads as a query, as after a class has gone (C12). */
static void a_query_that_cannot_be_run_finds_nothing(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Web", "P0100014"); /* P0100016 */
    make_member(f, "web1", "P0100014");
    make_member(f, "web2", "P0100014");
    add_rule(f, "P0100016", "16777217");
    put_rule(f, "P0100016",
             "'QueryExpression':'select * from SMS_R_System where"
             " ResourceID = 16777218'");
    assert_int_equal(n_members(f, "P0100016"), 2);
    assert_int_equal(
        store_run_script(f->store, "UPDATE collection_rule SET wql ="
                                   " 'select * from SMS_Gone' WHERE kind = 2"),
        STATUS_OK);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100016",
                                "RequestRefresh", NULL),
                     STATUS_OK);
    assert_int_equal(n_members(f, "P0100016"), 1); /* the direct rule's */
}

/* Two of one name: the one that is meant goes (C27). */
static void a_rule_is_known_by_what_it_selects(void **state)
{
    struct fixture *f = *state;
    char rule[64];

    make_below(f, "Web", "P0100014"); /* P0100016 */
    make_member(f, "web1", "P0100014");
    make_member(f, "web2", "P0100014");
    put_rule(f, "P0100016",
             "'RuleName':'same','QueryExpression':"
             "'select * from SMS_R_System where ResourceID = 16777217'");
    snprintf(rule, sizeof(rule), "'QueryID':%lld",
             (long long)number_in(f, "QueryID"));
    put_rule(f, "P0100016",
             "'RuleName':'same','QueryExpression':"
             "'select * from SMS_R_System where ResourceID = 16777218'");
    assert_int_equal(n_members(f, "P0100016"), 2);
    assert_int_equal(take_rule(f, "P0100016", rule), STATUS_OK);
    assert_int_equal(n_members(f, "P0100016"), 1);
    assert_int_equal(take_rule(f, "P0100016", rule), STATUS_INVALID);
    assert_int_equal(
        act_get(f, "full", "SMS_FullCollectionMembership", "P0100016.16777218"),
        STATUS_OK);
}

/* editor: modifies collections below Servers, and reads devices there. */
static void make_editor(struct fixture *f, const char *operations)
{
    char json[256];
    char role[16];

    snprintf(json, sizeof(json),
             "{'RoleName':'Editors','Operations':[{'ObjectTypeID':1,"
             "'GrantedOperations':%s}]}",
             operations);
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID", json));
    snprintf(json, sizeof(json),
             "{'LogonName':'editor','Permissions':[{'RoleID':'%s',"
             "'CategoryID':'SMS00UNA'},{'RoleID':'%s','CategoryID':'P0100014',"
             "'CategoryTypeID':1}]}",
             role, role);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
}

static const char by_query[] = "'QueryExpression':'select * from SMS_R_System'";

static void rules_are_made_with_what_one_may_read(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Web", "P0100014");   /* P0100016 */
    make_below(f, "Other", "P0100014"); /* P0100017 */
    make_editor(f, "4099");             /* read, modify, read resource */
    assert_int_equal(try_rule(f, "editor", "P0100016", by_query), STATUS_OK);
    assert_int_equal(
        try_rule(f, "editor", "P0100016", "'IncludeCollectionID':'P0100017'"),
        STATUS_OK);
    assert_int_equal(
        try_rule(f, "editor", "P0100016", "'IncludeCollectionID':'P0100015'"),
        STATUS_INVALID); /* as one that is not there */
    assert_int_equal(
        try_rule(f, "editor", "P0100016", "'ExcludeCollectionID':'P0100015'"),
        STATUS_INVALID);
    assert_int_equal(try_rule(f, "editor", "P0100014", by_query),
                     STATUS_DENIED); /* assigned: not modified */
    assert_int_equal(try_rule(f, "analyst", "P0100016", by_query),
                     STATUS_DENIED);
}

static void a_query_needs_the_devices_it_picks_from(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Web", "P0100014");   /* P0100016 */
    make_below(f, "Other", "P0100014"); /* P0100017 */
    make_editor(f, "3");                /* read and modify alone */
    assert_int_equal(try_rule(f, "editor", "P0100016", by_query),
                     STATUS_DENIED);
    assert_int_equal(
        try_rule(f, "editor", "P0100016", "'IncludeCollectionID':'P0100017'"),
        STATUS_OK);
}

static void what_a_rule_names_is_shown_to_who_may_read_it(void **state)
{
    struct fixture *f = *state;

    make_below(f, "Web", "P0100014");   /* P0100016 */
    make_below(f, "Other", "P0100014"); /* P0100017 */
    put_rule(f, "P0100016", "'IncludeCollectionID':'P0100015'");
    put_rule(f, "P0100016", "'ExcludeCollectionID':'P0100017'");
    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    assert_int_equal(
        json_array_size(json_object_get(f->result, "CollectionRules")), 2);
    assert_int_equal(act_get(f, "analyst", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    assert_int_equal(
        json_array_size(json_object_get(f->result, "CollectionRules")), 1);
}

/* ---- What it costs ---- */

/* Of SQLite's machine, by statements that are kept, since the last time. */
static int64_t n_steps(struct store *store)
{
    int64_t n = 0;

    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        if (store->constants[i])
            n += sqlite3_stmt_status(store->constants[i]->handle,
                                     SQLITE_STMTSTATUS_VM_STEP, 1);
    return n;
}

static int64_t n_steps_to_make_a_device(struct fixture *f)
{
    n_steps(f->store);
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'one more'}");
    return n_steps(f->store);
}

static void a_device_costs_the_same_however_many_there_are(void **state)
{
    struct fixture *f = *state;
    int64_t first;

    put_rule(f, "P0100014", "'QueryExpression':'select * from SMS_R_System'");
    n_steps_to_make_a_device(f); /* prepares what is kept */
    first = n_steps_to_make_a_device(f);
    assert_true(first > 0);
    for (int i = 0; i < 300; i++)
        n_steps_to_make_a_device(f);
    assert_in_range(n_steps_to_make_a_device(f), 1, 2 * first);
}

/* ---- An import ---- */

enum { N_IMPORTED = 120 };

static void put_query(struct fixture *f, const char *collection,
                      const char *like)
{
    char json[200];

    snprintf(json, sizeof(json),
             "'QueryExpression':'select * from SMS_R_System where Name like"
             " \\\"%s\\\"','RuleName':'%s'",
             like, like);
    put_rule(f, collection, json);
}

/* Collections by a query, an inclusion, an exclusion, within one another. */
static void make_rules(struct fixture *f)
{
    make_below(f, "Out", "SMS00001");  /* P0100016 */
    make_below(f, "Deep", "P0100015"); /* P0100017 */
    for (int id = 14; id <= 17; id++) {
        char key[16];

        snprintf(key, sizeof(key), "P01000%d", id);
        assert_int_equal(
            act_update(f, "full", "SMS_Collection", key, "{'RefreshType':4}"),
            STATUS_OK);
    }
    put_query(f, "P0100014", "pc1%");
    put_query(f, "P0100015", "%3");
    put_query(f, "P0100016", "%13");
    put_rule(f, "P0100015", "'IncludeCollectionID':'P0100014'");
    put_rule(f, "P0100015", "'ExcludeCollectionID':'P0100016'");
    put_rule(f, "P0100017", "'IncludeCollectionID':'SMS00001'");
}

static void make_devices(struct fixture *f)
{
    for (int i = 0; i < N_IMPORTED; i++) {
        char json[64];

        snprintf(json, sizeof(json), "{'Name':'pc%d'}", i);
        make_object(f, "SMS_R_System", "ResourceID", json);
    }
}

static const char labels_of_all[] =
    "SELECT 'labels', row, hex((SELECT sms_labels(labels, row) FROM label_block"
    " WHERE block = row >> 6)) FROM device ORDER BY 2";

static const char *const members_and_labels[] = {
    "SELECT 'in', collection, resource FROM collection_member ORDER BY 2, 3",
    "SELECT 'found', rule, block || hex(members) FROM rule_block ORDER BY 2, 3",
    labels_of_all,
    "SELECT 'counts', row, MemberCount FROM collection ORDER BY 2",
};

static void dump_members(struct fixture *f, struct buf *into)
{
    for (size_t i = 0; i < ARRAY_SIZE(members_and_labels); i++) {
        SCOPED(store_done) struct store_stmt *stmt = NULL;

        assert_int_equal(store_prepare(f->store, members_and_labels[i], &stmt),
                         STATUS_OK);
        while (store_step(stmt) == STATUS_OK)
            for (int column = 0; column < 3; column++) {
                buf_append_text(into, store_text(stmt, column));
                buf_append_char(into, '\n');
            }
    }
    assert_int_equal(buf_status(into), STATUS_OK);
}

/* As if the devices had just been stored. */
static void forget_members(struct fixture *f)
{
    assert_int_equal(store_run_script(f->store,
                                      "DELETE FROM collection_block;"
                                      "DELETE FROM rule_block;"
                                      "DELETE FROM label_block;"
                                      "UPDATE collection SET MemberCount = 0;"),
                     STATUS_OK);
}

/* In parts: those from one place on until another. */
static void import(struct fixture *f, size_t from, size_t until)
{
    SCOPED(row_list_clear) struct row_list all = {0};
    struct row_list part;

    assert_int_equal(row_list_select(f->store,
                                     "SELECT row FROM device ORDER BY row",
                                     STORE_NO_ARGS, &all),
                     STATUS_OK);
    assert_int_equal(all.n, N_IMPORTED);
    part = (struct row_list){.of = all.of + from, .n = until - from};
    assert_int_equal(members_imported(f->store, &part, f->now_s), STATUS_OK);
}

static void an_import_is_as_many_creates(void **state)
{
    struct fixture *f = *state;
    SCOPED(buf_free) struct buf one_by_one = buf_make(1 << 20);
    SCOPED(buf_free) struct buf together = buf_make(1 << 20);

    make_rules(f);
    make_devices(f);
    dump_members(f, &one_by_one);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    forget_members(f);
    import(f, 0, 50);
    import(f, 50, N_IMPORTED);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    dump_members(f, &together);
    assert_true(one_by_one.size > 1000);
    assert_int_equal(one_by_one.size, together.size);
    assert_memory_equal(buf_text(&one_by_one).data, buf_text(&together).data,
                        together.size);
}

/* ---- A device that many rules find ---- */

enum { N_DEEP = 12 };

/* Each below the one before, but made and asked in the other order. */
static void make_deep(struct fixture *f)
{
    char sql[256];

    for (int i = 0; i < N_DEEP; i++)
        make_below(f, "Deep", "SMS00001"); /* from P0100016 on */
    for (int i = 0; i < N_DEEP; i++) {
        snprintf(sql, sizeof(sql),
                 "UPDATE collection SET RefreshType = 4, LimitToCollectionID ="
                 " (SELECT CollectionID FROM collection WHERE row = %d)"
                 " WHERE row = %d;",
                 i + 1 < N_DEEP ? 22 + i + 1 : 20, 22 + i);
        assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
    }
    for (int i = 0; i <= N_DEEP; i++) {
        snprintf(sql, sizeof(sql), "P01%05X",
                 i == N_DEEP ? 20U : 22U + (unsigned)i);
        assert_int_equal(
            act_invoke(f, "full", "SMS_Collection", sql, "AddMembershipRule",
                       "{'CollectionRule':{'RuleName':'q','QueryExpression':"
                       "'select * from SMS_R_System where ADSiteName = "
                       "\\'Leeds\\''}}"),
            STATUS_OK);
    }
}

static void what_many_rules_find_comes_however_deep(void **state)
{
    static const char held[] = "SELECT count(*) FROM collection_member WHERE"
                               " collection >= 20 AND resource = 16777217";
    struct fixture *f = *state;
    int64_t n;

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'pc'}");
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'RefreshType':4}"),
                     STATUS_OK);
    make_deep(f);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(act_update(f, "full", "SMS_R_System", "16777217",
                                    i % 2 ? "{'ADSiteName':'York'}"
                                          : "{'ADSiteName':'Leeds'}"),
                         STATUS_OK);
        assert_int_equal(store_int_with(f->store, held, STORE_NO_ARGS, &n),
                         STATUS_OK);
        assert_int_equal(n, i % 2 ? 0 : N_DEEP + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_rule_outside_the_limit_waits),
        WITH_SITE(another_limit_means_other_members),
        WITH_SITE(moving_a_collection_moves_what_it_opens),
        WITH_SITE(a_deep_tree_is_followed_to_its_end),
        WITH_SITE(a_collection_that_goes_opens_nothing_more),
        WITH_SITE(a_device_that_goes_leaves_every_collection),
        WITH_SITE(rules_that_are_none_are_refused),
        WITH_SITE(a_refresh_needs_read_alone_and_changes_nothing),
        WITH_SITE(includes_within_the_limit_and_less_what_is_excluded),
        WITH_SITE(what_depends_over_others_follows),
        WITH_SITE(circles_are_refused_however_long),
        WITH_SITE(a_query_rule_lives),
        WITH_SITE(becoming_incremental_catches_up),
        WITH_SITE(a_query_that_cannot_be_run_finds_nothing),
        WITH_SITE(a_rule_is_known_by_what_it_selects),
        WITH_SITE(rules_are_made_with_what_one_may_read),
        WITH_SITE(a_query_needs_the_devices_it_picks_from),
        WITH_SITE(what_a_rule_names_is_shown_to_who_may_read_it),
        WITH_SITE(a_device_costs_the_same_however_many_there_are),
        WITH_SITE(an_import_is_as_many_creates),
        WITH_SITE(what_many_rules_find_comes_however_deep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
