/*
 * SMS_DeploymentInfo and SMS_DeploymentSummary: computed from deployments of
 * every kind, and seen with the deployment, its collection and what it deploys.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

/* ---- Two applications and three deployments ---- */

#define MINE_ON_SERVERS    "{P01-16777217}"
#define MINE_ON_DESKTOPS   "{P01-16777218}"
#define SECRET_ON_SERVERS  "{P01-16777219}"
#define OF_PACKAGE         "P0120000"
#define OF_CLIENT_SETTINGS "{P01-settings-16777217}"

static void make_application(struct fixture *f, const char *name, bool is_mine)
{
    char json[128];
    const char *key;

    snprintf(json, sizeof(json), "{'LocalizedDisplayName':'%s'}", name);
    key = make_object(f, "SMS_Application", "CI_ID", json);
    if (is_mine)
        put_in_scope(f, 31, key, "P0100003");
}

static void deploy(struct fixture *f, const char *application,
                   const char *collection, int offer)
{
    char json[160];

    snprintf(json, sizeof(json),
             "{'ApplicationName':'%s','TargetCollectionID':'%s',"
             "'OfferTypeID':%d}",
             application, collection, offer);
    make_object(f, "SMS_ApplicationAssignment", "AssignmentID", json);
}

static int open_with_deployments(void **state)
{
    struct fixture *f;

    fixture_open(state);
    f = *state;
    make_application(f, "Mine", true);
    make_application(f, "Secret", false);
    make_member(f, "web1", "P0100014");
    deploy(f, "Mine", "P0100014", 0);
    deploy(f, "Mine", "P0100015", 0);
    deploy(f, "Secret", "P0100014", 2);
    return 0;
}

static size_t n_listed(struct fixture *f, const char *user,
                       const char *class_name, const char *filter)
{
    assert_int_equal(act_list(f, user, class_name,
                              &(struct object_list){.filter = text_of(filter),
                                                    .count = true}),
                     STATUS_OK);
    assert_int_equal(number_in(f, "count"), n_items(f));
    return n_items(f);
}

/* ---- What they say ---- */

static void every_kind_of_deployment_has_a_row(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Package", "PackageID", "{'Name':'Tools'}");
    make_object(f, "SMS_Advertisement", "AdvertisementID",
                "{'PackageID':'P0100001','CollectionID':'P0100014',"
                "'ProgramName':'Install'}");
    make_object(f, "SMS_ClientSettings", "SettingsID", "{'Name':'Fast'}");
    make_object(f, "SMS_ClientSettingsAssignment", "AssignmentID",
                "{'ClientSettingsID':16777217,'CollectionID':'P0100014'}");
    assert_int_equal(n_listed(f, "full", "SMS_DeploymentInfo", ""), 5);
    assert_int_equal(n_listed(f, "full", "SMS_DeploymentSummary", ""), 5);

    assert_int_equal(act_get(f, "full", "SMS_DeploymentInfo", OF_PACKAGE),
                     STATUS_OK);
    assert_string_equal(text_in(f, "TargetName"), "Tools");
    assert_string_equal(text_in(f, "TargetSubName"), "Install");
    assert_int_equal(number_in(f, "DeploymentTypeID"), 2);
    assert_int_equal(
        act_get(f, "full", "SMS_DeploymentInfo", OF_CLIENT_SETTINGS),
        STATUS_OK);
    assert_string_equal(text_in(f, "TargetName"), "Fast");
    assert_string_equal(text_in(f, "TargetID"), "16777217");
    assert_int_equal(n_listed(f, "full", "SMS_DeploymentInfo",
                              "TargetID = '16777217' AND"
                              " DeploymentTypeID = 1"),
                     2);
}

static void a_summary_counts_the_members_of_the_collection(void **state)
{
    struct fixture *f = *state;

    make_member(f, "web2", "P0100014");
    assert_int_equal(
        act_get(f, "full", "SMS_DeploymentSummary", MINE_ON_SERVERS),
        STATUS_OK);
    assert_string_equal(text_in(f, "SoftwareName"), "Mine");
    assert_int_equal(number_in(f, "DeploymentIntent"), 1);
    assert_int_equal(number_in(f, "NumberTargeted"), 2);
    assert_int_equal(number_in(f, "NumberUnknown"), 2);
    assert_int_equal(number_in(f, "NumberSuccess"), 0);
    assert_int_equal(
        act_get(f, "full", "SMS_DeploymentSummary", SECRET_ON_SERVERS),
        STATUS_OK);
    assert_int_equal(number_in(f, "DeploymentIntent"), 2);
}

static void a_row_goes_with_its_deployment(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(
        act_delete(f, "full", "SMS_ApplicationAssignment", "16777217"),
        STATUS_OK);
    assert_int_equal(act_get(f, "full", "SMS_DeploymentInfo", MINE_ON_SERVERS),
                     STATUS_NOT_FOUND);
    assert_int_equal(n_listed(f, "full", "SMS_DeploymentInfo", ""), 2);
}

/* ---- Who sees them ---- */

static void is_seen_with_its_collection_and_content(void **state)
{
    static const char *const classes[] = {"SMS_DeploymentInfo",
                                          "SMS_DeploymentSummary"};
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        assert_int_equal(n_listed(f, "analyst", classes[i], ""), 1);
        assert_string_equal(item_text(f, 0, "DeploymentID"), MINE_ON_SERVERS);
        assert_int_equal(act_get(f, "analyst", classes[i], MINE_ON_SERVERS),
                         STATUS_OK);
        assert_int_equal(act_get(f, "analyst", classes[i], MINE_ON_DESKTOPS),
                         STATUS_NOT_FOUND);
        assert_int_equal(act_get(f, "analyst", classes[i], SECRET_ON_SERVERS),
                         STATUS_NOT_FOUND);
        assert_int_equal(n_listed(f, "nobody", classes[i], ""), 0);
        assert_int_equal(act_get(f, "nobody", classes[i], MINE_ON_SERVERS),
                         STATUS_NOT_FOUND);
    }
    /* A filter is no way to them either. */
    assert_int_equal(
        n_listed(f, "analyst", "SMS_DeploymentInfo", "TargetName = 'Secret'"),
        0);
    assert_int_equal(
        n_listed(f, "full", "SMS_DeploymentInfo", "TargetName = 'Secret'"), 1);
}

/* carol may do this in Web, on Servers. */
static void let_carol(struct fixture *f, const char *operations)
{
    char json[512];
    char role[16];

    snprintf(json, sizeof(json), "{'RoleName':'Of carol','Operations':[%s]}",
             operations);
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID", json));
    snprintf(json, sizeof(json),
             "{'LogonName':'carol','Permissions':["
             "{'RoleID':'%s','CategoryID':'P0100003'},"
             "{'RoleID':'%s','CategoryID':'P0100014','CategoryTypeID':1}]}",
             role, role);
    make_object(f, "SMS_Admin", "AdminID", json);
    fixture_reload(f);
}

#define MAY_READ(type_) "{'ObjectTypeID':" type_ ",'GrantedOperations':1}"

static void needs_read_on_deployments_too(void **state)
{
    struct fixture *f = *state;

    let_carol(f, MAY_READ("1") "," MAY_READ("31"));
    assert_int_equal(n_listed(f, "carol", "SMS_Application", ""), 1);
    assert_int_equal(n_listed(f, "carol", "SMS_Collection", ""), 1);
    assert_int_equal(n_listed(f, "carol", "SMS_DeploymentInfo", ""), 0);
    assert_int_equal(act_get(f, "carol", "SMS_DeploymentInfo", MINE_ON_SERVERS),
                     STATUS_NOT_FOUND);
}

static void needs_read_on_the_collection_too(void **state)
{
    struct fixture *f = *state;

    let_carol(f, MAY_READ("200") "," MAY_READ("31"));
    assert_int_equal(n_listed(f, "carol", "SMS_ApplicationAssignment", ""), 1);
    assert_int_equal(n_listed(f, "carol", "SMS_DeploymentInfo", ""), 0);
}

static void reads_with_all_three(void **state)
{
    struct fixture *f = *state;

    let_carol(f, MAY_READ("1") "," MAY_READ("31") "," MAY_READ("200"));
    assert_int_equal(n_listed(f, "carol", "SMS_DeploymentInfo", ""), 1);
    assert_int_equal(act_get(f, "carol", "SMS_DeploymentInfo", MINE_ON_SERVERS),
                     STATUS_OK);
}

#define WITH_DEPLOYMENTS(test)                                                 \
    cmocka_unit_test_setup_teardown(test, open_with_deployments, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DEPLOYMENTS(every_kind_of_deployment_has_a_row),
        WITH_DEPLOYMENTS(a_summary_counts_the_members_of_the_collection),
        WITH_DEPLOYMENTS(a_row_goes_with_its_deployment),
        WITH_DEPLOYMENTS(is_seen_with_its_collection_and_content),
        WITH_DEPLOYMENTS(needs_read_on_deployments_too),
        WITH_DEPLOYMENTS(needs_read_on_the_collection_too),
        WITH_DEPLOYMENTS(reads_with_all_three),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
