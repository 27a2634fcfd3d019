/*
 * What is visible through few collections is read block by block, through many
 * as a whole: both are what the collections hold.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

enum { N_COLLECTIONS = 12 };

static char keys[N_COLLECTIONS][16];

/* Each with a device of its own and one that all share; beside a hidden one. */
static void make_estate(struct fixture *f)
{
    char shared[16];

    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'hidden'}");
    snprintf(shared, sizeof(shared), "%s",
             make_object(f, "SMS_R_System", "ResourceID", "{'Name':'shared'}"));
    for (size_t i = 0; i < N_COLLECTIONS; i++) {
        char json[160], name[16];

        snprintf(json, sizeof(json),
                 "{'Name':'c%zu','LimitToCollectionID':'SMS00001'}", i);
        snprintf(keys[i], sizeof(keys[i]), "%s",
                 make_object(f, "SMS_Collection", "CollectionID", json));
        snprintf(name, sizeof(name), "own%02zu", i);
        make_member(f, name, keys[i]);
        snprintf(json, sizeof(json),
                 "{'CollectionRule':{'RuleName':'s','ResourceID':%s}}", shared);
        assert_int_equal(act_invoke(f, "full", "SMS_Collection", keys[i],
                                    "AddMembershipRule", json),
                         STATUS_OK);
    }
}

/* An analyst of the first n. */
static void make_reader(struct fixture *f, size_t n)
{
    struct buf json = buf_make(4096);

    buf_append_format(&json,
                      "{'LogonName':'reader%zu','Permissions':["
                      "{'RoleID':'SMS0002R','CategoryID':'SMS00UNA'}",
                      n);
    for (size_t i = 0; i < n; i++)
        buf_append_format(&json,
                          ",{'RoleID':'SMS0002R','CategoryID':'%s',"
                          "'CategoryTypeID':1}",
                          keys[i]);
    buf_append(&json, "]}", 3); /* with its end */
    assert_int_equal(buf_status(&json), STATUS_OK);
    make_object(f, "SMS_Admin", "AdminID", buf_text(&json).data);
    buf_free(&json);
}

/* A list, of some order and filter. */
struct ask {
    const char *order;
    const char *filter;
    size_t n_hidden; /* that are not among what is asked for */
};
static const struct ask asks[] = {
    {"", "", 0},
    {"Name", "", 0},
    {"-Name", "", 0},
    {"", "Name LIKE 'own%'", 1},
    {"Name", "Name LIKE '%'", 0},
};

static size_t n_seen(struct fixture *f, const char *user, const struct ask *ask)
{
    assert_int_equal(
        act_list(f, user, "SMS_R_System",
                 &(struct object_list){.order = text_of(ask->order),
                                       .filter = text_of(ask->filter),
                                       .count = true}),
        STATUS_OK);
    assert_int_equal(number_in(f, "count"), n_items(f));
    return n_items(f) + ask->n_hidden;
}

static size_t n_queried(struct fixture *f, const char *user,
                        const char *collection)
{
    assert_int_equal(act_query(f, user,
                               &(struct object_query){
                                   .wql = TEXT("select * from SMS_R_System"),
                                   .limit_to = text_of(collection)}),
                     STATUS_OK);
    return n_items(f);
}

static void few_and_many_collections_show_what_they_hold(void **state)
{
    static const size_t few_and_many[] = {1, 8, 9, N_COLLECTIONS};
    struct fixture *f = *state;

    make_estate(f);
    for (size_t i = 0; i < ARRAY_SIZE(few_and_many); i++) {
        const size_t n = few_and_many[i];
        char user[16];

        make_reader(f, n);
        snprintf(user, sizeof(user), "reader%zu", n);
        for (size_t j = 0; j < ARRAY_SIZE(asks); j++)
            assert_int_equal(n_seen(f, user, &asks[j]), n + 1);
        assert_int_equal(n_queried(f, user, keys[0]), 2);
    }
}

/* How it is read is chosen by what a collection counts; not what is seen. */
static void a_wrong_count_shows_nothing_else(void **state)
{
    static const char *const counts[] = {
        "UPDATE collection SET MemberCount = 9999;",
        "UPDATE collection SET MemberCount = 0;"};
    struct fixture *f = *state;

    make_estate(f);
    make_reader(f, 1);
    for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
        assert_int_equal(store_write_begin(f->store), STATUS_OK);
        assert_int_equal(store_run_script(f->store, counts[i]), STATUS_OK);
        assert_int_equal(store_write_commit(f->store), STATUS_OK);
        for (size_t j = 0; j < ARRAY_SIZE(asks); j++)
            assert_int_equal(n_seen(f, "reader1", &asks[j]), 2);
        assert_int_equal(n_seen(f, "full", &asks[0]), N_COLLECTIONS + 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(few_and_many_collections_show_what_they_hold),
        WITH_SITE(a_wrong_count_shows_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
