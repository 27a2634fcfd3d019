#include "tests/unit/unit.h"

#include "provider/store/store.h"
#include "provider/store/store_copy.h"

/* Counts for longer than any test is patient. */
static const char endless[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT count(*) FROM n";

static int open_memory(void **state)
{
    struct store *store = NULL;

    if (store_open(":memory:", STORE_WRITE, &store) != STATUS_OK ||
        store_write_begin(store) != STATUS_OK ||
        store_run_script(store, "CREATE TABLE thing (n INTEGER) STRICT;") !=
            STATUS_OK ||
        store_write_commit(store) != STATUS_OK)
        return -1;
    *state = store;
    return 0;
}

static int close_memory(void **state)
{
    store_free(*state);
    return 0;
}

static enum status add_thing(struct store *store)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, "INSERT INTO thing VALUES (1)", &stmt));
    return store_run(stmt);
}

static enum status count(struct store *store, const char *sql, int64_t *n_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare_text(store, text_of(sql), &stmt));
    TRY(store_step(stmt));
    *n_out = store_int(stmt, 0);
    return STATUS_OK;
}

static void a_read_ends_when_its_time_is_used(void **state)
{
    const struct store_allowance allowance = {.cpu_us = 2000};
    int64_t n;

    store_allow(*state, &allowance);
    assert_false(store_is_spent(*state));
    assert_int_equal(count(*state, endless, &n), STATUS_LIMIT);
    assert_true(store_is_spent(*state));
    assert_int_equal(count(*state, "SELECT 1", &n), STATUS_LIMIT);

    store_allow(*state, NULL);
    assert_int_equal(count(*state, "SELECT 1", &n), STATUS_OK);
}

static void a_read_ends_when_nobody_waits(void **state)
{
    _Atomic bool is_gone = true;
    const struct store_allowance allowance = {.cpu_us = INT64_MAX / 2,
                                              .is_void = {NULL, &is_gone}};
    int64_t n;

    store_allow(*state, &allowance);
    assert_int_equal(count(*state, endless, &n), STATUS_LIMIT);
    is_gone = false;
    store_allow(*state, &allowance);
    assert_int_equal(count(*state, "SELECT 1", &n), STATUS_OK);
}

static void what_was_changed_before_outlives_a_read_that_is_cut(void **state)
{
    const struct store_allowance allowance = {.cpu_us = 2000};
    int64_t n = 0;

    assert_int_equal(store_write_begin(*state), STATUS_OK);
    assert_int_equal(add_thing(*state), STATUS_OK);
    assert_int_equal(store_part_begin(*state), STATUS_OK);
    store_allow(*state, &allowance);
    assert_int_equal(count(*state, endless, &n), STATUS_LIMIT);
    assert_int_equal(add_thing(*state), STATUS_LIMIT); /* not even begun */
    assert_int_equal(store_part_undo(*state), STATUS_OK);
    store_allow(*state, NULL);
    assert_int_equal(store_write_commit(*state), STATUS_OK);
    assert_int_equal(count(*state, "SELECT count(*) FROM thing", &n),
                     STATUS_OK);
    assert_int_equal(n, 1);
}

/* ---- Private copies ---- */

static void a_copy_has_the_rows_and_keeps_its_changes(void **state)
{
    OWNED(store) copy = NULL;
    int64_t n = 0;

    assert_int_equal(store_write_begin(*state), STATUS_OK);
    assert_int_equal(add_thing(*state), STATUS_OK);
    assert_int_equal(store_set_number(*state, "seven", 7), STATUS_OK);
    assert_int_equal(store_write_commit(*state), STATUS_OK);

    assert_int_equal(store_copy(*state, &copy), STATUS_OK);
    assert_int_equal(store_number(copy, "seven", &n), STATUS_OK);
    assert_int_equal(n, 7);
    assert_int_equal(store_write_begin(copy), STATUS_OK);
    assert_int_equal(add_thing(copy), STATUS_OK);
    assert_int_equal(store_write_commit(copy), STATUS_OK);
    assert_int_equal(count(copy, "SELECT count(*) FROM thing", &n), STATUS_OK);
    assert_int_equal(n, 2);
    assert_int_equal(count(*state, "SELECT count(*) FROM thing", &n),
                     STATUS_OK);
    assert_int_equal(n, 1);
}

static void a_copy_spends_what_is_left(void **state)
{
    _Atomic bool is_gone = false;
    const struct store_allowance allowance = {.cpu_us = INT64_MAX / 2,
                                              .is_void = {&is_gone, NULL}};
    OWNED(store) copy = NULL;

    store_allow(*state, &allowance);
    assert_int_equal(store_copy(*state, &copy), STATUS_OK);
    assert_int_equal(store_write_begin(copy), STATUS_OK);
    assert_int_equal(add_thing(copy), STATUS_OK);
    is_gone = true;
    assert_int_equal(add_thing(copy), STATUS_LIMIT);
    assert_true(store_is_spent(copy));
}

#define WITH_MEMORY(test)                                                      \
    cmocka_unit_test_setup_teardown(test, open_memory, close_memory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MEMORY(a_read_ends_when_its_time_is_used),
        WITH_MEMORY(a_read_ends_when_nobody_waits),
        WITH_MEMORY(what_was_changed_before_outlives_a_read_that_is_cut),
        WITH_MEMORY(a_copy_has_the_rows_and_keeps_its_changes),
        WITH_MEMORY(a_copy_spends_what_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
