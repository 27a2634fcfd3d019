/*
 * SMS_Scripts: nobody approves what they wrote, and what is written anew is
 * approved anew.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

#include "provider/object/object_private.h"

enum { READ = 1, MODIFY = 2, DELETE = 4, CREATE = 1 << 10, APPROVE = 1 << 18 };

static void give_role(struct fixture *f, const char *user, unsigned operations)
{
    char json[256];
    char role[64];

    snprintf(json, sizeof(json),
             "{'RoleName':'%s','Operations':[{'ObjectTypeID':213,"
             "'GrantedOperations':%u}]}",
             user, operations);
    snprintf(role, sizeof(role), "%s",
             make_object(f, "SMS_Role", "RoleID", json));
    snprintf(json, sizeof(json),
             "{'LogonName':'%s','Permissions':[{'RoleID':'%s','CategoryID':"
             "'P0100003'}]}",
             user, role);
    make_object(f, "SMS_Admin", "AdminID", json);
}

/* Writers and approvers, all of them made by full; a script of writer's. */
static const char *make_script(struct fixture *f)
{
    static char key[64];

    give_role(f, "writer", READ | MODIFY | CREATE | APPROVE);
    give_role(f, "second", READ | MODIFY | APPROVE);
    give_role(f, "third", READ | APPROVE);
    assert_int_equal(act_create(f, "writer", "SMS_Scripts",
                                "{'ScriptName':'Clean','Script':'rm'}"),
                     STATUS_OK);
    snprintf(key, sizeof(key), "%s", text_in(f, "ScriptGuid"));
    assert_int_equal(number_in(f, "ApprovalState"), 0);
    assert_string_equal(text_in(f, "Author"), "writer");
    return key;
}

static enum status approve(struct fixture *f, const char *user, const char *key)
{
    return act_invoke(f, user, "SMS_Scripts", key, "UpdateApprovalState",
                      "{'ApprovalState':3,'Comment':'read'}");
}

static int64_t state_of(struct fixture *f, const char *key)
{
    assert_int_equal(act_get(f, "full", "SMS_Scripts", key), STATUS_OK);
    return number_in(f, "ApprovalState");
}

static void a_key_is_a_guid(void **state)
{
    struct fixture *f = *state;
    const char *key = make_script(f);

    assert_int_equal(strlen(key), 36);
    assert_int_equal(key[14], '4');
    assert_int_equal(key[8], '-');
    assert_int_equal(act_create(f, "writer", "SMS_Scripts",
                                "{'ScriptName':'Clean','Script':'rm'}"),
                     STATUS_OK);
    assert_string_not_equal(text_in(f, "ScriptGuid"), key);
    assert_int_equal(act_create(f, "writer", "SMS_Scripts",
                                "{'ScriptName':'a','Script':'b','ScriptGuid':"
                                "'x'}"),
                     STATUS_INVALID);
}

static void an_author_does_not_approve(void **state)
{
    struct fixture *f = *state;
    const char *key = make_script(f);

    assert_int_equal(approve(f, "writer", key), STATUS_DENIED);
    assert_int_equal(f->failure.denial.decision.reason,
                     RBAC_GUARD_SECOND_PERSON);
    assert_int_equal(state_of(f, key), 0);
    assert_int_equal(approve(f, "third", key), STATUS_OK);
    assert_int_equal(f->message_id, 52501);
    assert_int_equal(state_of(f, key), 3);
    assert_string_equal(text_in(f, "Approver"), "third");
    assert_string_equal(text_in(f, "Comment"), "read");
}

static void an_author_may_deny_their_own(void **state)
{
    struct fixture *f = *state;
    const char *key = make_script(f);

    assert_int_equal(act_invoke(f, "writer", "SMS_Scripts", key,
                                "UpdateApprovalState", "{'ApprovalState':1}"),
                     STATUS_OK);
    assert_int_equal(f->message_id, 52503);
    assert_int_equal(state_of(f, key), 1);
}

static void a_new_text_waits_again(void **state)
{
    struct fixture *f = *state;
    const char *key = make_script(f);

    assert_int_equal(approve(f, "third", key), STATUS_OK);
    assert_int_equal(
        act_update(f, "second", "SMS_Scripts", key, "{'ScriptName':'Other'}"),
        STATUS_OK);
    assert_int_equal(state_of(f, key), 3);
    assert_int_equal(
        act_update(f, "second", "SMS_Scripts", key, "{'Script':'rm -r'}"),
        STATUS_OK);
    assert_int_equal(state_of(f, key), 0);
    assert_int_equal(number_in(f, "ScriptVersion"), 2);
    assert_int_equal(
        act_update(f, "second", "SMS_Scripts", key, "{'ParamsDefinition':'x'}"),
        STATUS_OK);
    assert_int_equal(state_of(f, key), 0);
    assert_int_equal(number_in(f, "ScriptVersion"), 3);
}

/* Whoever approves can say what they read. */
static void a_text_that_was_not_read_is_not_approved(void **state)
{
    struct fixture *f = *state;
    const char *key = make_script(f);

    assert_int_equal(
        act_update(f, "writer", "SMS_Scripts", key, "{'Script':'rm -r'}"),
        STATUS_OK);
    assert_int_equal(act_invoke(f, "third", "SMS_Scripts", key,
                                "UpdateApprovalState",
                                "{'ApprovalState':3,'ScriptVersion':1}"),
                     STATUS_CONFLICT);
    assert_int_equal(state_of(f, key), 0);
    assert_int_equal(act_invoke(f, "third", "SMS_Scripts", key,
                                "UpdateApprovalState",
                                "{'ApprovalState':3,'ScriptVersion':2}"),
                     STATUS_OK);
    assert_int_equal(state_of(f, key), 3);
}

/* The one whose text another changed a little wrote the rest. */
static void nobody_who_ever_wrote_it_approves(void **state)
{
    struct fixture *f = *state;
    const char *key = make_script(f);

    assert_int_equal(
        act_update(f, "second", "SMS_Scripts", key, "{'Script':'rm -r'}"),
        STATUS_OK);
    assert_int_equal(approve(f, "writer", key), STATUS_DENIED);
    assert_int_equal(approve(f, "second", key), STATUS_DENIED);
    assert_int_equal(approve(f, "third", key), STATUS_OK);
}

/* full made them all: an approver who made an author is no second person. */
static void nobody_approves_for_whom_they_made(void **state)
{
    struct fixture *f = *state;
    const char *key = make_script(f);

    assert_int_equal(approve(f, "full", key), STATUS_DENIED);
    assert_int_equal(f->failure.denial.decision.reason,
                     RBAC_GUARD_SECOND_PERSON);
}

static void give_identity(struct fixture *f, const char *user,
                          const char *subject)
{
    SCOPED(buf_free) struct buf json = buf_make(512);
    char key[32];

    assert_int_equal(act_list(f, "full", "SMS_Admin",
                              &(struct object_list){.filter = text_of(user)}),
                     STATUS_OK);
    assert_int_equal(n_items(f), 1);
    snprintf(key, sizeof(key), "%lld",
             (long long)json_integer_value(json_object_get(
                 json_array_get(json_object_get(f->result, "items"), 0),
                 "AdminID")));
    buf_append_format(
        &json, "{'Identities':[%s%s%s]}",
        *subject ? "{'Kind':'token','Value':'https://login.example/ " : "",
        subject, *subject ? "'}" : "");
    buf_append_char(&json, '\0');
    assert_int_equal(
        act_update(f, "full", "SMS_Admin", key, buf_text(&json).data),
        STATUS_OK);
}

static void delete_admin(struct fixture *f, const char *filter)
{
    char key[32];

    assert_int_equal(act_list(f, "full", "SMS_Admin",
                              &(struct object_list){.filter = text_of(filter)}),
                     STATUS_OK);
    snprintf(key, sizeof(key), "%lld",
             (long long)json_integer_value(json_object_get(
                 json_array_get(json_object_get(f->result, "items"), 0),
                 "AdminID")));
    assert_int_equal(act_delete(f, "full", "SMS_Admin", key), STATUS_OK);
}

/* Their record is deleted, and what they sign in with is another's. */
static void an_author_with_another_name_does_not_approve(void **state)
{
    struct fixture *f = *state;
    const char *key = make_script(f);

    put_in_scope(f, 213, key, "P0100003");
    give_identity(f, "LogonName = 'writer'", "early");
    give_identity(f, "LogonName = 'writer'", "late");
    delete_admin(f, "LogonName = 'writer'");
    give_identity(f, "LogonName = 'second'", "early");
    assert_int_equal(approve(f, "second", key), STATUS_DENIED);
    assert_int_equal(f->failure.denial.decision.reason,
                     RBAC_GUARD_SECOND_PERSON);
    give_identity(f, "LogonName = 'second'", "late");
    assert_int_equal(approve(f, "second", key), STATUS_DENIED);
    assert_int_equal(state_of(f, key), 0);
    give_identity(f, "LogonName = 'second'", "other");
    assert_int_equal(approve(f, "second", key), STATUS_OK);
    assert_int_equal(state_of(f, key), 3);
}

/* The same of what they signed in with when they wrote. */
static void an_author_is_known_by_earlier_identities(void **state)
{
    struct fixture *f = *state;
    char key[64];

    make_script(f);
    give_identity(f, "LogonName = 'writer'", "first");
    assert_int_equal(act_create(f, "writer", "SMS_Scripts",
                                "{'ScriptName':'Other','Script':'ls'}"),
                     STATUS_OK);
    snprintf(key, sizeof(key), "%s", text_in(f, "ScriptGuid"));
    delete_admin(f, "LogonName = 'writer'");
    assert_int_equal(approve(f, "third", key), STATUS_OK);
    give_identity(f, "LogonName = 'second'", "first");
    assert_int_equal(approve(f, "second", key), STATUS_DENIED);
    give_identity(f, "LogonName = 'second'", "");
    assert_int_equal(approve(f, "second", key), STATUS_OK);
}

static void approving_needs_its_right(void **state)
{
    struct fixture *f = *state;
    const char *key = make_script(f);

    give_role(f, "reader", READ | MODIFY);
    assert_int_equal(approve(f, "reader", key), STATUS_DENIED);
    assert_int_equal(approve(f, "nobody", key), STATUS_NOT_FOUND);
    assert_int_equal(
        act_update(f, "third", "SMS_Scripts", key, "{'Script':'x'}"),
        STATUS_DENIED);
    assert_int_equal(act_invoke(f, "third", "SMS_Scripts", key,
                                "UpdateApprovalState", "{'ApprovalState':2}"),
                     STATUS_INVALID);
    assert_int_equal(
        act_update(f, "second", "SMS_Scripts", key, "{'ApprovalState':3}"),
        STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_key_is_a_guid),
        WITH_SITE(an_author_does_not_approve),
        WITH_SITE(an_author_may_deny_their_own),
        WITH_SITE(a_new_text_waits_again),
        WITH_SITE(a_text_that_was_not_read_is_not_approved),
        WITH_SITE(nobody_who_ever_wrote_it_approves),
        WITH_SITE(nobody_approves_for_whom_they_made),
        WITH_SITE(an_author_with_another_name_does_not_approve),
        WITH_SITE(an_author_is_known_by_earlier_identities),
        WITH_SITE(approving_needs_its_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
