/* The built-in Security Administrator does its job (R10): what takes needs no
 * holding, what gives does. */
#include "tests/unit/rollout/policy_site.h"

#include <stdio.h>
#include <stdlib.h>

/* Made by the console, so that the console may change it: guard over all, and
 * local over Web alone; ann, who holds what neither does. */
#define SCOPE(role, scope)                                                     \
    "{\"RoleID\":\"" role "\",\"CategoryID\":\"" scope                         \
    "\",\"CategoryTypeID\":29}"
#define PLACE(role, collection)                                                \
    "{\"RoleID\":\"" role "\",\"CategoryID\":\"" collection                    \
    "\",\"CategoryTypeID\":1}"
#define ALL_OF(role)                                                           \
    SCOPE(role, "SMS00ALL")                                                    \
    "," PLACE(role, "SMS00001") "," PLACE(role, "SMS00004")
#define SECURITY "SMS000FR"
#define AUTHOR   "SMS0008R"
#define FULL     "SMS0001R"

static int64_t make_record(const char *name, const char *permissions)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    char params[2048];

    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Admin\",\"properties\":{\"LogonName\":\"%s\","
             "\"Permissions\":[%s]}}",
             name, permissions);
    {
        JSON(made, ask(top, "object.create", params));

        return number_in(result_of(made), "AdminID");
    }
}

/* The code of the answer to an update of a record. */
static int update(const char *user, int64_t record, const char *properties)
{
    PEER(peer, user, AUTH_LEVEL_MFA);
    char params[2048];

    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Admin\",\"key\":\"%lld\",\"properties\":{%s}}",
             (long long)record, properties);
    {
        JSON(answer, ask(peer, "object.update", params));

        return code_of(answer);
    }
}

static int removes(const char *user, int64_t record)
{
    PEER(peer, user, AUTH_LEVEL_MFA);
    char params[128];

    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Admin\",\"key\":\"%lld\"}", (long long)record);
    {
        JSON(answer, ask(peer, "object.delete", params));

        return code_of(answer);
    }
}

#define WEB_ID "P0100003" /* the first scope that the policy declares */

static void guards(int64_t *ann_out)
{
    (void)make_record("guard@A.TEST", ALL_OF(SECURITY));
    (void)make_record("local@A.TEST", SCOPE(SECURITY, WEB_ID));
    *ann_out = make_record("ann@A.TEST",
                           SCOPE(AUTHOR, WEB_ID) "," SCOPE(AUTHOR, "SMS00UNA"));
}

static void disabling_narrowing_and_removing_need_no_holding(void **state)
{
    int64_t ann;

    (void)state;
    guards(&ann);
    assert_int_equal(update("guard@A.TEST", ann,
                            "\"Permissions\":[" SCOPE(AUTHOR, WEB_ID) "]"),
                     0);
    assert_int_equal(update("guard@A.TEST", ann, "\"IsDisabled\":true"), 0);
    assert_int_equal(removes("guard@A.TEST", ann), 0);
}

static void giving_and_enabling_do(void **state)
{
    int64_t ann;

    (void)state;
    guards(&ann);
    assert_int_equal(update("guard@A.TEST", ann,
                            "\"Permissions\":[" SCOPE(AUTHOR, "SMS00ALL") "]"),
                     3);
    assert_int_equal(update("guard@A.TEST", ann, "\"IsDisabled\":true"), 0);
    assert_int_equal(update("guard@A.TEST", ann, "\"IsDisabled\":false"), 3);
    assert_int_equal(update("top@A.TEST", ann, "\"IsDisabled\":false"), 0);
}

static void a_guard_names_what_is_missing(void **state)
{
    PEER(guard, "guard@A.TEST", AUTH_LEVEL_MFA);
    int64_t ann;

    (void)state;
    guards(&ann);
    {
        JSON(answer,
             ask(guard, "object.create",
                 "{\"class\":\"SMS_Admin\",\"properties\":{\"LogonName\":"
                 "\"eve@A.TEST\",\"Permissions\":[" SCOPE(AUTHOR,
                                                          WEB_ID) "]}}"));
        const json_t *missing = json_object_get(data_of(answer), "missing");

        assert_int_equal(code_of(answer), 3);
        assert_string_equal(text_in(data_of(answer), "code"),
                            "guard-more-than-held");
        assert_string_equal(text_in(missing, "role"), "Application Author");
        assert_string_equal(text_in(missing, "scope"), "Web");
        assert_true(text_in(missing, "operation")[0]);
        assert_true(text_in(missing, "class")[0]);
        assert_null(strstr(text_in(data_of(answer), "how"), "explain"));
    }
}

/* Full Administrator with the scope All and no collection (A6). */
static void the_scope_all_is_enough_for_the_level(void **state)
{
    static const char set[] = "{\"class\":\"SMS_Site\",\"method\":"
                              "\"SetAuthenticationLevel\",\"args\":"
                              "{\"AuthenticationLevel\":20}}";
    PEER(whole, "whole@A.TEST", AUTH_LEVEL_MFA);
    PEER(part, "part@A.TEST", AUTH_LEVEL_MFA);

    (void)state;
    (void)make_record("whole@A.TEST", SCOPE(FULL, "SMS00ALL"));
    (void)make_record("part@A.TEST",
                      SCOPE(FULL, WEB_ID) "," SCOPE(FULL, "SMS00UNA"));
    {
        JSON(may, ask(whole, "object.invoke", set)); /* a file declares it */
        JSON(denied, ask(part, "object.invoke", set));

        assert_int_equal(code_of(may), 5);
        assert_int_equal(code_of(denied), 3);
    }
}

static void what_is_taken_is_the_takers_to_administer(void **state)
{
    int64_t ann;
    int64_t bob;

    (void)state;
    guards(&ann);
    bob = make_record("bob@A.TEST", SCOPE(AUTHOR, WEB_ID));
    assert_int_equal(update("local@A.TEST", ann, "\"IsDisabled\":true"), 3);
    assert_int_equal(update("local@A.TEST", ann,
                            "\"Permissions\":[" SCOPE(AUTHOR, WEB_ID) "]"),
                     3);
    assert_int_equal(removes("local@A.TEST", ann), 3);
    assert_int_equal(update("local@A.TEST", bob, "\"IsDisabled\":true"), 0);
    assert_int_equal(removes("local@A.TEST", bob), 0);
}

static void the_top_is_taken_from_but_the_last_one(void **state)
{
    int64_t third;
    int64_t ann;

    (void)state;
    guards(&ann);
    third = make_record("third@A.TEST", ALL_OF(FULL));
    assert_int_equal(removes("local@A.TEST", third), 3);
    assert_int_equal(removes("guard@A.TEST", third), 0);
}

/* As the host's configuration may say (R10.5). */
static void the_lenient_mode_gives_what_is_not_held(void **state)
{
    int64_t ann;

    (void)state;
    assert_int_equal(site_set_delegation(provider.writing, true), STATUS_OK);
    guards(&ann);
    assert_int_equal(update("guard@A.TEST", ann,
                            "\"Permissions\":[" SCOPE(AUTHOR, "SMS00ALL") "]"),
                     0);
    assert_int_equal(update("local@A.TEST", ann,
                            "\"Permissions\":[" SCOPE(FULL, WEB_ID) "]"),
                     3); /* what she has elsewhere is not theirs to take */
    assert_int_equal(update("guard@A.TEST", ann,
                            "\"Permissions\":[" SCOPE(AUTHOR, WEB_ID) "]"),
                     0);
    assert_int_equal(update("local@A.TEST", ann,
                            "\"Permissions\":[" SCOPE(FULL, WEB_ID) "]"),
                     0);
    assert_int_equal(update("local@A.TEST", ann,
                            "\"Permissions\":[" SCOPE(AUTHOR, "SMS00UNA") "]"),
                     3);
}

static void the_name_of_a_stronger_record_stays(void **state)
{
    int64_t ann;
    int64_t bob;

    (void)state;
    guards(&ann);
    bob = make_record("bob@A.TEST", SCOPE(AUTHOR, WEB_ID));
    assert_int_equal(update("local@A.TEST", ann, "\"DisplayName\":\"x\""), 3);
    assert_int_equal(update("local@A.TEST", bob, "\"DisplayName\":\"x\""), 0);
    assert_int_equal(update("guard@A.TEST", ann, "\"DisplayName\":\"x\""), 0);
    /* What it is called already is no change. */
    assert_int_equal(update("local@A.TEST", ann, "\"DisplayName\":\"x\""), 0);
}

/* ---- What can is told ---- */

/* Is access.check told the code that the act is told? */
static void assert_foreseen(struct peer *peer, const char *operation,
                            const char *method, const char *object,
                            const char *code)
{
    char params[512];
    char act[512];

    snprintf(params, sizeof(params), "{\"operation\":\"%s\",%s}", operation,
             object);
    snprintf(act, sizeof(act), "{%s}", object);
    {
        JSON(asked, ask(peer, "access.check", params));
        JSON(explained, ask(peer, "access.explain", params));
        JSON(done, ask(peer, method, act));

        assert_string_equal(text_in(result_of(asked), "code"), code);
        assert_string_equal(text_in(result_of(explained), "code"), code);
        if (strcmp(code, "allowed") == 0)
            assert_int_equal(code_of(done), 0);
        else
            assert_string_equal(text_in(data_of(done), "code"), code);
    }
}

static void who_asks_is_told_what_the_act_would_be_told(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(guard, "guard@A.TEST", AUTH_LEVEL_MFA);
    PEER(local, "local@A.TEST", AUTH_LEVEL_MFA);
    char ann_object[128];
    int64_t ann;

    (void)state;
    guards(&ann);
    snprintf(ann_object, sizeof(ann_object),
             "\"class\":\"SMS_Admin\",\"key\":\"%lld\"", (long long)ann);
    assert_foreseen(top, "Delete", "object.delete",
                    "\"class\":\"SMS_Role\",\"key\":\"SMS0001R\"",
                    "guard-built-in");
    assert_foreseen(top, "Delete", "object.delete",
                    "\"class\":\"SMS_SecuredCategory\","
                    "\"key\":\"SMS00UNA\"",
                    "guard-built-in");
    assert_foreseen(local, "Remove", "object.delete", ann_object,
                    "guard-more-than-held");
    assert_foreseen(guard, "Remove", "object.delete", ann_object, "allowed");
}

/* What SMS_RbacSecuredObject.UserHasPermissions answers; -1: an error. */
static int64_t held(struct peer *peer, const char *path, int64_t mask,
                    bool *all_out)
{
    char params[512];

    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_RbacSecuredObject\",\"method\":"
             "\"UserHasPermissions\",\"args\":{\"ObjectPath\":\"%s\","
             "\"Permissions\":%lld}}",
             path, (long long)mask);
    {
        JSON(answer, ask(peer, "object.invoke", params));

        if (code_of(answer) != 0)
            return -1;
        *all_out =
            json_is_true(json_object_get(result_of(answer), "ReturnValue"));
        return number_in(result_of(answer), "Permissions");
    }
}

static void permissions_are_asked_of_a_class_or_an_object(void **state)
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    PEER(nosy, "nosy@A.TEST", AUTH_LEVEL_MFA);
    bool all;

    (void)state;
    assert_int_equal(
        held(top, "SMS_Collection.CollectionID='SMS00001'", 1, &all), 1);
    assert_true(all);
    /* Built in: not to be deleted, whoever asks. */
    assert_int_equal(held(top, "SMS_Role.RoleID='SMS0001R'", 5, &all), 1);
    assert_false(all);
    /* Hidden and absent are alike. */
    assert_int_equal(
        held(nosy, "SMS_Collection.CollectionID='SMS00001'", 1, &all), 0);
    assert_int_equal(
        held(nosy, "SMS_Collection.CollectionID='P0109999'", 1, &all), 0);
    assert_false(all);
    assert_int_equal(held(nosy, "SMS_Admin", 3, &all), 1);
    assert_false(all);
    /* With server and namespace before it, or hardly a path at all. */
    assert_int_equal(held(top,
                          "\\\\\\\\P01\\\\root\\\\sms\\\\site_P01:"
                          "SMS_Collection.CollectionID=\\\"SMS00001\\\"",
                          1, &all),
                     1);
    assert_int_equal(held(top, "SMS_Collection.CollectionID=", 1, &all), 0);
    assert_int_equal(held(top, "SMS_Collection='", 1, &all), 0);
    assert_int_equal(held(top, "=", 1, &all), -1);
    assert_int_equal(held(top, "\\\\\\\\P01", 1, &all), -1);
    assert_int_equal(held(top, "SMS_Nothing", 1, &all), -1);
    assert_int_equal(held(top, "SMS_Admin", 1 << 20, &all), -1);
}

/* ---- Roles ---- */

static void make_role(char id_out[16])
{
    PEER(top, "top@A.TEST", AUTH_LEVEL_MFA);
    JSON(made, ask(top, "object.create",
                   "{\"class\":\"SMS_Role\",\"properties\":{\"RoleName\":"
                   "\"Shared\",\"CopiedFromID\":\"SMS0008R\",\"Operations\":"
                   "[{\"ObjectTypeID\":31,\"GrantedOperations\":3}]}}"));

    snprintf(id_out, 16, "%s", text_in(result_of(made), "RoleID"));
}

static int change_role(const char *user, const char *id, const char *properties)
{
    PEER(peer, user, AUTH_LEVEL_MFA);
    char params[512];

    snprintf(params, sizeof(params),
             "{\"class\":\"SMS_Role\",\"key\":\"%s\",\"properties\":{%s}}", id,
             properties);
    {
        JSON(answer, ask(peer, "object.update", params));

        return code_of(answer);
    }
}

#define OPERATIONS(mask)                                                       \
    "\"Operations\":[{\"ObjectTypeID\":31,\"GrantedOperations\":" mask "}]"

static void a_shared_role_is_stripped_by_who_is_over_all_its_holders(
    void **state)
{
    char id[16];
    char held[256];
    int64_t ann;

    (void)state;
    guards(&ann);
    make_role(id);
    snprintf(held, sizeof(held),
             "{\"RoleID\":\"%s\",\"CategoryID\":\"SMS00UNA\","
             "\"CategoryTypeID\":29}",
             id);
    (void)make_record("bob@A.TEST", held);
    assert_int_equal(change_role("local@A.TEST", id, OPERATIONS("1")), 3);
    assert_int_equal(
        change_role("local@A.TEST", id, "\"RoleName\":\"Other name\""), 0);
    assert_int_equal(change_role("guard@A.TEST", id, OPERATIONS("1")), 0);
    assert_int_equal(change_role("guard@A.TEST", id, OPERATIONS("3")), 3);
}

static void a_change_of_a_role_names_what_is_missing(void **state)
{
    PEER(guard, "guard@A.TEST", AUTH_LEVEL_MFA);
    char id[16];
    char text[512];
    int64_t ann;

    (void)state;
    guards(&ann);
    make_role(id);
    snprintf(text, sizeof(text),
             "{\"RoleID\":\"%s\",\"CategoryID\":\"SMS00UNA\","
             "\"CategoryTypeID\":29}",
             id);
    (void)make_record("bob@A.TEST", text);
    snprintf(text, sizeof(text),
             "{\"class\":\"SMS_Role\",\"key\":\"%s\",\"properties\":{%s}}", id,
             OPERATIONS("7"));
    {
        JSON(answer, ask(guard, "object.update", text));
        const json_t *missing = json_object_get(data_of(answer), "missing");

        assert_int_equal(code_of(answer), 3);
        assert_string_equal(text_in(missing, "role"), "Shared");
        assert_string_equal(text_in(missing, "scope"), "Default");
        assert_string_equal(text_in(missing, "operation"), "Delete");
        assert_string_equal(text_in(missing, "class"), "SMS_Application");
        assert_string_equal(text_in(data_of(answer), "key"), id);
    }
    assert_int_equal(change_role("top@A.TEST", id, OPERATIONS("7")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PROVIDER(disabling_narrowing_and_removing_need_no_holding),
        WITH_PROVIDER(giving_and_enabling_do),
        WITH_PROVIDER(permissions_are_asked_of_a_class_or_an_object),
        WITH_PROVIDER(a_guard_names_what_is_missing),
        WITH_PROVIDER(a_change_of_a_role_names_what_is_missing),
        WITH_PROVIDER(the_name_of_a_stronger_record_stays),
        WITH_PROVIDER(the_scope_all_is_enough_for_the_level),
        WITH_PROVIDER(the_lenient_mode_gives_what_is_not_held),
        WITH_PROVIDER(who_asks_is_told_what_the_act_would_be_told),
        WITH_PROVIDER(what_is_taken_is_the_takers_to_administer),
        WITH_PROVIDER(the_top_is_taken_from_but_the_last_one),
        WITH_PROVIDER(a_shared_role_is_stripped_by_who_is_over_all_its_holders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
