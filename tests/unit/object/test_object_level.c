/* The level of the site: who sets it, and whom it spares. */
#include "tests/unit/object/site_fixture.h"

/* ---- The authentication level ---- */

static enum status set_level(struct fixture *f, const char *as,
                             const char *json)
{
    return act_invoke(f, as, "SMS_Site", NULL, "SetAuthenticationLevel", json);
}

static void the_level_is_set_by_the_top_alone(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(f->site->minimum_level, AUTH_LEVEL_DOMAIN);
    assert_int_equal(set_level(f, "full", "{'AuthenticationLevel':20}"),
                     STATUS_OK);
    assert_int_equal(f->site->minimum_level, AUTH_LEVEL_MFA);
    assert_int_equal(act_create(f, "full", "SMS_Admin",
                                "{'LogonName':'half','Permissions':["
                                "{'RoleID':'SMS0001R','CategoryID':'SMS00UNA'},"
                                "{'RoleID':'SMS0001R','CategoryID':'SMS00001',"
                                "'CategoryTypeID':1}]}"),
                     STATUS_OK);
    assert_int_equal(set_level(f, "half", "{'AuthenticationLevel':0}"),
                     STATUS_DENIED);
    assert_int_equal(set_level(f, "analyst", "{'AuthenticationLevel':0}"),
                     STATUS_DENIED);
    f->is_excepted = true;
    assert_int_equal(set_level(f, "full", "{'AuthenticationLevel':0}"),
                     STATUS_DENIED);
    f->is_excepted = false;
    assert_int_equal(set_level(f, "full", "{'AuthenticationLevel':0}"),
                     STATUS_OK);
    assert_int_equal(f->site->minimum_level, AUTH_LEVEL_DOMAIN);
}

static void the_caller_is_not_locked_out_unawares(void **state)
{
    struct fixture *f = *state;

    f->level = AUTH_LEVEL_CERTIFICATE;
    assert_int_equal(set_level(f, "full", "{'AuthenticationLevel':20}"),
                     STATUS_CONFLICT);
    assert_int_equal(set_level(f, "full", "{'AuthenticationLevel':10}"),
                     STATUS_OK);
    assert_int_equal(
        set_level(f, "full", "{'AuthenticationLevel':20,'Force':true}"),
        STATUS_INVALID);
    assert_int_equal(set_level(f, "full",
                               "{'AuthenticationLevel':20,'Force':true,"
                               "'Reason':'moving house'}"),
                     STATUS_OK);
}

/* Where others can sign in at the level they set it back, where not, nobody. */
static void locking_everybody_out_is_told_apart(void **state)
{
    struct fixture *f = *state;

    f->level = AUTH_LEVEL_DOMAIN;
    assert_int_equal(act_create(f, "full", "SMS_Admin",
                                "{'LogonName':'second@A.TEST','Permissions':["
                                "{'RoleID':'SMS0001R','CategoryID':'SMS00ALL'},"
                                "{'RoleID':'SMS0001R','CategoryID':'SMS00001',"
                                "'CategoryTypeID':1},"
                                "{'RoleID':'SMS0001R','CategoryID':'SMS00004',"
                                "'CategoryTypeID':1}]}"),
                     STATUS_OK);
    assert_int_equal(set_level(f, "full", "{'AuthenticationLevel':20}"),
                     STATUS_CONFLICT);
    assert_null(strstr(f->failure.why, "every other"));
    f->reach[IDENTITY_KERBEROS] = AUTH_LEVEL_CERTIFICATE;
    assert_int_equal(set_level(f, "full", "{'AuthenticationLevel':10}"),
                     STATUS_CONFLICT);
    assert_null(strstr(f->failure.why, "every other"));
    assert_int_equal(set_level(f, "full", "{'AuthenticationLevel':20}"),
                     STATUS_CONFLICT);
    assert_non_null(strstr(f->failure.why, "every other"));
    assert_int_equal(set_level(f, "full",
                               "{'AuthenticationLevel':20,'Force':true,"
                               "'Reason':'moving house'}"),
                     STATUS_OK);
}

static void who_administers_security_has_no_exception(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(set_level(f, "full",
                               "{'AuthenticationLevel':10,'Reason':'lazy',"
                               "'ExceptionList':['svc','full']}"),
                     STATUS_INVALID);
    assert_int_equal(set_level(f, "full",
                               "{'AuthenticationLevel':10,'Reason':'lazy',"
                               "'ExceptionList':['security']}"),
                     STATUS_INVALID);
    assert_int_equal(set_level(f, "full",
                               "{'AuthenticationLevel':10,'Reason':'export',"
                               "'ExceptionList':['analyst']}"),
                     STATUS_OK);
}

/* At the very second (T66), and of a group that only a directory knows. */
static void an_exception_ends_when_it_was_said_to(void **state)
{
    enum { UNTIL_S = 4102444800 }; /* 2100-01-01 */
    struct fixture *f = *state;
    char *groups[] = {(char[]){"host\nnight"}};

    assert_int_equal(set_level(f, "full",
                               "{'AuthenticationLevel':10,'Reason':'shift',"
                               "'ExceptionsUntil':'2100-01-01',"
                               "'ExceptionList':['night','svc@A.TEST']}"),
                     STATUS_OK);
    assert_non_null(
        site_exclusion_of(f->site, "svc@A.TEST", NULL, 0, UNTIL_S - 1));
    assert_null(site_exclusion_of(f->site, "svc@A.TEST", NULL, 0, UNTIL_S));
    assert_non_null(site_exclusion_of(f->site, "eve", groups, 1, UNTIL_S - 1));
    assert_null(site_exclusion_of(f->site, "eve", groups, 1, UNTIL_S));
    assert_null(site_exclusion_of(f->site, "eve", NULL, 0, UNTIL_S - 1));
}

/* Of an account or a group, as tickets say it; and of nobody from elsewhere. */
static void an_exception_may_be_a_sid(void **state)
{
    struct fixture *f = *state;
    char *groups[] = {(char[]){"sid\nS-1-5-21-1-2-3-1104"}};
    char *elsewhere[] = {(char[]){"host\nS-1-5-21-1-2-3-1104"}};

    assert_int_equal(set_level(f, "full",
                               "{'AuthenticationLevel':10,'Reason':'shift',"
                               "'ExceptionList':['S-1-5-21-1-2-3-1104']}"),
                     STATUS_OK);
    assert_non_null(site_exclusion_of(f->site, "eve", groups, 1, f->now_s));
    assert_null(site_exclusion_of(f->site, "eve", elsewhere, 1, f->now_s));
    assert_null(
        site_exclusion_of(f->site, "S-1-5-21-1-2-3-1104", NULL, 0, f->now_s));
}

static void exceptions_are_kept_and_level_0_empties_them(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(set_level(f, "full",
                               "{'AuthenticationLevel':10,"
                               "'ExceptionList':['svc','desk'],"
                               "'Reason':'export'}"),
                     STATUS_OK);
    assert_non_null(site_exclusion_of(f->site, "svc", NULL, 0, f->now_s));
    assert_null(site_exclusion_of(f->site, "svc2", NULL, 0, f->now_s));
    assert_int_equal(act_get(f, "full", "SMS_Site", "P01"), STATUS_OK);
    assert_int_equal(
        json_array_size(json_object_get(f->result, "ExceptionList")), 2);
    put_in_scope(f, 6, "P01", "P0100003");
    assert_int_equal(act_get(f, "analyst", "SMS_Site", "P01"), STATUS_OK);
    assert_true(json_is_null(json_object_get(f->result, "ExceptionList")));
    assert_int_equal(set_level(f, "full", "{'AuthenticationLevel':20}"),
                     STATUS_OK);
    assert_non_null(site_exclusion_of(f->site, "svc", NULL, 0, f->now_s));
    assert_int_equal(set_level(f, "full", "{'AuthenticationLevel':0}"),
                     STATUS_OK);
    assert_null(site_exclusion_of(f->site, "svc", NULL, 0, f->now_s));
}

static void refuses_levels_and_arguments_that_are_none(void **state)
{
    static const char *const bad[] = {
        "{}",
        "{'AuthenticationLevel':5}",
        "{'AuthenticationLevel':'10'}",
        "{'AuthenticationLevel':10,'Level':10}",
        "{'AuthenticationLevel':10,'authenticationlevel':10}",
        "{'AuthenticationLevel':10,'ExceptionList':'svc'}",
        "{'AuthenticationLevel':10,'ExceptionList':[7]}",
        "{'AuthenticationLevel':10,'ExceptionList':['a\\nb']}",
        "{'AuthenticationLevel':10,'ExceptionList':['svc']}",
        "{'AuthenticationLevel':10,'ExceptionList':['svc'],'Reason':'x',"
        "'ExceptionsUntil':'2020-01-01'}",
        "{'AuthenticationLevel':10,'ExceptionList':['svc'],'Reason':'x',"
        "'ExceptionsUntil':'soon'}",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(set_level(f, "full", bad[i]), STATUS_INVALID);
    assert_int_equal(f->site->minimum_level, AUTH_LEVEL_DOMAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(the_level_is_set_by_the_top_alone),
        WITH_SITE(the_caller_is_not_locked_out_unawares),
        WITH_SITE(locking_everybody_out_is_told_apart),
        WITH_SITE(who_administers_security_has_no_exception),
        WITH_SITE(an_exception_ends_when_it_was_said_to),
        WITH_SITE(an_exception_may_be_a_sid),
        WITH_SITE(exceptions_are_kept_and_level_0_empties_them),
        WITH_SITE(refuses_levels_and_arguments_that_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
