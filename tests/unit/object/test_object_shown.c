/* Who can sign in again, by shown evidence, and which acts lock out? */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>

#include "provider/object/guard/shown.h"

static void run_sql(struct fixture *f, const char *sql)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    fixture_reload(f);
}

static void sign_in(struct fixture *f, const char *user,
                    enum identity_kind kind, const char *value,
                    enum auth_level level)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(shown_note(f->store, f->site,
                                &(struct shown_use){user, kind, text_of(value),
                                                    level, f->now_s}),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

static bool is_top_left(struct fixture *f, enum auth_level minimum)
{
    struct shown shown;

    assert_int_equal(
        shown_look(f->store, f->site, minimum, NULL, f->now_s, &shown),
        STATUS_OK);
    return shown.is_top_left;
}

static bool is_left(struct fixture *f, const char *user)
{
    struct shown shown;

    assert_int_equal(shown_look(f->store, f->site, AUTH_LEVEL_DOMAIN, user,
                                f->now_s, &shown),
                     STATUS_OK);
    return shown.is_caller_left;
}

#define GIVE(user, value)                                                      \
    "INSERT INTO admin_identity (kind, value, admin, at_top)"                  \
    " SELECT 'token', '" value "', row, 1 FROM admin"                          \
    " WHERE LogonName = '" user "';"

static void evidence_counts_for_whom_it_leads_to_now(void **state)
{
    struct fixture *f = *state;

    run_sql(f, GIVE("full", "https://i/ f"));
    assert_false(is_top_left(f, AUTH_LEVEL_DOMAIN));
    sign_in(f, "full", IDENTITY_TOKEN, "https://i/ f", AUTH_LEVEL_MFA);
    assert_true(is_top_left(f, AUTH_LEVEL_MFA));
    assert_true(is_left(f, "full"));
    run_sql(f, "UPDATE admin_identity SET admin = (SELECT row FROM admin"
               " WHERE LogonName = 'analyst')");
    assert_false(is_top_left(f, AUTH_LEVEL_DOMAIN));
    assert_false(is_left(f, "full"));
    assert_true(is_left(f, "analyst"));
    run_sql(f, "DELETE FROM admin_identity");
    assert_false(is_left(f, "analyst"));
}

static void the_level_that_was_shown_counts(void **state)
{
    struct fixture *f = *state;

    run_sql(f, GIVE("full", "https://i/ f"));
    sign_in(f, "full", IDENTITY_TOKEN, "https://i/ f", AUTH_LEVEL_DOMAIN);
    assert_true(is_top_left(f, AUTH_LEVEL_DOMAIN));
    assert_false(is_top_left(f, AUTH_LEVEL_CERTIFICATE));
    sign_in(f, "full", IDENTITY_TOKEN, "https://i/ f", AUTH_LEVEL_MFA);
    assert_true(is_top_left(f, AUTH_LEVEL_MFA));
    /* a weaker sign-in later takes nothing back */
    sign_in(f, "full", IDENTITY_TOKEN, "https://i/ f", AUTH_LEVEL_DOMAIN);
    assert_true(is_top_left(f, AUTH_LEVEL_MFA));
}

static void a_principal_is_its_own_name(void **state)
{
    struct fixture *f = *state;

    run_sql(f, "UPDATE admin SET LogonName = 'full@A.TEST'"
               " WHERE LogonName = 'full'");
    sign_in(f, "full@A.TEST", IDENTITY_KERBEROS, "full@A.TEST",
            AUTH_LEVEL_DOMAIN);
    assert_true(is_top_left(f, AUTH_LEVEL_DOMAIN));
    /* and nobody's who has no record, nor another's name */
    sign_in(f, "x@A.TEST", IDENTITY_KERBEROS, "x@A.TEST", AUTH_LEVEL_DOMAIN);
    assert_false(is_left(f, "x@A.TEST"));
    run_sql(f, "UPDATE admin SET LogonName = 'other@A.TEST'"
               " WHERE LogonName = 'full@A.TEST'");
    assert_false(is_top_left(f, AUTH_LEVEL_DOMAIN));
}

static void root_of_the_host_comes_in_below_the_minimum(void **state)
{
    struct fixture *f = *state;

    run_sql(f, "INSERT INTO admin_identity (kind, value, admin, at_top)"
               " SELECT 'local', 'root', row, 1 FROM admin"
               " WHERE LogonName = 'full';");
    sign_in(f, "full", IDENTITY_LOCAL, "root", AUTH_LEVEL_DOMAIN);
    assert_false(is_top_left(f, AUTH_LEVEL_MFA));
    run_sql(f, "INSERT INTO exclusion (name, is_group, reason, owner, until_s)"
               " VALUES ('full', 0, 'no KDC', 'full', 9223372036854775807)");
    assert_true(is_top_left(f, AUTH_LEVEL_MFA));
}

static void an_act_is_refused_only_where_somebody_was_shown(void **state)
{
    static const char disable[] = "{'IsDisabled':true}";
    static const char made[] =
        "{'LogonName':'second','Permissions':[{'RoleID':'SMS0001R',"
        "'CategoryID':'SMS00ALL'},{'RoleID':'SMS0001R','CategoryID':"
        "'SMS00001','CategoryTypeID':1},{'RoleID':'SMS0001R','CategoryID':"
        "'SMS00004','CategoryTypeID':1}],'Identities':[{'Kind':'token',"
        "'Value':'https://i/ s'}]}";
    struct fixture *f = *state;
    char key[32];

    run_sql(f, GIVE("full", "https://i/ f"));
    assert_int_equal(act_create(f, "full", "SMS_Admin", made), STATUS_OK);
    snprintf(key, sizeof(key), "%lld", (long long)number_in(f, "AdminID"));
    /* nobody has signed in yet: nobody is asked */
    assert_int_equal(act_update(f, "full", "SMS_Admin", key, disable),
                     STATUS_OK);
    assert_int_equal(
        act_update(f, "full", "SMS_Admin", key, "{'IsDisabled':false}"),
        STATUS_OK);
    /* second is the only one who has */
    sign_in(f, "second", IDENTITY_TOKEN, "https://i/ s", AUTH_LEVEL_MFA);
    assert_int_equal(act_update(f, "full", "SMS_Admin", key, disable),
                     STATUS_CONFLICT);
    assert_int_equal(
        act_update(f, "full", "SMS_Admin", key, "{'Identities':[]}"),
        STATUS_CONFLICT);
    sign_in(f, "full", IDENTITY_TOKEN, "https://i/ f", AUTH_LEVEL_MFA);
    assert_int_equal(act_update(f, "full", "SMS_Admin", key, disable),
                     STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(evidence_counts_for_whom_it_leads_to_now),
        WITH_SITE(the_level_that_was_shown_counts),
        WITH_SITE(a_principal_is_its_own_name),
        WITH_SITE(root_of_the_host_comes_in_below_the_minimum),
        WITH_SITE(an_act_is_refused_only_where_somebody_was_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
