/*
 * Memory that runs out: every act fails at every allocation in turn, in the
 * room, in SQLite and in jansson (T57). It never answers yes where it would
 * have answered no, and leaves nothing half done.
 */
#include "tests/unit/object/site_fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "provider/base/log.h"

/* ---- Allocations that fail on demand ---- */

static bool is_counting;
static long n_left = -1; /* until one fails; -1: none does */
static bool has_failed;

static bool fails_now(void)
{
    if (!is_counting || n_left < 0)
        return false;
    if (n_left-- > 0)
        return false;
    has_failed = true;
    return true;
}

void room_entered(void)
{
    is_counting = true;
}

void room_left(void)
{
    is_counting = false;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __real_realloc(old, size);
}

static sqlite3_mem_methods real_methods;

static void *sqlite_malloc(int size)
{
    return fails_now() ? NULL : real_methods.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
    return fails_now() ? NULL : real_methods.xRealloc(old, size);
}

static void *json_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

static void take_over_memory(void)
{
    sqlite3_mem_methods methods;

    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_methods);
    methods = real_methods;
    methods.xMalloc = sqlite_malloc;
    methods.xRealloc = sqlite_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    json_set_alloc_funcs(json_malloc, free);
}

/* ---- Acts ---- */

struct act {
    const char *user;
    enum status expected; /* with all the memory it wants */
    enum status (*run)(struct fixture *f, const char *user);
};

static enum status get_one(struct fixture *f, const char *user)
{
    return act_get(f, user, "SMS_Collection", "P0100014");
}

static enum status list_some(struct fixture *f, const char *user)
{
    return act_list(
        f, user, "SMS_Application",
        &(struct object_list){
            .filter = TEXT("LocalizedDisplayName LIKE '%e%' AND CI_ID > 0"),
            .order = TEXT("LocalizedDisplayName"),
            .count = true});
}

static enum status make_one(struct fixture *f, const char *user)
{
    return act_create(f, user, "SMS_Application",
                      "{'LocalizedDisplayName':'New'}");
}

static enum status change_one(struct fixture *f, const char *user)
{
    return act_update(f, user, "SMS_Application", "16777217",
                      "{'Manufacturer':'Acme'}");
}

static enum status delete_one(struct fixture *f, const char *user)
{
    return act_delete(f, user, "SMS_Application", "16777217");
}

static enum status add_member(struct fixture *f, const char *user)
{
    return act_invoke(f, user, "SMS_Collection", "P0100015",
                      "AddMembershipRule",
                      "{'CollectionRule':{'ResourceID':16777217}}");
}

static enum status add_admin(struct fixture *f, const char *user)
{
    return act_create(
        f, user, "SMS_Admin",
        "{'LogonName':'carol','Permissions':[{'RoleID':'SMS0002R',"
        "'CategoryID':'SMS00UNA'},{'RoleID':'SMS0001R','CategoryID':"
        "'SMS00ALL'}],'Identities':[{'Kind':'local','Value':'7'}]}");
}

static enum status move_collection(struct fixture *f, const char *user)
{
    return act_update(f, user, "SMS_Collection", "P0100015",
                      "{'LimitToCollectionID':'P0100014'}");
}

static enum status set_level(struct fixture *f, const char *user)
{
    return act_invoke(f, user, "SMS_Site", NULL, "SetAuthenticationLevel",
                      "{'AuthenticationLevel':20,'ExceptionList':['svc'],"
                      "'Reason':'export'}");
}

static enum status put_scope(struct fixture *f, const char *user)
{
    return act_invoke(f, user, "SMS_SecuredCategoryMembership", NULL,
                      "AddMemberships",
                      "{'ObjectIDs':['16777217'],'ObjectTypeIDs':[31],"
                      "'CategoryIDs':['P0100003']}");
}

static enum status add_query(struct fixture *f, const char *user)
{
    return act_invoke(f, user, "SMS_Collection", "P0100015",
                      "AddMembershipRule",
                      "{'CollectionRule':{'QueryExpression':'select * from"
                      " SMS_R_System where ResourceID not in (select"
                      " ResourceID from SMS_R_System where Client = 1)'}}");
}

static enum status add_include(struct fixture *f, const char *user)
{
    return act_invoke(f, user, "SMS_Collection", "P0100015",
                      "AddMembershipRule",
                      "{'CollectionRule':{'IncludeCollectionID':"
                      "'P0100014'}}");
}

/* The devices of Servers, found by what the caller may not see not at all. */
static enum status query_some(struct fixture *f, const char *user)
{
    return act_query(f, user,
                     &(struct object_query){
                         .wql = TEXT("select a.Name from SMS_R_System a where"
                                     " a.ResourceID in (select ResourceID from"
                                     " SMS_CM_RES_COLL_P0100014) and a.Name"
                                     " like '%[a-z]%' order by a.Name")});
}

static const struct act acts[] = {
    {"analyst", STATUS_OK, query_some},
    {"nobody", STATUS_DENIED, query_some},
    {"full", STATUS_OK, add_query},
    {"analyst", STATUS_NOT_FOUND, add_query},
    {"full", STATUS_OK, add_include},
    {"analyst", STATUS_OK, get_one},
    {"nobody", STATUS_NOT_FOUND, get_one},
    {"author", STATUS_OK, list_some},
    {"author", STATUS_OK, make_one},
    {"analyst", STATUS_DENIED, make_one},
    {"full", STATUS_OK, change_one},
    {"author", STATUS_NOT_FOUND, change_one},
    {"full", STATUS_OK, delete_one},
    {"full", STATUS_OK, add_member},
    {"analyst", STATUS_NOT_FOUND, add_member},
    {"full", STATUS_OK, add_admin},
    {"security", STATUS_DENIED, add_admin},
    {"full", STATUS_OK, move_collection},
    {"full", STATUS_OK, set_level},
    {"security", STATUS_DENIED, set_level},
    {"full", STATUS_OK, put_scope},
    {"author", STATUS_INVALID, put_scope},
};

/* Do the acts concern it? A secured class is in none of them. */
static bool is_concerned(const struct object_class *class)
{
    return class->since == 0;
}

/* Everything there is, as the top sees it: what a half done act would move. */
static void look_at_all(struct fixture *f, struct buf *out)
{
    size_t n;
    const struct object_class *const *classes = object_classes(&n);

    buf_clear(out);
    for (size_t i = 0; i < n; i++) {
        if (!is_concerned(classes[i]))
            continue;
        assert_int_equal(act_list(f, "full", classes[i]->name,
                                  &(struct object_list){.count = true}),
                         STATUS_OK);
        buf_append_text(out, buf_text(&f->text));
    }
}

static struct fixture *fresh(void)
{
    struct fixture *f = NULL;

    assert_int_equal(fixture_make(":memory:", &f), STATUS_OK);
    make_object(f, "SMS_Application", "CI_ID",
                "{'LocalizedDisplayName':'Editor'}");
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'web1'}");
    return f;
}

/* Each of the first, and then one of so many; in the long run, each. */
enum { EACH_OF_FIRST = 32, STRIDE = 23 };

static long next_to_fail(long n)
{
    return n < EACH_OF_FIRST || unit_is_long() ? n + 1 : n + STRIDE;
}

/* Fails later and later, until the act comes through whole. */
static void fail_everywhere(const struct act *act)
{
    SCOPED(buf_free) struct buf before = buf_make(1 << 20);
    SCOPED(buf_free) struct buf after = buf_make(1 << 20);
    struct fixture *f = fresh();
    enum status status;
    long n = 0;

    look_at_all(f, &before);
    do {
        has_failed = false;
        n_left = n;
        n = next_to_fail(n);
        status = act->run(f, act->user);
        n_left = -1;
        if (!has_failed)
            break;
        if (act->expected != STATUS_OK || status != STATUS_OK) {
            assert_int_not_equal(status, STATUS_OK);
            look_at_all(f, &after);
            assert_int_equal(before.size, after.size);
            assert_memory_equal(buf_text(&before).data, buf_text(&after).data,
                                before.size);
        } else { /* it did without: a cache was not filled */
            fixture_close((void **)&f);
            f = fresh();
        }
    } while (n < 20000);
    assert_int_equal(status, act->expected);
    fixture_close((void **)&f);
}

static void no_act_is_half_done_or_wrongly_allowed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(acts); i++)
        fail_everywhere(&acts[i]);
}

static void a_site_loads_whole_or_not_at_all(void **state)
{
    struct fixture *f = fresh();
    long n = 0;

    (void)state;
    for (;; n++) {
        OWNED(site) site = NULL;
        enum status loaded;

        has_failed = false;
        n_left = n;
        room_entered();
        loaded = site_load(f->store, &site);
        room_left();
        n_left = -1;
        assert_true((loaded == STATUS_OK) == (site != NULL));
        if (!has_failed)
            break;
        if (loaded == STATUS_OK) /* SQLite did without */
            assert_int_equal(rbac_engine_estate(site->engine)->n_admins, 5);
    }
    assert_true(n > 10);
    fixture_close((void **)&f);
}

static void who_applies_is_nobody_without_memory(void **state)
{
    struct fixture *f = fresh();
    uint32_t admins[4];
    uint32_t own;
    size_t n;

    (void)state;
    n_left = 0;
    room_entered();
    n = site_admins_of(f->site, (struct site_member){.user = "full"}, admins, 4,
                       &own);
    room_left();
    n_left = -1;
    assert_true(n > 4); /* not known, which is not nobody */
    assert_true(own == RBAC_NONE);
    assert_int_equal(site_admins_of(f->site,
                                    (struct site_member){.user = "full"},
                                    admins, 4, &own),
                     1);
    fixture_close((void **)&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_act_is_half_done_or_wrongly_allowed),
        cmocka_unit_test(a_site_loads_whole_or_not_at_all),
        cmocka_unit_test(who_applies_is_nobody_without_memory),
    };

    take_over_memory();
    log_set_fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
