/*
 * Names of users in the store follow the rules of the realms: with what they
 * are granted, and with what they made and must not approve.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

#include "provider/object/guard/approver.h"
#include "provider/object/respell.h"

#define OLD "Maker@CORP.TEST"
#define NEW "maker@CORP.TEST"
#define ROLE(category, type)                                                   \
    "{'RoleID':'SMS0001R','CategoryID':'" category "','CategoryTypeID':" type  \
    "}"
#define EVERYTHING                                                             \
    "'Permissions':[" ROLE("SMS00ALL", "29") "," ROLE(                         \
        "SMS00001", "1") "," ROLE("SMS00004", "1") "]"

static const struct realm corp = {.name = "CORP.TEST", .ignores_case = true};

static void respell(struct fixture *f)
{
    const struct realms realms = {&corp, 1};
    SCOPED(buf_free) struct buf why = buf_make(1024);
    size_t n = 0;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(site_respell(f->store, &realms, &n, &why), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    assert_int_equal(n, 1);
    fixture_reload(f);
}

/* The key of its record. */
static const char *make_maker(struct fixture *f)
{
    return make_object(f, "SMS_Admin", "AdminID",
                       "{'LogonName':'" OLD "'," EVERYTHING "}");
}

static bool made(struct fixture *f, const char *user, const char *other)
{
    bool is_so = false;

    assert_int_equal(approver_made(f->store, user, other, &is_so), STATUS_OK);
    return is_so;
}

static void whom_one_made_is_no_second_person_later(void **state)
{
    struct fixture *f = *state;

    make_maker(f);
    assert_int_equal(act_create(f, OLD, "SMS_Admin",
                                "{'LogonName':'puppet'," EVERYTHING "}"),
                     STATUS_OK);
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'other'," EVERYTHING "}");
    assert_true(made(f, OLD, "puppet"));
    respell(f);
    assert_true(made(f, NEW, "puppet"));
    assert_false(made(f, OLD, "puppet"));
    assert_false(made(f, "other", "puppet"));
    assert_true(made(f, "full", "other"));
}

static void whom_one_gave_an_identity_neither(void **state)
{
    struct fixture *f = *state;
    char key[32];

    make_maker(f);
    snprintf(key, sizeof(key), "%s",
             make_object(f, "SMS_Admin", "AdminID",
                         "{'LogonName':'puppet'," EVERYTHING "}"));
    assert_int_equal(
        act_update(f, OLD, "SMS_Admin", key,
                   "{'Identities':[{'Kind':'kerberos','Value':'p@A.TEST'}]}"),
        STATUS_OK);
    assert_int_equal(
        act_update(f, "full", "SMS_Admin", key, "{'DisplayName':'Puppet'}"),
        STATUS_OK);
    assert_true(made(f, OLD, "puppet"));
    respell(f);
    assert_true(made(f, NEW, "puppet"));
}

static void the_first_of_two_is_named_in_a_word(void **state)
{
    struct fixture *f = *state;

    make_maker(f);
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'puppet'," EVERYTHING "}");
    assert_int_equal(
        store_run_with(f->store,
                       "UPDATE admin SET CreatedBy = ?1 WHERE LogonName = ?2",
                       STORE_ARGS(STORE_TEXT(TEXT(OLD " and full")),
                                  STORE_TEXT(TEXT("puppet")))),
        STATUS_OK);
    respell(f);
    assert_true(made(f, NEW, "puppet"));
}

static void nobody_approves_the_script_they_wrote_before(void **state)
{
    struct fixture *f = *state;
    char key[64], record[32];

    snprintf(record, sizeof(record), "%s", make_maker(f));
    assert_int_equal(act_create(f, OLD, "SMS_Scripts",
                                "{'ScriptName':'Clean','Script':'rm'}"),
                     STATUS_OK);
    snprintf(key, sizeof(key), "%s", text_in(f, "ScriptGuid"));
    respell(f);
    /* The name becomes an identity of another record. */
    assert_int_equal(act_delete(f, "full", "SMS_Admin", record), STATUS_OK);
    make_object(f, "SMS_Admin", "AdminID",
                "{'LogonName':'again'," EVERYTHING
                ",'Identities':[{'Kind':'kerberos','Value':'" NEW "'}]}");
    assert_int_equal(act_invoke(f, "again", "SMS_Scripts", key,
                                "UpdateApprovalState",
                                "{'ApprovalState':3,'Comment':'read'}"),
                     STATUS_DENIED);
}

static bool is_there(struct fixture *f, const char *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    return store_row_with(f->store, sql, STORE_ARGS(STORE_TEXT(TEXT(NEW))),
                          &stmt) == STATUS_OK;
}

static void what_one_edits_and_watches_stays_ones_own(void **state)
{
    static const char *const makings[] = {
        "INSERT INTO object_lock VALUES ('SMS_Collection', 1, ?1, 'r', 1, 2)",
        "INSERT INTO kept_watch VALUES (1, 'w', ?1, 'SMS_Collection', '', 1, "
        "1, 1, 0, 1, x'', x'', x'', x'')"};
    struct fixture *f = *state;

    make_maker(f);
    for (size_t i = 0; i < ARRAY_SIZE(makings); i++)
        assert_int_equal(store_run_with(f->store, makings[i],
                                        STORE_ARGS(STORE_TEXT(TEXT(OLD)))),
                         STATUS_OK);
    respell(f);
    assert_true(is_there(f, "SELECT 1 FROM object_lock WHERE user = ?1"));
    assert_true(is_there(f, "SELECT 1 FROM kept_watch WHERE user = ?1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(whom_one_made_is_no_second_person_later),
        WITH_SITE(whom_one_gave_an_identity_neither),
        WITH_SITE(the_first_of_two_is_named_in_a_word),
        WITH_SITE(nobody_approves_the_script_they_wrote_before),
        WITH_SITE(what_one_edits_and_watches_stays_ones_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
