/*
 * Which evaluations go through a block once for all collections. They ask what
 * changed since the last slice: only a sealed store knows.
 */
#include "tests/unit/object/site_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/object/collection/evaluation.h"
#include "provider/object/collection/evaluation_slice.h"
#include "provider/object/collection/members.h"
#include "provider/store/seal.h"

enum {
    N_LOWER = 40,
    TOP = 20,
    OTHER_TOP = 21,
    LOW = 30, /* one of the lower ones */
    FIRST = 16777217,
    N_BLOCKS = 3,
};

struct sealed {
    struct fixture *f;
    char top[32];
};

static void path_in(const struct sealed *sealed, const char *name,
                    char path[64])
{
    snprintf(path, 64, "%s/%s", sealed->top, name);
}

static int set_up(void **state)
{
    struct sealed *sealed = calloc(1, sizeof(*sealed));
    char path[64], key[64], anchor[64];
    const struct seal_place place = {key, anchor};

    strcpy(sealed->top, "/tmp/test_wide.XXXXXX");
    if (!mkdtemp(sealed->top))
        return -1;
    path_in(sealed, "site.db", path);
    path_in(sealed, "key", key);
    path_in(sealed, "anchor", anchor);
    *state = sealed;
    if (fixture_make(path, &sealed->f) != STATUS_OK)
        return -1;
    return seal_make(sealed->f->store, &place) == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"site.db", "site.db-wal", "site.db-shm",
                                        "key",     "key.pub",     "anchor"};
    struct sealed *sealed = *state;
    void *fixture = sealed->f;

    fixture_close(&fixture);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        char path[64];

        path_in(sealed, names[i], path);
        unlink(path);
    }
    rmdir(sealed->top);
    free(sealed);
    return 0;
}

static int64_t number_of(struct fixture *f, const char *sql)
{
    int64_t value = -1;

    assert_int_equal(store_int_with(f->store, sql, STORE_NO_ARGS, &value),
                     STATUS_OK);
    return value;
}

/* Within a change, as others change a sealed store. */
static void run(struct fixture *f, const char *sql)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

static void make_rule(struct fixture *f, int64_t collection)
{
    char sql[160];

    snprintf(sql, sizeof(sql),
             "INSERT INTO collection_rule (collection, kind, resource, name)"
             " SELECT %d, 1, row, 'd' FROM device;",
             (int)collection);
    run(f, sql);
}

/* Two at the top, and many that the first limits, if it does. */
static void make_tree(struct fixture *f, bool is_limit)
{
    make_object(f, "SMS_R_System", "ResourceID", "{'Name':'pc1'}");
    make_rule(f, TOP);
    make_rule(f, OTHER_TOP);
    for (int64_t i = 0; i < N_LOWER; i++) {
        make_object(f, "SMS_Collection", "CollectionID",
                    is_limit
                        ? "{'Name':'Low','LimitToCollectionID':'P0100014'}"
                        : "{'Name':'Low','LimitToCollectionID':'SMS00001'}");
        make_rule(f, OTHER_TOP + 1 + i);
    }
}

static void request(struct fixture *f, int64_t collection)
{
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(evaluation_request(f->store, collection, false, f->now_s),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

static bool step(struct fixture *f, struct evaluation *between)
{
    bool has_more;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(
        evaluation_slice(between, f->store, f->now_s, 0, &has_more), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    return has_more;
}

static void finish(struct fixture *f, struct evaluation *between)
{
    for (size_t n = 0; step(f, between); n++)
        assert_true(n < 1000);
    evaluation_clear(between);
    assert_int_equal(number_of(f, "SELECT count(*) FROM label_due"), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM collection_due"), 0);
}

/* All that is due, a step at a time; returns whether any was wide. */
static bool evaluate(struct fixture *f)
{
    struct evaluation between = {0};
    bool is_wide = false;

    for (size_t n = 0; step(f, &between); n++) {
        assert_true(n < 1000);
        is_wide |= between.is_wide;
    }
    evaluation_clear(&between);
    return is_wide;
}

static int64_t n_members(struct fixture *f)
{
    return number_of(f, "SELECT count(*) FROM collection_member m"
                        " WHERE collection BETWEEN 22 AND 61");
}

/* Each of the lower ones, in its last full evaluation. */
static void check_came(struct fixture *f, int64_t n)
{
    int64_t n_others = -1;

    assert_int_equal(
        store_int_with(f->store,
                       "SELECT count(*) FROM collection WHERE row BETWEEN 22"
                       " AND 61 AND NOT (FullEvaluationMemberChanges IS ?1"
                       " AND FullEvaluationRunTime > 0)",
                       STORE_ARGS(STORE_INT(n)), &n_others),
        STATUS_OK);
    assert_int_equal(n_others, 0);
}

static void few_are_many_if_many_depend_on_them(void **state)
{
    struct fixture *f = ((struct sealed *)*state)->f;

    make_tree(f, true);
    request(f, TOP);
    request(f, OTHER_TOP);
    assert_true(evaluate(f));
    assert_int_equal(n_members(f), N_LOWER);
    check_came(f, 1);
    assert_int_equal(number_of(f, "SELECT count(*) FROM label_due"), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM collection_due"), 0);
}

static void few_that_none_depends_on_are_few(void **state)
{
    struct fixture *f = ((struct sealed *)*state)->f;

    make_tree(f, false);
    request(f, TOP);
    request(f, OTHER_TOP);
    assert_false(evaluate(f));
    assert_int_equal(n_members(f), 0);
    assert_int_equal(number_of(f, "SELECT count(*) FROM collection_due"), 0);
}

/* ---- Through all blocks ---- */

/* A device in each of some blocks, and all that names them is due. */
static void make_many(struct fixture *f)
{
    for (int i = 0; i < N_BLOCKS; i++) {
        char sql[128];

        make_object(f, "SMS_R_System", "ResourceID", "{'Name':'pc'}");
        snprintf(sql, sizeof(sql),
                 "UPDATE sqlite_sequence SET seq = %d WHERE name = 'device';",
                 FIRST - 1 + (i + 1) * BLOCK_ROWS);
        run(f, sql);
    }
    make_tree(f, true);
    for (int64_t i = 0; i < N_LOWER + 2; i++)
        request(f, TOP + i);
}

/* Until the first block is through, and others are not. */
static void go_halfway(struct fixture *f, struct evaluation *between)
{
    for (size_t n = 0; between->counted.n == 0; n++) {
        assert_true(n < 1000);
        assert_true(step(f, between));
    }
    assert_int_equal(between->blocks.n, N_BLOCKS + 1);
    assert_int_equal(between->counted.n, 1);
}

static void check_counts(struct fixture *f)
{
    assert_int_equal(
        number_of(f, "SELECT count(*) FROM collection c WHERE row >= 20 AND"
                     " MemberCount <> (SELECT count(*) FROM collection_member m"
                     " WHERE m.collection = c.row)"),
        0);
}

static void many_go_through_all_blocks_and_are_counted(void **state)
{
    struct fixture *f = ((struct sealed *)*state)->f;
    struct evaluation between = {0};

    make_many(f);
    run(f, "UPDATE collection SET MemberCount = 99 WHERE row = 30;");
    go_halfway(f, &between);
    finish(f, &between);
    assert_int_equal(n_members(f), N_LOWER * (N_BLOCKS + 1));
    check_counts(f);
    check_came(f, N_BLOCKS + 1);
}

/* From a block that was counted. */
static void what_leaves_meanwhile_is_not_counted(void **state)
{
    struct fixture *f = ((struct sealed *)*state)->f;
    struct evaluation between = {0};

    make_many(f);
    go_halfway(f, &between);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(members_leave(f->store, FIRST, f->now_s), STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    finish(f, &between);
    assert_int_equal(n_members(f), N_LOWER * N_BLOCKS);
    check_counts(f);
    check_came(f, N_BLOCKS + 1); /* one went by itself */
}

static void exclude(struct fixture *f, int64_t collection, int64_t other)
{
    char sql[160];

    snprintf(sql, sizeof(sql),
             "INSERT INTO collection_rule (collection, kind, other, name)"
             " VALUES (%d, 4, %d, 'e');",
             (int)collection, (int)other);
    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(store_run_script(f->store, sql), STATUS_OK);
    assert_int_equal(evaluation_follow(f->store, collection, true, f->now_s),
                     STATUS_OK);
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
}

/* Of a rule that is made between two slices. */
static void what_is_excluded_meanwhile_does_not_come(void **state)
{
    struct fixture *f = ((struct sealed *)*state)->f;
    struct evaluation between = {0};

    make_many(f);
    go_halfway(f, &between);
    exclude(f, LOW, OTHER_TOP);
    finish(f, &between);
    assert_int_equal(n_members(f), (N_LOWER - 1) * (N_BLOCKS + 1));
    check_counts(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(few_are_many_if_many_depend_on_them,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(few_that_none_depends_on_are_few,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            many_go_through_all_blocks_and_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_leaves_meanwhile_is_not_counted,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_is_excluded_meanwhile_does_not_come, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
