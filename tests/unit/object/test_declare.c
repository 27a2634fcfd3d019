/* What policy files declare. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>

static int open_empty(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    f->text = buf_make(1 << 20);
    f->level = AUTH_LEVEL_MFA;
    f->now_s = 1800000000;
    *state = f;
    if (store_open(":memory:", STORE_WRITE, &f->store) != STATUS_OK ||
        site_prepare(f->store, "P01", "Head office") != STATUS_OK)
        return -1;
    fixture_reload(f);
    return 0;
}

/* One run of a file in which every part can be left out or different. */
struct file {
    bool has_top;
    bool has_role;
    bool has_scope;
    bool has_group;
    bool has_user;
    enum auth_level level;
    const char *exclusion;
    uint32_t operations;
    struct policy_place place;
    const char *collection;
    const char *user_role;
    const char *adopted_scope;
    const char *const *members;
    size_t n_members;
    struct policy_identity identity;
    struct policy_identity top_identity;
};

static const char *const alice_only[] = {"alice"};
static const struct file WHOLE = {
    .has_top = true,
    .has_role = true,
    .has_scope = true,
    .has_group = true,
    .has_user = true,
    .operations = 1,
    .place = {"a.yaml", 1, 1},
    .collection = "All Systems",
    .user_role = "Readers",
    .members = alice_only,
    .n_members = 1,
};

static enum status declare_top(struct declare *d, const struct file *file)
{
    static const char *const roles[] = {"SMS0001R"};
    static const char *const scopes[] = {"All"};
    static const char *const all[] = {"SMS00001", "SMS00004"};
    const struct policy_assignment assignment = {
        file->place, roles, 1, scopes, 1, all, 2, INT64_MIN, INT64_MAX};
    const struct policy_admin admin = {.place = file->place,
                                       .name = "full",
                                       .identities = &file->top_identity,
                                       .n_identities =
                                           file->top_identity.value ? 1 : 0,
                                       .assignments = &assignment,
                                       .n_assignments = 1};

    return declare_admin(d, &admin);
}

static enum status declare_user(struct declare *d, const struct file *file)
{
    const char *const scopes[] = {file->has_scope ? "Lab" : "Default"};
    const struct policy_assignment assignment = {
        file->place, &file->user_role, 1,        scopes, 1, &file->collection,
        1,           INT64_MIN,        INT64_MAX};
    const struct policy_admin admin = {.place = file->place,
                                       .name = "desk",
                                       .is_group = true,
                                       .identities = &file->identity,
                                       .n_identities =
                                           file->identity.value ? 1 : 0,
                                       .assignments = &assignment,
                                       .n_assignments = 1};

    return declare_admin(d, &admin);
}

static enum status declare_file(struct declare *d, const struct file *file,
                                bool *changed)
{
    const struct rbac_right right = {31, file->operations, AUTH_LEVEL_NONE};
    const struct policy_role role = {
        .place = file->place,
        .name = "Readers",
        .description = "",
        .copied_from = "",
        .rights = &right,
        .n_rights = 1,
    };
    const struct policy_exclusion exclusion = {.place = file->place,
                                               .user = file->exclusion,
                                               .reason = "nightly",
                                               .owner = "full",
                                               .until_s = INT64_MAX};
    const struct policy_scope scope = {.place = file->place,
                                       .name = "Lab",
                                       .description = "A lab",
                                       .origin.adopt = file->adopted_scope};
    const struct policy_group group = {file->place, "desk", file->members,
                                       file->n_members};

    if (file->level)
        TRY(declare_level(d, file->place, file->level));
    if (file->exclusion)
        TRY(declare_exclusion(d, &exclusion));
    if (file->has_scope)
        TRY(declare_scope(d, &scope));
    if (file->has_role)
        TRY(declare_role(d, &role));
    if (file->has_group)
        TRY(declare_group(d, &group));
    if (file->has_top)
        TRY(declare_top(d, file));
    if (file->has_user)
        TRY(declare_user(d, file));
    return declare_finish(d, changed);
}

static char why[600];

static enum status run(struct fixture *f, struct file file, bool *changed)
{
    OWNED(declare) declare = NULL;
    enum status status;

    *changed = false;
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(declare_begin(f->store, &declare), STATUS_OK);
    status = declare_file(declare, &file, changed);
    snprintf(why, sizeof(why), "%s", declare_why(declare));
    if (status == STATUS_OK)
        assert_int_equal(store_write_commit(f->store), STATUS_OK);
    else
        store_write_rollback(f->store);
    fixture_reload(f);
    return status;
}

static void declares_everything_once(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    bool changed;

    file.level = AUTH_LEVEL_CERTIFICATE;
    file.exclusion = "svc";
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_true(changed);
    assert_int_equal(f->site->minimum_level, AUTH_LEVEL_CERTIFICATE);
    assert_non_null(site_exclusion_of(f->site, "svc", NULL, 0, 5));
    assert_int_equal(act_get(f, "full", "SMS_Site", "P01"), STATUS_OK);
    assert_int_equal(act_get(f, "alice", "SMS_Role", "SMS0001R"),
                     STATUS_NOT_FOUND); /* Readers reads applications only */
    assert_int_equal(
        act_list(f, "full", "SMS_Admin", &(struct object_list){.count = true}),
        STATUS_OK);
    assert_int_equal(n_items(f), 2);
    assert_string_equal(item_text(f, 0, "DeclaredIn"), "a.yaml:1");

    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_false(changed);
    file.place.line = 7; /* a line moved: nothing changed */
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_false(changed);
    assert_int_equal(
        act_list(f, "full", "SMS_Admin", &(struct object_list){.count = true}),
        STATUS_OK);
    assert_string_equal(item_text(f, 1, "DeclaredIn"), "a.yaml:7");
}

static void changes_what_differs(void **state)
{
    static const char *const bob_only[] = {"bob"};
    struct fixture *f = *state;
    struct file file = WHOLE;
    uint32_t admins[4];
    uint32_t own;
    bool changed;

    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_int_equal(site_admins_of(f->site,
                                    (struct site_member){.user = "alice"},
                                    admins, 4, &own),
                     1);
    file.members = bob_only;
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_true(changed);
    assert_int_equal(site_admins_of(f->site,
                                    (struct site_member){.user = "alice"},
                                    admins, 4, &own),
                     0);
    assert_int_equal(site_admins_of(f->site,
                                    (struct site_member){.user = "bob"}, admins,
                                    4, &own),
                     1);
    file.operations = 3;
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_true(changed);
    file.collection = "All Users and User Groups";
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_true(changed);
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_false(changed);
}

static void removes_what_is_no_longer_declared(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    bool changed;

    file.exclusion = "svc";
    file.level = AUTH_LEVEL_MFA;
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    file = (struct file){.has_top = true, .place = {"a.yaml", 1, 1}};
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_true(changed);
    assert_null(site_exclusion_of(f->site, "svc", NULL, 0, 5));
    assert_int_equal(rbac_engine_estate(f->site->engine)->n_admins, 1);
    assert_int_equal(rbac_engine_estate(f->site->engine)->n_roles, 15);
    assert_int_equal(rbac_engine_estate(f->site->engine)->n_scopes, 2);
    /* a level is not lowered by leaving it out; the console may again */
    assert_int_equal(f->site->minimum_level, AUTH_LEVEL_MFA);
    assert_int_equal(act_invoke(f, "full", "SMS_Site", NULL,
                                "SetAuthenticationLevel",
                                "{'AuthenticationLevel':0}"),
                     STATUS_OK);
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_false(changed);
}

static void leaves_alone_what_the_console_made(void **state)
{
    struct fixture *f = *state;
    bool changed;

    assert_int_equal(run(f, WHOLE, &changed), STATUS_OK);
    make_object(f, "SMS_SecuredCategory", "CategoryID",
                "{'CategoryName':'Console'}");
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'carol','Permissions':[{'RoleID':'SMS0002R',"
                "'CategoryID':'SMS00UNA'}]}");
    assert_int_equal(run(f, WHOLE, &changed), STATUS_OK);
    assert_false(changed);
    assert_int_equal(rbac_engine_estate(f->site->engine)->n_admins, 3);
    assert_int_equal(rbac_engine_estate(f->site->engine)->n_scopes, 4);
}

static void takes_over_only_what_the_file_names_by_key(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    char key[32];
    bool changed;

    file.has_scope = false;
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_SecuredCategory", "CategoryID",
                         "{'CategoryName':'lab'}"));
    file.has_scope = true;
    assert_int_equal(run(f, file, &changed), STATUS_INVALID);
    assert_non_null(strstr(why, "a.yaml:1: the scope Lab is there already"));
    assert_non_null(strstr(why, key));
    assert_non_null(strstr(why, "made by full"));
    file.adopted_scope = "SMS00UNA"; /* of another name */
    assert_int_equal(run(f, file, &changed), STATUS_INVALID);
    file.adopted_scope = key;
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_true(changed);
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_false(changed); /* it is the file's */
    assert_int_equal(act_update(f, "full", "SMS_SecuredCategory", key,
                                "{'CategoryDescription':'x'}"),
                     STATUS_CONFLICT);
    assert_int_equal(act_get(f, "full", "SMS_SecuredCategory", key), STATUS_OK);
    assert_string_equal(text_in(f, "CategoryName"), "Lab");
}

static void says_what_is_unknown_and_where(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    bool changed;

    file.collection = "No such";
    assert_int_equal(run(f, file, &changed), STATUS_INVALID);
    assert_string_equal(why, "a.yaml:1: there is no collection No such");
    file = WHOLE;
    file.user_role = "No such";
    assert_int_equal(run(f, file, &changed), STATUS_INVALID);
    assert_string_equal(why, "a.yaml:1: there is no role No such");
    assert_int_equal(rbac_engine_estate(f->site->engine)->n_admins, 0);
}

static void a_name_stays_bound_to_what_it_was_first(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    bool changed;

    assert_int_equal(run(f, file, &changed), STATUS_OK);
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Team','LimitToCollectionID':'SMS00001'}");
    file.collection = "Team"; /* P0100014 */
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    /* another of the name, and then the first by another name */
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Team','LimitToCollectionID':'SMS00001'}");
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_false(changed);
    assert_int_equal(
        act_update(f, "full", "SMS_Collection", "P0100014", "{'Name':'Other'}"),
        STATUS_OK);
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_false(changed);
    /* which was never named by a file is as it looks */
    file.collection = "Other";
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_false(changed);
    /* and a name that no file uses is nobody's */
    file.collection = "Team";
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_true(changed); /* P0100015 */
}

static void a_key_is_no_name(void **state)
{
    static const char *const names[] = {"SMS00001", "P0100014", "sms0001R",
                                        "SMSDM001"};
    static const char *const good[] = {"SMSUsers", "P0100014x", "Web P010",
                                       "DATABASE"};
    struct fixture *f = *state;
    char json[128];
    bool changed;

    assert_int_equal(run(f, WHOLE, &changed), STATUS_OK);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        snprintf(json, sizeof(json),
                 "{'Name':'%s','LimitToCollectionID':'SMS00001'}", names[i]);
        assert_int_equal(act_create(f, "full", "SMS_Collection", json),
                         STATUS_INVALID);
        snprintf(json, sizeof(json), "{'RoleName':'%s','Operations':[]}",
                 names[i]);
        assert_int_equal(act_create(f, "full", "SMS_Role", json),
                         STATUS_INVALID);
        snprintf(json, sizeof(json), "{'CategoryName':'%s'}", names[i]);
        assert_int_equal(act_create(f, "full", "SMS_SecuredCategory", json),
                         STATUS_INVALID);
    }
    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        snprintf(json, sizeof(json), "{'CategoryName':'%s'}", good[i]);
        assert_int_equal(act_create(f, "full", "SMS_SecuredCategory", json),
                         STATUS_OK);
    }
}

/* Made before such names were refused: the key is meant. */
static void a_key_is_a_key_first(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    bool changed;

    assert_int_equal(run(f, file, &changed), STATUS_OK);
    make_object(f, "SMS_Collection", "CollectionID",
                "{'Name':'Trap','LimitToCollectionID':'SMS00001'}");
    assert_int_equal(store_run_script(f->store,
                                      "UPDATE collection SET Name = 'SMS00001'"
                                      " WHERE Name = 'Trap';"),
                     STATUS_OK);
    file.collection = "SMS00001";
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_false(changed); /* All Systems, as before */
}

static void refuses_a_name_that_two_collections_have(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    bool changed;

    assert_int_equal(run(f, file, &changed), STATUS_OK);
    for (int i = 0; i < 2; i++)
        make_object(f, "SMS_Collection", "CollectionID",
                    "{'Name':'Twin','LimitToCollectionID':'SMS00001'}");
    file.collection = "Twin";
    assert_int_equal(run(f, file, &changed), STATUS_INVALID);
    assert_string_equal(
        why, "a.yaml:1: several collections are named Twin: give the key:"
             " P0100014 (made by full), P0100015 (made by full)");
    file.collection = "P0100014";
    assert_int_equal(run(f, file, &changed), STATUS_OK);
}

static void keeps_a_full_administrator(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    bool changed;

    assert_int_equal(run(f, file, &changed), STATUS_OK);
    file.has_top = false;
    assert_int_equal(run(f, file, &changed), STATUS_INVALID);
    assert_non_null(strstr(why, "no full administrator would remain"));
    assert_int_equal(rbac_engine_estate(f->site->engine)->n_admins, 2);
}

static void keeps_what_others_still_hold(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    char json[256];
    char role[16];
    bool changed;

    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_int_equal(
        act_list(f, "full", "SMS_Role",
                 &(struct object_list){.filter = TEXT("RoleName='Readers'")}),
        STATUS_OK);
    snprintf(role, sizeof(role), "%s", item_text(f, 0, "RoleID"));
    snprintf(json, sizeof(json),
             "{'LogonName':'carol','Permissions':[{'RoleID':'%s',"
             "'CategoryID':'SMS00UNA'}]}",
             role);
    make_object(f, "SMS_Admin", "AdminID", json);
    file.has_role = false;
    file.user_role = "SMS0002R";
    assert_int_equal(run(f, file, &changed), STATUS_INVALID);
    assert_string_equal(why, "a.yaml:1: the role Readers is no longer"
                             " declared, but still in use");
}

static void refuses_groups_that_contain_themselves(void **state)
{
    static const char *const self[] = {"alice", "desk"};
    struct fixture *f = *state;
    struct file file = WHOLE;
    bool changed;

    file.members = self;
    file.n_members = 2;
    assert_int_equal(run(f, file, &changed), STATUS_INVALID);
    assert_string_equal(why, "a.yaml:1: the group desk contains itself");
}

static void refuses_built_in_names(void **state)
{
    struct fixture *f = *state;
    OWNED(declare) declare = NULL;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(declare_begin(f->store, &declare), STATUS_OK);
    assert_int_equal(
        declare_scope(declare, &(struct policy_scope){.place = {"a.yaml", 3, 1},
                                                      .name = "default",
                                                      .description = ""}),
        STATUS_INVALID);
    assert_string_equal(declare_why(declare),
                        "a.yaml:3: the scope default is built in");
    assert_int_equal(
        declare_role(declare, &(struct policy_role){.place = {"a.yaml", 4, 1},
                                                    .name = "Asset Manager",
                                                    .description = "",
                                                    .copied_from = ""}),
        STATUS_INVALID);
    store_write_rollback(f->store);
}

static void an_identity_moves_between_declared_people(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    bool changed;

    file.identity =
        (struct policy_identity){.kind = IDENTITY_LOCAL, .value = "7"};
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    file.identity = (struct policy_identity){0};
    file.top_identity =
        (struct policy_identity){.kind = IDENTITY_LOCAL, .value = "7"};
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_string_equal(site_user_of(f->site, IDENTITY_LOCAL, TEXT("7")),
                        "full");
    file.identity =
        (struct policy_identity){.kind = IDENTITY_LOCAL, .value = "7"};
    assert_int_equal(run(f, file, &changed), STATUS_INVALID);
    assert_non_null(strstr(why, "belongs to another administrator"));
}

static void a_level_that_a_file_declares_is_changed_there(void **state)
{
    struct fixture *f = *state;
    struct file file = WHOLE;
    bool changed;

    file.level = AUTH_LEVEL_CERTIFICATE;
    assert_int_equal(run(f, file, &changed), STATUS_OK);
    assert_int_equal(act_invoke(f, "full", "SMS_Site", NULL,
                                "SetAuthenticationLevel",
                                "{'AuthenticationLevel':0}"),
                     STATUS_CONFLICT);
    assert_string_equal(f->failure.place, "a.yaml:1");
}

#define EMPTY(test)                                                            \
    cmocka_unit_test_setup_teardown(test, open_empty, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY(declares_everything_once),
        EMPTY(changes_what_differs),
        EMPTY(removes_what_is_no_longer_declared),
        EMPTY(leaves_alone_what_the_console_made),
        EMPTY(takes_over_only_what_the_file_names_by_key),
        EMPTY(says_what_is_unknown_and_where),
        EMPTY(a_name_stays_bound_to_what_it_was_first),
        EMPTY(a_key_is_no_name),
        EMPTY(a_key_is_a_key_first),
        EMPTY(refuses_a_name_that_two_collections_have),
        EMPTY(keeps_a_full_administrator),
        EMPTY(keeps_what_others_still_hold),
        EMPTY(refuses_groups_that_contain_themselves),
        EMPTY(refuses_built_in_names),
        EMPTY(an_identity_moves_between_declared_people),
        EMPTY(a_level_that_a_file_declares_is_changed_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
