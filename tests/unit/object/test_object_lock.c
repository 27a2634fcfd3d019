/*
 * SMS_ObjectLock: one user edits an object, others wait; it gives no rights and
 * tells nothing of objects that may not be read.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

#define APPLICATION "SMS_Application"
#define LOCK        "SMS_ObjectLock"

enum { GRANTED = 10, AFTER_TIMEOUT = 11, DENIED = 20, HALF_AN_HOUR = 1800 };

/* An application in a scope; lives until the next but one. */
static const char *make(struct fixture *f, const char *name, const char *scope)
{
    static char keys[2][64];
    static size_t n;
    char *key = keys[n++ % 2];
    char json[128];

    snprintf(json, sizeof(json), "{'LocalizedDisplayName':'%s'}", name);
    snprintf(key, sizeof(keys[0]), "%s",
             make_object(f, APPLICATION, "CI_ID", json));
    put_in_scope(f, 31, key, scope);
    return key;
}

static enum status ask(struct fixture *f, const char *user, const char *method,
                       const char *key)
{
    char json[128];

    snprintf(json, sizeof(json), "{'ObjectRelPath':'%s.CI_ID=%s'}", APPLICATION,
             key);
    return act_invoke(f, user, LOCK, NULL, method, json);
}

static int64_t request(struct fixture *f, const char *user, const char *key)
{
    assert_int_equal(ask(f, user, "RequestLock", key), STATUS_OK);
    assert_int_equal(number_in(f, "LockState"), 1);
    return number_in(f, "RequestState");
}

static enum status change(struct fixture *f, const char *user, const char *key)
{
    return act_update(f, user, APPLICATION, key, "{'Manufacturer':'Acme'}");
}

static void another_waits_until_it_is_released(void **state)
{
    struct fixture *f = *state;
    const char *key = make(f, "Editor", "P0100003");

    assert_int_equal(change(f, "author", key), STATUS_OK);
    assert_int_equal(request(f, "full", key), GRANTED);
    assert_string_equal(text_in(f, "AssignedUser"), "full");
    assert_int_equal(strlen(text_in(f, "RequestID")), 36);
    assert_int_equal(change(f, "author", key), STATUS_CONFLICT);
    assert_non_null(strstr(f->failure.why, "full is editing this object"));
    assert_int_equal(act_delete(f, "author", APPLICATION, key),
                     STATUS_CONFLICT);
    assert_int_equal(change(f, "full", key), STATUS_OK);

    assert_int_equal(request(f, "author", key), DENIED);
    assert_string_equal(text_in(f, "AssignedUser"), "full");
    assert_int_equal(ask(f, "author", "ReleaseLock", key), STATUS_OK);
    assert_int_equal(change(f, "author", key), STATUS_CONFLICT);

    assert_int_equal(ask(f, "full", "ReleaseLock", key), STATUS_OK);
    assert_int_equal(ask(f, "full", "GetLockInformation", key), STATUS_OK);
    assert_int_equal(number_in(f, "LockState"), 0);
    assert_int_equal(change(f, "author", key), STATUS_OK);
    assert_int_equal(request(f, "author", key), GRANTED);
    assert_int_equal(change(f, "full", key), STATUS_CONFLICT);
    assert_int_equal(
        act_invoke(f, "author", LOCK, NULL, "ReleaseAllLocks", "{}"),
        STATUS_OK);
    assert_int_equal(change(f, "full", key), STATUS_OK);
}

static void it_ends_after_half_an_hour_unless_it_is_renewed(void **state)
{
    struct fixture *f = *state;
    const char *key = make(f, "Editor", "P0100003");

    assert_int_equal(request(f, "full", key), GRANTED);
    f->now_s += HALF_AN_HOUR - 1;
    assert_int_equal(request(f, "full", key), GRANTED);
    f->now_s += HALF_AN_HOUR - 1;
    assert_int_equal(change(f, "author", key), STATUS_CONFLICT);
    f->now_s++;
    assert_int_equal(ask(f, "author", "GetLockInformation", key), STATUS_OK);
    assert_int_equal(number_in(f, "LockState"), 4);
    assert_int_equal(change(f, "author", key), STATUS_OK);
    assert_int_equal(request(f, "author", key), AFTER_TIMEOUT);
    assert_int_equal(change(f, "full", key), STATUS_CONFLICT);
}

static void whoever_may_not_change_it_may_not_lock_it(void **state)
{
    struct fixture *f = *state;
    const char *key = make(f, "Editor", "P0100003");

    assert_int_equal(ask(f, "analyst", "RequestLock", key), STATUS_DENIED);
    assert_int_equal(ask(f, "analyst", "ReleaseLock", key), STATUS_DENIED);
    assert_int_equal(ask(f, "analyst", "GetLockInformation", key), STATUS_OK);
    assert_int_equal(number_in(f, "LockState"), 0);
    assert_int_equal(change(f, "author", key), STATUS_OK);
    assert_int_equal(request(f, "author", key), GRANTED);
}

static void a_hidden_object_is_answered_like_none(void **state)
{
    static const char *const methods[] = {"RequestLock", "ReleaseLock",
                                          "GetLockInformation"};
    struct fixture *f = *state;
    const char *key = make(f, "Hidden", "P0100004");
    char why[sizeof(f->failure.why)];

    assert_int_equal(request(f, "full", key), GRANTED);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ask(f, "author", methods[i], key), STATUS_INVALID);
        snprintf(why, sizeof(why), "%s", f->failure.why);
        assert_int_equal(ask(f, "author", methods[i], "16999999"),
                         STATUS_INVALID);
        assert_string_equal(f->failure.why, why);
    }
}

static void only_what_is_edited_under_a_lock_has_one(void **state)
{
    static const char *const paths[] = {
        "SMS_Collection.CollectionID=\\\"P0100014\\\"", "SMS_Application",
        "SMS_Nothing.ID=1", "SMS_Admin.AdminID=16777217", "="};
    struct fixture *f = *state;
    char json[128];

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        snprintf(json, sizeof(json), "{'ObjectRelPath':'%s'}", paths[i]);
        assert_int_equal(act_invoke(f, "full", LOCK, NULL, "RequestLock", json),
                         STATUS_INVALID);
    }
    assert_int_equal(
        act_update(f, "full", "SMS_Collection", "P0100014", "{'Comment':'x'}"),
        STATUS_OK);
}

/* As many as a user may have, behind a few of another that ended first. */
static void have_locks(struct fixture *f, int64_t until_s)
{
    char sql[512];

    snprintf(sql, sizeof(sql),
             "DELETE FROM object_lock;"
             "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
             "    SELECT i + 1 FROM n WHERE i < 1016)"
             "INSERT INTO object_lock SELECT 'SMS_Application', -i,"
             "    iif(i > 16, 'full', 'author'), 'x', 0,"
             "    iif(i > 16, %lld, i) FROM n;",
             (long long)until_s);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

static void so_many_are_a_users_and_those_that_ended_do_not_count(void **state)
{
    struct fixture *f = *state;
    const char *key = make(f, "Editor", "P0100003");

    have_locks(f, f->now_s + 1);
    assert_int_equal(ask(f, "full", "RequestLock", key), STATUS_CONFLICT);
    assert_int_equal(request(f, "author", key), GRANTED);
    have_locks(f, f->now_s);
    assert_int_equal(request(f, "full", key), GRANTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(another_waits_until_it_is_released),
        WITH_SITE(it_ends_after_half_an_hour_unless_it_is_renewed),
        WITH_SITE(whoever_may_not_change_it_may_not_lock_it),
        WITH_SITE(a_hidden_object_is_answered_like_none),
        WITH_SITE(only_what_is_edited_under_a_lock_has_one),
        WITH_SITE(so_many_are_a_users_and_those_that_ended_do_not_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
