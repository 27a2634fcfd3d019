/*
 * What evaluations say that they did is what they did: as many members came and
 * went as are counted, in slices, at once, after a stop, and device by device.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <string.h>

#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/evaluation_slice.h"
#include "provider/object/collection/members.h"

static struct evaluation between;

enum { N_BLOCKS = 5, APART = 4096, FIRST = 16777217, ONE = 20, OTHER = 21 };

static int64_t number_of(struct fixture *f, const char *sql, int64_t collection)
{
    int64_t value = -1;

    assert_int_equal(store_int_with(f->store, sql,
                                    STORE_ARGS(STORE_INT(collection)), &value),
                     STATUS_OK);
    return value;
}

static int64_t property_of(struct fixture *f, int64_t collection,
                           const char *property)
{
    char key[16];

    snprintf(key, sizeof(key), "P01%05X", (unsigned)collection);
    assert_int_equal(act_get(f, "full", "SMS_Collection", key), STATUS_OK);
    return number_in(f, property);
}

static void is_full(struct fixture *f, int64_t collection, int64_t n)
{
    assert_int_equal(property_of(f, collection, "FullEvaluationMemberChanges"),
                     n);
    assert_true(property_of(f, collection, "FullEvaluationRunTime") > 0);
    if (n > 0)
        assert_non_null(text_in(f, "FullEvaluationMemberChangeTime"));
}

static void is_incremental(struct fixture *f, int64_t collection, int64_t n)
{
    assert_int_equal(
        property_of(f, collection, "IncrementalEvaluationMemberChanges"), n);
    assert_true(property_of(f, collection, "IncrementalEvaluationRunTime") > 0);
    assert_string_equal(text_in(f, "IncrementalEvaluationLastRefreshTime"),
                        text_in(f, "IncrementalEvaluationMemberChangeTime"));
}

/* Devices each in a block of its own; the other collection includes the one. */
static void make_site(struct fixture *f)
{
    for (int i = 0; i < N_BLOCKS; i++) {
        char sql[128];
        char json[64];

        snprintf(sql, sizeof(sql),
                 "UPDATE sqlite_sequence SET seq = %d WHERE name = 'device'",
                 FIRST - 1 + i * APART);
        if (i > 0)
            assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
        snprintf(json, sizeof(json), "{'Name':'pc%d'}", i);
        make_object(f, "SMS_R_System", "ResourceID", json);
    }
    assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100015",
                                "AddMembershipRule",
                                "{'CollectionRule':{'IncludeCollectionID':"
                                "'P0100014'}}"),
                     STATUS_OK);
}

static void find(struct fixture *f, const char *like)
{
    char sql[256];

    snprintf(sql, sizeof(sql),
             "DELETE FROM collection_rule WHERE collection = 20;"
             "INSERT INTO collection_rule (collection, kind, wql, name) VALUES"
             " (20, 2, 'select * from SMS_R_System where Name like ''%s''',"
             " 'q');",
             like);
    assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
}

static bool step(struct fixture *f)
{
    bool has_more;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(
        evaluation_slice(&between, f->store, f->now_s, 0, &has_more),
        STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    return has_more;
}

static void finish(struct fixture *f)
{
    for (size_t n = 0; step(f); n++)
        assert_true(n < 1000);
    evaluation_clear(&between);
}

static void request(struct fixture *f)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(evaluation_request(f->store, ONE, true, f->now_s),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

static void a_full_evaluation_counts_what_came_and_went(void **state)
{
    struct fixture *f = *state;

    make_site(f);
    find(f, "pc%");
    request(f);
    finish(f);
    is_full(f, ONE, N_BLOCKS);
    is_full(f, OTHER, N_BLOCKS);
    find(f, "%3");
    request(f);
    finish(f);
    is_full(f, ONE, N_BLOCKS - 1);
    is_full(f, OTHER, N_BLOCKS - 1);
    request(f);
    finish(f);
    is_full(f, ONE, 0);
    is_full(f, OTHER, N_BLOCKS - 1); /* which was not evaluated again */
    find(f, "pc4");
    request(f);
    finish(f);
    is_full(f, ONE, 2);
    is_full(f, OTHER, 2);
    assert_true(number_of(f,
                          "SELECT IncrementalEvaluationMemberChanges IS NULL"
                          " FROM collection WHERE row = ?1",
                          ONE));
}

static void a_stop_loses_none_of_them(void **state)
{
    struct fixture *f = *state;

    make_site(f);
    find(f, "pc%");
    request(f);
    while (property_of(f, ONE, "MemberCount") < 2)
        assert_true(step(f));
    evaluation_clear(&between);
    finish(f);
    is_full(f, ONE, N_BLOCKS);
}

static void what_an_act_began_is_counted_with_the_rest(void **state)
{
    struct fixture *f = *state;
    struct member_outcome outcome = {0};

    make_site(f);
    find(f, "pc%");
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(members_query(f->store, ONE, f->now_s, 0), STATUS_OK);
    assert_int_equal(members_evaluate(f->store, ONE, f->now_s, 0, &outcome),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    assert_int_equal(property_of(f, ONE, "MemberCount"), 1);
    finish(f);
    is_full(f, ONE, N_BLOCKS);
    is_full(f, OTHER, N_BLOCKS);
}

static void an_act_counts_its_own(void **state)
{
    struct fixture *f = *state;

    make_site(f);
    assert_int_equal(
        act_invoke(f, "full", "SMS_Collection", "P0100014", "AddMembershipRule",
                   "{'CollectionRule':{'RuleName':'q','QueryExpression':"
                   "'select * from SMS_R_System where Name like \\'pc%\\''}}"),
        STATUS_OK);
    finish(f);
    is_full(f, ONE, N_BLOCKS);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(act_invoke(f, "full", "SMS_Collection", "P0100014",
                                    "RequestRefresh", "{}"),
                         STATUS_OK);
        finish(f);
        is_full(f, ONE, 0);
    }
    is_full(f, OTHER, N_BLOCKS);
}

static void a_change_of_a_device_is_incremental(void **state)
{
    struct fixture *f = *state;

    make_site(f);
    find(f, "in%");
    assert_int_equal(act_update(f, "full", "SMS_Collection", "P0100014",
                                "{'RefreshType':4}"),
                     STATUS_OK);
    finish(f);
    is_full(f, ONE, 0);
    assert_int_equal(
        act_update(f, "full", "SMS_R_System", "16777217", "{'Name':'in0'}"),
        STATUS_OK);
    is_incremental(f, ONE, 1);
    is_incremental(f, OTHER, 1);
    assert_int_equal(act_import(f, "full", "SMS_R_System", "Name",
                                "[{'Name':'in7'},{'Name':'in8'},"
                                "{'Name':'out9'}]"),
                     STATUS_OK);
    is_incremental(f, ONE, 2);
    is_incremental(f, OTHER, 2);
    assert_int_equal(act_delete(f, "full", "SMS_R_System", "16777217"),
                     STATUS_OK);
    is_incremental(f, ONE, 1);
    is_full(f, ONE, 0);
    assert_int_equal(property_of(f, ONE, "MemberCount"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_full_evaluation_counts_what_came_and_went),
        WITH_SITE(a_stop_loses_none_of_them),
        WITH_SITE(what_an_act_began_is_counted_with_the_rest),
        WITH_SITE(an_act_counts_its_own),
        WITH_SITE(a_change_of_a_device_is_incremental),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
