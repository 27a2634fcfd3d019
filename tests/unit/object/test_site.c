/* Identities, groups, exclusions. */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

static void run_sql(struct fixture *f, const char *sql)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    fixture_reload(f);
}

static void add_group_admin(struct fixture *f, const char *name)
{
    char json[256];

    snprintf(json, sizeof(json),
             "{'LogonName':'%s','IsGroup':true,'Permissions':[{'RoleID':"
             "'SMS0002R','CategoryID':'SMS00UNA'}]}",
             name);
    assert_int_equal(act_create(f, "full", "SMS_Admin", json), STATUS_OK);
}

static const char *name_of(const struct fixture *f, uint32_t admin)
{
    return rbac_engine_estate(f->site->engine)->admins[admin].name;
}

static size_t admins_of(const struct fixture *f, const char *user,
                        char *const *groups, size_t n_groups,
                        uint32_t admins[8])
{
    uint32_t own;

    return site_admins_of(f->site, (struct site_member){user, groups, n_groups},
                          admins, 8, &own);
}

static void the_users_own_record_applies(void **state)
{
    struct fixture *f = *state;
    uint32_t admins[8];
    uint32_t own;

    assert_int_equal(site_admins_of(f->site,
                                    (struct site_member){.user = "analyst"},
                                    admins, 8, &own),
                     1);
    assert_string_equal(name_of(f, admins[0]), "analyst");
    assert_int_equal(own, admins[0]);
    assert_int_equal(site_admins_of(f->site,
                                    (struct site_member){.user = "nobody"},
                                    admins, 8, &own),
                     0);
    assert_true(own == RBAC_NONE);
    assert_int_equal(admins_of(f, "Analyst", NULL, 0, admins), 0);
    assert_int_equal(admins_of(f, "analyst@", NULL, 0, admins), 0);
    assert_int_equal(admins_of(f, "", NULL, 0, admins), 0);
}

static void groups_from_outside_apply_by_name(void **state)
{
    struct fixture *f = *state;
    char *groups[] = {(char[]){"staff"}, (char[]){"ops"}};
    uint32_t admins[8];
    uint32_t own;

    add_group_admin(f, "ops");
    assert_int_equal(site_admins_of(f->site,
                                    (struct site_member){"carol", groups, 2},
                                    admins, 8, &own),
                     1);
    assert_string_equal(name_of(f, admins[0]), "ops");
    assert_true(own == RBAC_NONE);
    assert_int_equal(admins_of(f, "carol", groups, 1, admins), 0);
    /* a user named as a group is not the group */
    assert_int_equal(admins_of(f, "ops", NULL, 0, admins), 0);
    /* nor does a group make one the user of its name */
    groups[0] = (char[]){"analyst"};
    assert_int_equal(admins_of(f, "carol", groups, 1, admins), 0);
}

static void nested_groups_apply_and_cycles_end(void **state)
{
    struct fixture *f = *state;
    uint32_t admins[8];

    add_group_admin(f, "outer");
    run_sql(f, "INSERT INTO people_group (name) VALUES"
               " ('inner'), ('middle'), ('outer'), ('other');"
               "INSERT INTO people_member SELECT row, 'carol', '', 1"
               " FROM people_group WHERE name = 'inner';"
               "INSERT INTO people_member SELECT row, 'inner', '', 1"
               " FROM people_group WHERE name = 'middle';"
               "INSERT INTO people_member SELECT row, 'middle', '', 1"
               " FROM people_group WHERE name = 'outer';"
               "INSERT INTO people_member SELECT row, 'outer', '', 1"
               " FROM people_group WHERE name = 'inner';");
    assert_int_equal(admins_of(f, "carol", NULL, 0, admins), 1);
    assert_string_equal(name_of(f, admins[0]), "outer");
    assert_int_equal(admins_of(f, "dave", NULL, 0, admins), 0);
    run_sql(f, "DELETE FROM people_member WHERE name = 'carol'");
    assert_int_equal(admins_of(f, "carol", NULL, 0, admins), 0);
}

static void a_group_of_the_policy_is_not_joined_from_outside(void **state)
{
    struct fixture *f = *state;
    char *groups[] = {(char[]){"desk"}};
    uint32_t admins[8];

    add_group_admin(f, "desk");
    assert_int_equal(admins_of(f, "eve", groups, 1, admins), 1);
    run_sql(f, "INSERT INTO people_group (name) VALUES ('desk');"
               "INSERT INTO people_member SELECT row, 'carol', '', 1"
               " FROM people_group;");
    assert_int_equal(admins_of(f, "eve", groups, 1, admins), 0);
    assert_int_equal(admins_of(f, "carol", NULL, 0, admins), 1);
}

static void too_many_records_are_told(void **state)
{
    struct fixture *f = *state;
    char names[4][4];
    char *groups[4];
    uint32_t admins[8];
    uint32_t own;

    for (size_t i = 0; i < 4; i++) {
        snprintf(names[i], sizeof(names[i]), "g%zu", i);
        groups[i] = names[i];
        add_group_admin(f, names[i]);
    }
    assert_int_equal(site_admins_of(f->site,
                                    (struct site_member){"full", groups, 4},
                                    admins, 3, &own),
                     5);
}

static void an_exclusion_serves_its_user_until_its_end(void **state)
{
    struct fixture *f = *state;
    char *groups[] = {(char[]){"robots"}};

    run_sql(f, "INSERT INTO exclusion (name, is_group, reason, owner, until_s)"
               " VALUES ('svc', 0, 'nightly', 'full', 1800000100),"
               " ('robots', 1, 'fleet', 'full', 9223372036854775807)");
    assert_int_equal(f->site->n_exclusions, 2);
    assert_string_equal(
        site_exclusion_of(f->site, "svc", NULL, 0, 1800000099)->reason,
        "nightly");
    assert_null(site_exclusion_of(f->site, "svc", NULL, 0, 1800000100));
    assert_non_null(site_exclusion_of(f->site, "x", groups, 1, 1800000100));
    assert_null(site_exclusion_of(f->site, "robots", NULL, 0, 1800000000));
    groups[0] = (char[]){"svc"};
    assert_null(site_exclusion_of(f->site, "x", groups, 1, 1800000000));
}

static void an_identity_belongs_to_one_user(void **state)
{
    struct fixture *f = *state;

    run_sql(f, "INSERT INTO admin_identity (kind, value, admin)"
               " SELECT 'token', 'https://i/ ' || LogonName, row FROM admin");
    assert_string_equal(
        site_user_of(f->site, IDENTITY_TOKEN, TEXT("https://i/ author")),
        "author");
    assert_null(
        site_user_of(f->site, IDENTITY_TOKEN, TEXT("https://i/ autho")));
    assert_null(
        site_user_of(f->site, IDENTITY_TOKEN, TEXT("https://i/ authors")));
    assert_null(
        site_user_of(f->site, IDENTITY_LOCAL, TEXT("https://i/ author")));
    assert_null(site_user_of(f->site, IDENTITY_TOKEN, (struct text){0}));
}

static void remove_store(const char *path)
{
    char side[32];

    unlink(path);
    snprintf(side, sizeof(side), "%s-wal", path);
    unlink(side);
    snprintf(side, sizeof(side), "%s-shm", path);
    unlink(side);
}

/* Each statement by another connection, as somebody with the file alone. */
static void run_outside(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA writable_schema = on", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Empty indexes of a full table: SQLite counts by them. */
static void an_index_that_counts_too_few_is_refused(void **state)
{
    struct fixture *f = NULL;
    OWNED(store) reader = NULL;
    OWNED(site) site = NULL;
    char path[] = "/tmp/site-XXXXXX";

    (void)state;
    close(mkstemp(path));
    assert_int_equal(fixture_make(path, &f), STATUS_OK);
    fixture_close((void **)&f);
    run_outside(path, "UPDATE sqlite_schema SET sql = sql || ' WHERE 0'"
                      " WHERE name LIKE 'collection_by_%'");
    run_outside(path, "REINDEX; UPDATE sqlite_schema SET"
                      " sql = replace(sql, ' WHERE 0', '')"
                      " WHERE name LIKE 'collection_by_%'");
    assert_int_equal(store_open(path, STORE_READ, &reader), STATUS_OK);
    assert_int_equal(site_load(reader, &site), STATUS_INVALID);
    remove_store(path);
}

static void a_reader_loads_the_same_site(void **state)
{
    struct fixture *f = NULL;
    OWNED(store) reader = NULL;
    OWNED(site) site = NULL;
    char path[] = "/tmp/site-XXXXXX";

    (void)state;
    close(mkstemp(path));
    assert_int_equal(fixture_make(path, &f), STATUS_OK);
    assert_int_equal(store_open(path, STORE_READ, &reader), STATUS_OK);
    assert_int_equal(site_load(reader, &site), STATUS_OK);
    assert_int_equal(site->serial, f->site->serial);
    assert_int_equal(rbac_engine_estate(site->engine)->n_admins, 5);
    fixture_close((void **)&f);
    remove_store(path);
}

static void the_serial_grows_with_every_change_of_rights(void **state)
{
    struct fixture *f = *state;
    const int64_t before = f->site->serial;

    make_object(f, "SMS_Application", "CI_ID", "{'LocalizedDisplayName':'x'}");
    fixture_reload(f);
    assert_int_equal(f->site->serial, before);
    add_group_admin(f, "ops");
    assert_true(f->site->serial > before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(the_users_own_record_applies),
        WITH_SITE(groups_from_outside_apply_by_name),
        WITH_SITE(nested_groups_apply_and_cycles_end),
        WITH_SITE(a_group_of_the_policy_is_not_joined_from_outside),
        WITH_SITE(too_many_records_are_told),
        WITH_SITE(an_exclusion_serves_its_user_until_its_end),
        WITH_SITE(an_identity_belongs_to_one_user),
        cmocka_unit_test(a_reader_loads_the_same_site),
        cmocka_unit_test(an_index_that_counts_too_few_is_refused),
        WITH_SITE(the_serial_grows_with_every_change_of_rights),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
