/* On whose behalf things are declared: each allow beside its deny. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

#include "rbac/catalog.h"

#define PLACE                                                                  \
    {                                                                          \
        "a.yaml", 7, 1                                                         \
    }
#define WRITTEN_PLACE "a.yaml:7"

/* What is declared in a step, and what is missing for it. */
struct act {
    const char *name;
    enum status (*run)(struct declare *declare);
    uint16_t type; /* of what is missing first */
};

/*
 * What of an act its caller may not have done: how much, and what first. The
 * step is not finished and nothing is kept.
 */
static size_t missing_as(struct fixture *f, const char *user,
                         enum auth_level level,
                         enum status (*run)(struct declare *declare),
                         struct declare_missing *first_out)
{
    const struct declare_caller caller = {
        .user = user, .level = level, .now_s = f->now_s};
    OWNED(declare) declare = NULL;
    const struct declare_missing *missing;
    size_t n;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(declare_begin_for(f->store, f->site, &caller, &declare),
                     STATUS_OK);
    if (run(declare) != STATUS_OK)
        fail_msg("%s", declare_why(declare));
    missing = declare_missing(declare, &n);
    if (n > 0)
        *first_out = missing[0];
    store_write_rollback(f->store);
    return n;
}

static size_t n_missing(struct fixture *f, const char *user,
                        enum status (*run)(struct declare *declare))
{
    struct declare_missing first;

    return missing_as(f, user, AUTH_LEVEL_MFA, run, &first);
}

/* ---- Acts ---- */

static enum status new_scope(struct declare *declare)
{
    return declare_scope(declare,
                         &(struct policy_scope){PLACE, "New", "", {0}});
}

static enum status other_scope(struct declare *declare)
{
    return declare_scope(
        declare,
        &(struct policy_scope){PLACE, "Web", "another description", {0}});
}

static const struct rbac_right read_applications = {
    RBAC_TYPE_APPLICATION, 1u << RBAC_OP_READ, AUTH_LEVEL_NONE};
static const struct policy_role readers = {
    .place = PLACE,
    .name = "Readers",
    .description = "",
    .copied_from = "",
    .rights = &read_applications,
    .n_rights = 1,
};

static enum status new_role(struct declare *declare)
{
    return declare_role(declare, &readers);
}

static enum status give(struct declare *declare, const char *user,
                        const char *role, const char *scope,
                        const char *collection)
{
    const struct policy_assignment assignment = {
        .place = PLACE,
        .roles = &role,
        .n_roles = 1,
        .scopes = &scope,
        .n_scopes = 1,
        .collections = &collection,
        .n_collections = collection ? 1 : 0,
        .from_s = INT64_MIN,
        .until_s = INT64_MAX,
    };
    const struct policy_admin admin = {.place = PLACE,
                                       .name = user,
                                       .assignments = &assignment,
                                       .n_assignments = 1};

    return declare_admin(declare, &admin);
}

static enum status new_admin(struct declare *declare)
{
    return give(declare, "newcomer", "Application Author", "Web", NULL);
}

static enum status other_admin(struct declare *declare)
{
    return give(declare, "author", "Application Author", "Db", NULL);
}

static enum status new_group(struct declare *declare)
{
    static const char *const members[] = {"newcomer"};

    return declare_group(declare,
                         &(struct policy_group){PLACE, "desk", members, 1});
}

static enum status new_level(struct declare *declare)
{
    return declare_level(declare, (struct policy_place)PLACE,
                         AUTH_LEVEL_CERTIFICATE);
}

static enum status new_exclusion(struct declare *declare)
{
    return declare_exclusion(declare,
                             &(struct policy_exclusion){.place = PLACE,
                                                        .user = "svc",
                                                        .reason = "nightly",
                                                        .owner = "full",
                                                        .until_s = INT64_MAX});
}

static enum status new_collection(struct declare *declare)
{
    const struct policy_collection collection = {
        .place = PLACE,
        .name = "Below servers",
        .comment = "",
        .limiting = "Servers",
    };

    return declare_collections(declare, &collection, 1);
}

static void each_act_is_asked_for_as_over_rpc(void **state)
{
    static const struct act acts[] = {
        {"a new scope", new_scope, RBAC_TYPE_SCOPE},
        {"another scope", other_scope, RBAC_TYPE_SCOPE},
        {"a new role", new_role, RBAC_TYPE_ROLE},
        {"a new record", new_admin, RBAC_TYPE_ADMIN},
        {"another record", other_admin, RBAC_TYPE_ADMIN},
        {"a new group", new_group, RBAC_TYPE_ADMIN},
        {"the level", new_level, RBAC_TYPE_SITE},
        {"an exclusion", new_exclusion, RBAC_TYPE_SITE},
        {"a new collection", new_collection, RBAC_TYPE_COLLECTION},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
        struct declare_missing first = {0};

        if (missing_as(f, "full", AUTH_LEVEL_MFA, acts[i].run, &first) != 0)
            fail_msg("the top may not: %s", acts[i].name);
        if (missing_as(f, "author", AUTH_LEVEL_MFA, acts[i].run, &first) == 0)
            fail_msg("anybody may: %s", acts[i].name);
        if (first.need.type != acts[i].type)
            fail_msg("%s is missing type %u", acts[i].name, first.need.type);
        assert_string_equal(first.place, WRITTEN_PLACE);
        assert_int_equal(first.decision.verdict, RBAC_DENY);
    }
}

static enum status give_in_web(struct declare *declare)
{
    return give(declare, "newcomer", "Security Administrator", "Web",
                "Servers");
}

static enum status give_in_db(struct declare *declare)
{
    return give(declare, "newcomer", "Security Administrator", "Db", "Servers");
}

static enum status give_on_desktops(struct declare *declare)
{
    return give(declare, "newcomer", "Security Administrator", "Web",
                "P0100015");
}

static enum status give_more(struct declare *declare)
{
    return give(declare, "newcomer", "Full Administrator", "Web", "Servers");
}

static void nobody_gives_more_than_they_hold(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(n_missing(f, "security", give_in_web), 0);
    assert_int_not_equal(n_missing(f, "security", give_in_db), 0);
    assert_int_not_equal(n_missing(f, "security", give_on_desktops), 0);
    assert_int_not_equal(n_missing(f, "security", give_more), 0);
    assert_int_equal(n_missing(f, "full", give_more), 0);
}

/* ---- Hosts ---- */

static enum status bind_host(struct declare *declare)
{
    static const struct policy_identity key = {
        PLACE, IDENTITY_CERTIFICATE_KEY,
        "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"};
    const struct policy_admin host = {.place = PLACE,
                                      .name = "host/Web1",
                                      .host = "Web1",
                                      .identities = &key,
                                      .n_identities = 1};

    return declare_admin(declare, &host);
}

/* It is the device's that is asked, and then let in to. */
static void who_does_not_manage_a_device_binds_no_host(void **state)
{
    struct fixture *f = *state;
    struct declare_missing first = {0};

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    assert_int_equal(n_missing(f, "full", bind_host), 0);
    assert_int_not_equal(
        missing_as(f, "security", AUTH_LEVEL_MFA, bind_host, &first), 0);
    assert_int_equal(first.need.type, RBAC_TYPE_COLLECTION);
}

/* ---- Things of the same step ---- */

static enum status give_what_is_new(struct declare *declare)
{
    TRY(new_scope(declare));
    TRY(new_role(declare));
    TRY(new_collection(declare));
    return give(declare, "newcomer", "Readers", "New", "Below servers");
}

static enum status give_role_that_is_new(struct declare *declare)
{
    static const struct rbac_right all[] = {
        {RBAC_TYPE_APPLICATION, 1u << RBAC_OP_READ | 1u << RBAC_OP_DELETE,
         AUTH_LEVEL_NONE}};
    struct policy_role role = readers;

    role.rights = all;
    TRY(declare_role(declare, &role));
    return give(declare, "newcomer", "Readers", "Web", NULL);
}

static void what_is_new_in_the_step_is_given_by_who_holds_it_all(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(n_missing(f, "full", give_what_is_new), 0);
    assert_int_equal(n_missing(f, "full", give_role_that_is_new), 0);
    /* The right to make roles gives nothing beyond what its holder has. */
    assert_int_not_equal(n_missing(f, "security", give_role_that_is_new), 0);
}

/* ---- Groups ---- */

static enum status join_desk(struct declare *declare)
{
    return new_group(declare);
}

static void who_joins_a_group_gets_what_its_record_holds(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(n_missing(f, "security", join_desk), 0);
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'desk','IsGroup':true,'Permissions':[{'RoleID':"
                "'SMS0002R','CategoryID':'SMS00UNA'}]}");
    assert_int_not_equal(n_missing(f, "security", join_desk), 0);
    assert_int_equal(n_missing(f, "full", join_desk), 0);
}

static enum status join_by_another(struct declare *declare)
{
    static const char *const outer[] = {"inner"};
    static const char *const inner[] = {"newcomer"};

    TRY(declare_group(declare,
                      &(struct policy_group){PLACE, "desk", outer, 1}));
    return declare_group(declare,
                         &(struct policy_group){PLACE, "inner", inner, 1});
}

static void a_group_within_a_group_is_no_way_around(void **state)
{
    struct fixture *f = *state;

    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'desk','IsGroup':true,'Permissions':[{'RoleID':"
                "'SMS0002R','CategoryID':'SMS00UNA'}]}");
    assert_int_not_equal(n_missing(f, "security", join_by_another), 0);
    assert_int_equal(n_missing(f, "full", join_by_another), 0);
}

/* ---- The level ---- */

static void nobody_sets_a_level_they_did_not_reach(void **state)
{
    struct fixture *f = *state;
    struct declare_missing first = {0};

    assert_int_equal(
        missing_as(f, "full", AUTH_LEVEL_CERTIFICATE, new_level, &first), 0);
    assert_int_equal(
        missing_as(f, "full", AUTH_LEVEL_DOMAIN, new_level, &first), 1);
    assert_int_equal(first.decision.verdict, RBAC_ALLOW_AT_LEVEL);
    assert_int_equal(first.decision.level_required, AUTH_LEVEL_CERTIFICATE);
}

/* ---- What goes ---- */

static enum status the_top_alone(struct declare *declare)
{
    static const char *const all[] = {"All Systems",
                                      "All Users and User Groups"};
    static const char *const roles[] = {"Full Administrator"};
    static const char *const scopes[] = {"All"};
    const struct policy_assignment assignment = {
        PLACE, roles, 1, scopes, 1, all, 2, INT64_MIN, INT64_MAX};
    const struct policy_admin admin = {.place = PLACE,
                                       .name = "full",
                                       .assignments = &assignment,
                                       .n_assignments = 1};
    bool changed;

    TRY(declare_admin(declare, &admin));
    return declare_finish(declare, &changed);
}

static void what_goes_is_asked_for_too(void **state)
{
    struct fixture *f = *state;
    struct declare_missing first = {0};

    assert_int_equal(n_missing(f, "full", the_top_alone), 0);
    assert_int_not_equal(
        missing_as(f, "analyst", AUTH_LEVEL_MFA, the_top_alone, &first), 0);
    assert_int_equal(first.need.type, RBAC_TYPE_ADMIN);
}

static void nobody_takes_their_own_record_out(void **state)
{
    struct fixture *f = *state;
    struct declare_missing first = {0};

    assert_int_not_equal(
        missing_as(f, "security", AUTH_LEVEL_MFA, the_top_alone, &first), 0);
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'second','Permissions':[{'RoleID':'SMS0001R',"
                "'CategoryID':'SMS00ALL'},{'RoleID':'SMS0001R','CategoryID':"
                "'SMS00001','CategoryTypeID':1},{'RoleID':'SMS0001R',"
                "'CategoryID':'SMS00004','CategoryTypeID':1}]}");
    fixture_reload(f);
    assert_int_equal(n_missing(f, "second", the_top_alone), 0);
}

static void without_a_caller_nobody_is_asked_about(void **state)
{
    struct fixture *f = *state;
    OWNED(declare) declare = NULL;
    size_t n;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(declare_begin_for(f->store, f->site, NULL, &declare),
                     STATUS_OK);
    assert_int_equal(give_what_is_new(declare), STATUS_OK);
    assert_null(declare_missing(declare, &n));
    assert_int_equal(n, 0);
    store_write_rollback(f->store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(each_act_is_asked_for_as_over_rpc),
        WITH_SITE(nobody_gives_more_than_they_hold),
        WITH_SITE(who_does_not_manage_a_device_binds_no_host),
        WITH_SITE(what_is_new_in_the_step_is_given_by_who_holds_it_all),
        WITH_SITE(who_joins_a_group_gets_what_its_record_holds),
        WITH_SITE(a_group_within_a_group_is_no_way_around),
        WITH_SITE(nobody_sets_a_level_they_did_not_reach),
        WITH_SITE(what_goes_is_asked_for_too),
        WITH_SITE(nobody_takes_their_own_record_out),
        WITH_SITE(without_a_caller_nobody_is_asked_about),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
