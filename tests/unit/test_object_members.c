/* Who is in a collection, and what that opens. */
#include "tests/unit/site_fixture.h"

#include <stdio.h>

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
        "{'CollectionRule':{'QueryExpression':'select * from SMS_R_System'}}",
        "{'CollectionRule':7}",
        "{'Rule':{'ResourceID':16777217}}",
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
