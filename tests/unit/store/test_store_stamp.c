/* Stamps: has anything changed that a statement reads? */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "provider/store/seal.h"
#include "provider/store/store.h"

struct site {
    char top[64];
    char path[96];
    char key[96];
    char anchor[96];
    struct seal_place place;
    struct store *store;
    struct store_stmt *stmt; /* reads thing */
};

static void run(struct site *site, const char *sql)
{
    assert_int_equal(store_run_with(site->store, sql, STORE_NO_ARGS),
                     STATUS_OK);
}

static int setup(void **state)
{
    struct site *site = calloc(1, sizeof(*site));

    snprintf(site->top, sizeof(site->top), "/tmp/test_store_stamp.XXXXXX");
    assert_non_null(mkdtemp(site->top));
    snprintf(site->path, sizeof(site->path), "%s/site.db", site->top);
    snprintf(site->key, sizeof(site->key), "%s/store.key", site->top);
    snprintf(site->anchor, sizeof(site->anchor), "%s/anchor", site->top);
    site->place = (struct seal_place){site->key, site->anchor};
    assert_int_equal(store_open(site->path, STORE_MAKE, &site->store),
                     STATUS_OK);
    assert_int_equal(seal_make(site->store, &site->place), STATUS_OK);
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(
        store_run_script(site->store,
                         "CREATE TABLE thing (row INTEGER PRIMARY KEY, n INT "
                         "UNIQUE); CREATE TABLE other (row INTEGER PRIMARY "
                         "KEY)"),
        STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
    assert_int_equal(store_prepare_own(site->store,
                                       TEXT("SELECT n FROM thing WHERE n IN "
                                            "(SELECT value FROM json_each("
                                            "'[1]'))"),
                                       &site->stmt),
                     STATUS_OK);
    *state = site;
    return 0;
}

static int teardown(void **state)
{
    struct site *site = *state;
    char command[96];

    store_stmt_drop(&site->stmt);
    store_free(site->store);
    snprintf(command, sizeof(command), "rm -rf %s", site->top);
    assert_int_equal(system(command), 0);
    free(site);
    return 0;
}

static void a_stamp_is_another_after_a_change_of_what_is_read(void **state)
{
    struct site *site = *state;
    const uint64_t before = store_stamp(site->stmt);
    uint64_t within;

    assert_true(before);
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    run(site, "INSERT INTO other VALUES (1)");
    assert_true(store_stamp(site->stmt) == before);
    run(site, "INSERT INTO thing VALUES (1, 1)");
    within = store_stamp(site->stmt);
    assert_true(within != before);
    run(site, "DELETE FROM thing"); /* all of it at once */
    assert_true(store_stamp(site->stmt) != within);
    assert_true(store_stamp(site->stmt) != before);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
}

/* What was noted within it is not true any more. */
static void a_stamp_is_another_after_a_part_was_undone(void **state)
{
    struct site *site = *state;
    uint64_t within;

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    run(site, "INSERT INTO thing VALUES (1, 1)");
    within = store_stamp(site->stmt);
    assert_int_equal(store_part_undo(site->store), STATUS_OK);
    assert_true(store_stamp(site->stmt) != within);
    run(site, "INSERT INTO thing VALUES (2, 2)");
    within = store_stamp(site->stmt);
    assert_int_equal(store_run_with(site->store,
                                    "INSERT INTO thing VALUES (3, 3), (4, 2)",
                                    STORE_NO_ARGS),
                     STATUS_CONFLICT);
    assert_true(store_stamp(site->stmt) != within);
    within = store_stamp(site->stmt);
    store_write_rollback(site->store);
    assert_true(store_stamp(site->stmt) != within);
}

/* What was tried elsewhere and undone changed nothing of it. */
static void a_part_that_is_undone_leaves_the_stamps_of_others(void **state)
{
    struct site *site = *state;
    const uint64_t other = store_table_bit("other");
    uint64_t before, before_other;

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    run(site, "INSERT INTO thing VALUES (1, 1)");
    before = store_stamp(site->stmt);
    before_other = store_stamp_of(site->store, other);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    run(site, "INSERT INTO other VALUES (1)");
    assert_int_equal(store_part_keep(site->store), STATUS_OK);
    assert_int_equal(store_part_undo(site->store), STATUS_OK);
    assert_true(store_stamp(site->stmt) == before);
    assert_true(store_stamp_of(site->store, other) > before_other + 1);
    store_write_rollback(site->store);
    assert_true(store_stamp(site->stmt) != before);
}

/* The schema that it was read with is undone too. */
static void a_part_with_another_schema_leaves_no_stamp(void **state)
{
    struct site *site = *state;
    uint64_t within;

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    run(site, "INSERT INTO other VALUES (1)");
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    assert_int_equal(
        store_run_script(site->store, "ALTER TABLE other ADD COLUMN n INT"),
        STATUS_OK);
    within = store_stamp(site->stmt);
    assert_int_equal(store_part_undo(site->store), STATUS_OK);
    assert_true(store_stamp(site->stmt) != within);
    store_write_rollback(site->store);
}

static void of_tables_that_nobody_follows_there_is_no_stamp(void **state)
{
    static const char *const texts[] = {
        "SELECT id FROM audit", "SELECT n FROM thing, audit_head",
        "SELECT value FROM number", "SELECT name FROM sqlite_schema",
        "SELECT 1"};
    struct site *site = *state;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        struct store_stmt *stmt = NULL;

        assert_int_equal(
            store_prepare_own(site->store, text_of(texts[i]), &stmt),
            STATUS_OK);
        assert_true(store_stamp(stmt) == 0);
        store_stmt_drop(&stmt);
    }
}

static void a_shape_is_the_same_after_a_quiet_change_and_no_other(void **state)
{
    struct site *site = *state;
    const uint64_t thing = store_table_bit("thing");
    uint64_t before;

    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    run(site, "INSERT INTO thing VALUES (1, 1)");
    before = store_shape_of(site->store, thing);
    assert_true(before);
    assert_int_equal(
        store_run_quietly(site->store, "UPDATE thing SET n = 2", STORE_NO_ARGS),
        STATUS_OK);
    assert_true(store_shape_of(site->store, thing) == before);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    assert_int_equal(
        store_run_quietly(site->store, "UPDATE thing SET n = 4", STORE_NO_ARGS),
        STATUS_OK);
    assert_int_equal(store_part_undo(site->store), STATUS_OK);
    assert_true(store_shape_of(site->store, thing) == before);
    run(site, "UPDATE thing SET n = 3");
    assert_true(store_shape_of(site->store, thing) != before);
    store_write_rollback(site->store);
    assert_true(store_shape_of(site->store, thing) != before);
}

#define WITH_SITE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_stamp_is_another_after_a_change_of_what_is_read),
        WITH_SITE(a_stamp_is_another_after_a_part_was_undone),
        WITH_SITE(a_part_that_is_undone_leaves_the_stamps_of_others),
        WITH_SITE(a_part_with_another_schema_leaves_no_stamp),
        WITH_SITE(a_shape_is_the_same_after_a_quiet_change_and_no_other),
        WITH_SITE(of_tables_that_nobody_follows_there_is_no_stamp),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
