/*
 * Many rules of a collection in one act: what each could do alone, all of them
 * or none, members once at the end.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

#include "rbac/catalog.h"

/* P0100016, below Servers (P0100014), and four devices: desk1 in Desktops
 * (16777217), then web1 to web3 in Servers. */
static void fill(struct fixture *f)
{
    make_member(f, "desk1", "P0100015");
    make_member(f, "web1", "P0100014");
    make_member(f, "web2", "P0100014");
    make_member(f, "web3", "P0100014");
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'mine','LimitToCollectionID':'P0100014'}");
    fixture_reload(f);
}

/* Read, Modify and Read Resource on Servers. */
static void make_editor(struct fixture *f)
{
    char json[320];
    char role[16];

    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID",
                         "{'RoleName':'editing','Operations':[{"
                         "'ObjectTypeID':1,'GrantedOperations':4099}]}"));
    snprintf(json, sizeof(json),
             "{'LogonName':'editor','Permissions':[{'RoleID':'%s',"
             "'CategoryID':'SMS00UNA'},{'RoleID':'%s','CategoryID':"
             "'P0100014','CategoryTypeID':1}]}",
             role, role);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
}

static enum status rules(struct fixture *f, const char *user,
                         const char *method, const char *list)
{
    char json[2048];

    snprintf(json, sizeof(json), "{'CollectionRules':[%s]}", list);
    return act_invoke(f, user, "SMS_Collection", "P0100016", method, json);
}

static enum status add(struct fixture *f, const char *user, const char *list)
{
    return rules(f, user, "AddMembershipRules", list);
}

static enum status take(struct fixture *f, const char *user, const char *list)
{
    return rules(f, user, "DeleteMembershipRules", list);
}

static int64_t n_members(struct fixture *f)
{
    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    return number_in(f, "MemberCount");
}

static size_t n_rules(struct fixture *f)
{
    assert_int_equal(act_get(f, "full", "SMS_Collection", "P0100016"),
                     STATUS_OK);
    return json_array_size(json_object_get(f->result, "CollectionRules"));
}

static json_int_t query_at(const struct fixture *f, size_t i)
{
    return json_integer_value(
        json_array_get(json_object_get(f->result, "QueryIDs"), i));
}

static void adds_rules_of_every_kind_at_once(void **state)
{
    struct fixture *f = *state;

    fill(f);
    assert_int_equal(
        add(f, "full",
            "{'ResourceID':16777218},{'QueryExpression':'select * from"
            " SMS_R_System where Name = \\\"web2\\\"'},"
            "{'ResourceID':16777217},{'IncludeCollectionID':'P0100015'}"),
        STATUS_OK);
    assert_int_equal(json_array_size(json_object_get(f->result, "QueryIDs")),
                     4);
    assert_int_equal(query_at(f, 0), 0);
    assert_true(query_at(f, 1) > 0);
    assert_int_equal(n_members(f), 2); /* desk1 is outside the limit */
    assert_int_equal(n_rules(f), 4);
    assert_int_equal(
        take(f, "full",
             "{'ResourceID':16777218},{'IncludeCollectionID':'P0100015'}"),
        STATUS_OK);
    assert_int_equal(n_members(f), 1);
    assert_int_equal(n_rules(f), 2);
}

static void a_device_that_is_named_is_evaluated_with_the_others(void **state)
{
    struct fixture *f = *state;

    fill(f);
    assert_int_equal(add(f, "full",
                         "{'ResourceID':16777220},{'ResourceID':16777218},"
                         "{'ResourceID':16777219}"),
                     STATUS_OK);
    assert_int_equal(n_members(f), 3);
    assert_int_equal(
        take(f, "full", "{'ResourceID':16777219},{'ResourceID':16777218}"),
        STATUS_OK);
    assert_int_equal(n_members(f), 1);
}

static void adds_all_of_them_or_none(void **state)
{
    struct fixture *f = *state;

    fill(f);
    assert_int_equal(add(f, "full",
                         "{'ResourceID':16777218},{'ResourceID':16777219},"
                         "{'QueryExpression':'select * from SMS_R_Sistem'}"),
                     STATUS_INVALID);
    assert_non_null(strstr(f->failure.why, "Rule 3: Column"));
    assert_int_equal(n_rules(f), 0);
    assert_int_equal(n_members(f), 0);
    assert_int_equal(add(f, "full", ""), STATUS_INVALID);
    assert_int_equal(add(f, "full", "{'ResourceID':16777218},7"),
                     STATUS_INVALID);
    assert_non_null(strstr(f->failure.why, "Rule 2:"));
    assert_int_equal(n_rules(f), 0);
}

static void deletes_all_of_them_or_none(void **state)
{
    struct fixture *f = *state;

    fill(f);
    assert_int_equal(
        add(f, "full", "{'ResourceID':16777218},{'ResourceID':16777219}"),
        STATUS_OK);
    assert_int_equal(take(f, "full",
                          "{'ResourceID':16777218},{'ResourceID':16777219},"
                          "{'ResourceID':16777218}"),
                     STATUS_INVALID);
    assert_non_null(strstr(f->failure.why, "Rule 3:"));
    assert_int_equal(n_members(f), 2);
}

/* web1 is hers to name, desk1 is not: as little as one that is not there. */
static void hidden_devices_are_refused_as_missing_ones(void **state)
{
    struct fixture *f = *state;
    char hidden[sizeof(f->failure.why)];

    fill(f);
    make_editor(f);
    assert_int_equal(add(f, "editor", "{'ResourceID':16777218}"), STATUS_OK);
    assert_int_equal(
        add(f, "editor", "{'ResourceID':16777219},{'ResourceID':16777217}"),
        STATUS_INVALID);
    snprintf(hidden, sizeof(hidden), "%s", f->failure.why);
    assert_int_equal(
        add(f, "editor", "{'ResourceID':16777219},{'ResourceID':16999999}"),
        STATUS_INVALID);
    assert_string_equal(f->failure.why, hidden);
    assert_int_equal(add(f, "editor",
                         "{'ResourceID':16777219},"
                         "{'IncludeCollectionID':'P0100015'}"),
                     STATUS_INVALID);
    assert_int_equal(n_rules(f), 1);
    assert_int_equal(take(f, "editor", "{'ResourceID':16777217}"),
                     STATUS_INVALID);
}

static void each_gives_what_it_names(void **state)
{
    struct fixture *f = *state;

    fill(f);
    make_editor(f);
    assert_int_equal(
        add(f, "editor", "{'ResourceID':16777218},{'ResourceID':16777219}"),
        STATUS_OK);
    make_object(f, "SMS_Application", "CI_ID",
                "{'LocalizedDisplayName':'Editor'}");
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID",
                "{'AssignedCI':16777217,'TargetCollectionID':'P0100016'}");
    assert_int_equal(
        add(f, "editor",
            "{'ExcludeCollectionID':'P0100014'},{'ResourceID':16777220}"),
        STATUS_DENIED);
    assert_non_null(strstr(f->failure.why, "Rule 2: mine (P0100016)"));
    assert_int_equal(n_rules(f), 2);
    assert_int_equal(add(f, "editor", "{'ResourceID':16777220}"),
                     STATUS_DENIED);
    assert_non_null(strstr(f->failure.why, "Rule 1: mine (P0100016)"));
    assert_int_equal(f->failure.denial.need.operation,
                     RBAC_OP_DEPLOY_APPLICATIONS);
    assert_int_equal(take(f, "editor", "{'ResourceID':16777218}"), STATUS_OK);
    assert_int_equal(n_members(f), 1);
}

static void a_query_with_its_number_replaces_the_old_one(void **state)
{
    struct fixture *f = *state;
    char rule[160];
    json_int_t query;

    fill(f);
    assert_int_equal(add(f, "full",
                         "{'QueryExpression':'select * from SMS_R_System',"
                         "'RuleName':'all'}"),
                     STATUS_OK);
    query = query_at(f, 0);
    assert_int_equal(n_members(f), 3);
    snprintf(rule, sizeof(rule),
             "{'QueryID':%lld,'QueryExpression':'select * from SMS_R_System"
             " where Name = \\\"web1\\\"'}",
             (long long)query);
    assert_int_equal(add(f, "full", rule), STATUS_OK);
    assert_int_equal(query_at(f, 0), query);
    assert_int_equal(n_members(f), 1);
    assert_int_equal(n_rules(f), 1);
    snprintf(rule, sizeof(rule),
             "{'QueryID':%lld,'QueryExpression':'select * from SMS_R_System'}",
             (long long)query + 1);
    assert_int_equal(add(f, "full", rule), STATUS_INVALID);
}

#define FIRST "select s.ResourceID from SMS_R_System as s "

/* Members by a rule: FIRST, and what follows around the name in quotes. */
static int64_t n_found(struct fixture *f, const char *before, const char *name,
                       const char *after)
{
    char json[512];
    int64_t n;

    snprintf(json, sizeof(json),
             "{'QueryExpression':'" FIRST "%s\\\"%s\\\"%s'}", before, name,
             after);
    assert_int_equal(add(f, "editor", json), STATUS_OK);
    snprintf(json, sizeof(json), "{'QueryID':%lld}", (long long)query_at(f, 0));
    n = n_members(f);
    assert_int_equal(take(f, "editor", json), STATUS_OK);
    return n;
}

/* What is not set, on either side of IN, tells nothing of any other device:
 * desk1, which the editor may not see, or one that does not exist. */
static void a_rule_finds_the_same_whoever_else_is_there(void **state)
{
    static const struct {
        const char *before;
        const char *after;
        int64_t n;
    } rules_of[] = {
        {"where s.ResourceID not in (select w.ResourceID from SMS_R_System as"
         " q left join SMS_R_System as w on w.ResourceID = q.ResourceID and"
         " w.Client = 1 where q.Name = ",
         ")", 3},
        {"where not (s.ResourceID in (select q.ResourceID from SMS_R_System as"
         " q full join SMS_R_System as w on w.ResourceID = q.ResourceID and"
         " q.Client = 1 where w.Name = ",
         "))", 3},
        {"left join SMS_R_System as w on w.ResourceID = s.ResourceID and"
         " w.Client = 1 where w.ResourceID not in (select ResourceID from"
         " SMS_R_System where Name = ",
         ")", 0},
        {"left join SMS_R_System as w on w.ResourceID = s.ResourceID and"
         " w.Client = 1 where not (w.ResourceID in (select ResourceID from"
         " SMS_R_System where Name = ",
         "))", 0},
    };
    struct fixture *f = *state;

    fill(f);
    make_editor(f);
    for (size_t i = 0; i < ARRAY_SIZE(rules_of); i++) {
        assert_int_equal(
            n_found(f, rules_of[i].before, "desk1", rules_of[i].after),
            rules_of[i].n);
        assert_int_equal(
            n_found(f, rules_of[i].before, "desk9", rules_of[i].after),
            rules_of[i].n);
    }
}

/* As it could not be run for any device that changes. */
static void a_rule_too_deep_for_sql_is_refused(void **state)
{
    enum { LEVELS = 10 };
    struct fixture *f = *state;
    char json[1024] = "{'QueryExpression':'select * from SMS_R_System where ";

    fill(f);
    make_editor(f);
    for (int i = 0; i < LEVELS; i++)
        strcat(json, "ResourceID in (select ResourceID from SMS_R_System"
                     " where ");
    strcat(json, "not (not (not (Client = 1)))))))))))))'}");
    assert_int_equal(add(f, "editor", json), STATUS_INVALID);
    assert_string_equal(f->failure.property, "QueryExpression");
    assert_non_null(strstr(f->failure.why, "nested too deeply"));
}

static void built_in_collections_keep_theirs(void **state)
{
    struct fixture *f = *state;

    fill(f);
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "SMS00001",
                                "AddMembershipRules",
                                "{'CollectionRules':[{'ResourceID':1}]}"),
                     STATUS_DENIED);
    assert_int_equal(act_invoke(f, "analyst", "SMS_Collection", "P0100016",
                                "AddMembershipRules",
                                "{'CollectionRules':[{'ResourceID':1}]}"),
                     STATUS_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(adds_rules_of_every_kind_at_once),
        WITH_SITE(a_device_that_is_named_is_evaluated_with_the_others),
        WITH_SITE(adds_all_of_them_or_none),
        WITH_SITE(deletes_all_of_them_or_none),
        WITH_SITE(hidden_devices_are_refused_as_missing_ones),
        WITH_SITE(each_gives_what_it_names),
        WITH_SITE(a_query_with_its_number_replaces_the_old_one),
        WITH_SITE(a_rule_finds_the_same_whoever_else_is_there),
        WITH_SITE(a_rule_too_deep_for_sql_is_refused),
        WITH_SITE(built_in_collections_keep_theirs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
