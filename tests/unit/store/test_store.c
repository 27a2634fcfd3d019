#include "tests/unit/unit.h"

#include <stdio.h>

#include "provider/store/store.h"

static int open_memory(void **state)
{
    struct store *store = NULL;

    if (store_open(":memory:", STORE_WRITE, &store) != STATUS_OK)
        return -1;
    if (store_write_begin(store) != STATUS_OK ||
        store_run_script(store,
                         "CREATE TABLE thing (n INTEGER PRIMARY KEY,"
                         " t TEXT UNIQUE, b BLOB) STRICT;") != STATUS_OK ||
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

static enum status add_thing(struct store *store, int64_t n, struct text t)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, "INSERT INTO thing VALUES (?1, ?2, ?3)", &stmt));
    store_bind_int(stmt, 1, n);
    store_bind_text(stmt, 2, t);
    store_bind_blob(stmt, 3, t);
    return store_run(stmt);
}

static int64_t count_things(struct store *store)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(store_prepare(store, "SELECT count(*) FROM thing", &stmt),
                     STATUS_OK);
    assert_int_equal(store_step(stmt), STATUS_OK);
    return store_int(stmt, 0);
}

static void gives_back_what_was_bound(void **state)
{
    struct store *store = *state;
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 7, TEXT("a'b\"c\0d")), STATUS_OK);
    assert_int_equal(add_thing(store, 8, (struct text){0}), STATUS_OK);
    assert_int_equal(store_last_row(store), 8);
    assert_int_equal(store_n_changed(store), 1);
    assert_int_equal(store_write_commit(store), STATUS_OK);

    assert_int_equal(
        store_prepare(store, "SELECT n, t, b FROM thing ORDER BY n", &stmt),
        STATUS_OK);
    assert_int_equal(store_step(stmt), STATUS_OK);
    assert_int_equal(store_int(stmt, 0), 7);
    assert_int_equal(store_text(stmt, 2).size, 7);
    assert_memory_equal(store_text(stmt, 2).data, "a'b\"c\0d", 7);
    assert_int_equal(store_step(stmt), STATUS_OK);
    assert_int_equal(store_text(stmt, 1).size, 0);
    assert_false(store_is_null(stmt, 1)); /* empty is not absent */
    assert_int_equal(store_step(stmt), STATUS_END);
}

static void keeps_a_statement_and_lends_a_second_when_it_is_out(void **state)
{
    static const char sql[] = "SELECT n FROM thing";
    struct store *store = *state;
    struct store_stmt *first = NULL;
    struct store_stmt *second = NULL;
    struct store_stmt *again = NULL;
    const struct store_stmt *kept;

    assert_int_equal(store_prepare(store, sql, &first), STATUS_OK);
    assert_int_equal(store_prepare(store, sql, &second), STATUS_OK);
    assert_ptr_not_equal(first, second);
    kept = first;
    store_done(&first);
    store_done(&second);
    assert_null(first);
    assert_int_equal(store_prepare(store, sql, &again), STATUS_OK);
    assert_ptr_equal(again, kept);
    store_done(&again);
    store_done(&again); /* of nothing is nothing */
}

static void drops_the_least_used_text(void **state)
{
    struct store *store = *state;
    char sql[64];

    for (int i = 0; i < 300; i++) {
        SCOPED(store_done) struct store_stmt *stmt = NULL;

        snprintf(sql, sizeof(sql), "SELECT %d", i);
        assert_int_equal(store_prepare_text(store, text_of(sql), &stmt),
                         STATUS_OK);
        assert_int_equal(store_step(stmt), STATUS_OK);
        assert_int_equal(store_int(stmt, 0), i);
    }
}

static void tells_a_constraint_as_a_conflict(void **state)
{
    struct store *store = *state;

    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 1, TEXT("one")), STATUS_OK);
    assert_int_equal(add_thing(store, 2, TEXT("one")), STATUS_CONFLICT);
    assert_int_equal(add_thing(store, 2, TEXT("two")), STATUS_OK);
    store_write_rollback(store);
    assert_int_equal(count_things(store), 0);
}

static void undoes_a_part_alone(void **state)
{
    struct store *store = *state;

    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 1, TEXT("kept")), STATUS_OK);
    assert_int_equal(store_part_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 2, TEXT("outer")), STATUS_OK);
    assert_int_equal(store_part_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 3, TEXT("inner")), STATUS_OK);
    assert_int_equal(store_part_undo(store), STATUS_OK);
    assert_int_equal(count_things(store), 2);
    assert_int_equal(store_part_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 4, TEXT("inner")), STATUS_OK);
    assert_int_equal(store_part_keep(store), STATUS_OK);
    assert_int_equal(store_part_undo(store), STATUS_OK); /* the outer one */
    assert_int_equal(store_write_commit(store), STATUS_OK);
    assert_int_equal(count_things(store), 1);
}

/* With nothing before it, it is all of the change. */
static void undoes_a_first_part_and_goes_on(void **state)
{
    struct store *store = *state;

    assert_int_equal(store_write_begin(store), STATUS_OK);
    for (int tries = 0; tries < 2; tries++) {
        assert_int_equal(store_part_begin(store), STATUS_OK);
        assert_int_equal(add_thing(store, 1, TEXT("outer")), STATUS_OK);
        assert_int_equal(store_part_begin(store), STATUS_OK);
        assert_int_equal(add_thing(store, 2, TEXT("inner")), STATUS_OK);
        assert_int_equal(store_part_keep(store), STATUS_OK);
        assert_int_equal(store_part_undo(store), STATUS_OK);
        assert_int_equal(count_things(store), 0);
    }
    assert_int_equal(add_thing(store, 3, TEXT("kept")), STATUS_OK);
    assert_int_equal(store_part_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 4, TEXT("later")), STATUS_OK);
    assert_int_equal(store_part_undo(store), STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
    assert_int_equal(count_things(store), 1);
}

static void keeps_a_first_part_and_what_follows(void **state)
{
    struct store *store = *state;

    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(store_part_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 1, TEXT("first")), STATUS_OK);
    assert_int_equal(store_part_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 2, TEXT("inner")), STATUS_OK);
    assert_int_equal(store_part_undo(store), STATUS_OK);
    assert_int_equal(store_part_keep(store), STATUS_OK);
    assert_int_equal(store_part_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 3, TEXT("second")), STATUS_OK);
    assert_int_equal(store_part_undo(store), STATUS_OK);
    assert_int_equal(count_things(store), 1);
    assert_int_equal(store_write_commit(store), STATUS_OK);
    assert_int_equal(count_things(store), 1);
}

static void refuses_pragmas_files_and_schema_outside_a_change(void **state)
{
    static const char *const bad[] = {
        "PRAGMA synchronous = OFF",
        "PRAGMA writable_schema = ON",
        "ATTACH DATABASE '/tmp/other' AS other",
        "DROP TABLE thing",
        "CREATE TABLE other (n)",
        "CREATE TEMP TABLE other (n)",
        "VACUUM INTO '/tmp/copy'",
        "SELECT load_extension('/tmp/x')",
        "SELECT \"no such column\"",
    };
    struct store *store = *state;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        SCOPED(store_done) struct store_stmt *stmt = NULL;
        enum status outcome = store_prepare_text(store, text_of(bad[i]), &stmt);

        if (outcome == STATUS_OK)
            outcome = store_run(stmt);
        assert_int_not_equal(outcome, STATUS_OK);
    }
    assert_int_not_equal(store_run_script(store, "DROP TABLE thing"),
                         STATUS_OK);
}

static bool is_even(void *context, const struct store_value *args,
                    size_t n_args)
{
    *(int *)context += 1;
    return n_args == 1 && args[0].integer % 2 == 0;
}

static void asks_a_function_for_every_row(void **state)
{
    static const char sql[] = "SELECT count(*) FROM thing WHERE even(n)";
    struct store *store = *state;
    struct store_stmt *stmt = NULL;
    int n_asked = 0;

    assert_int_equal(store_register(store, "even", 1, is_even, &n_asked),
                     STATUS_OK);
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(add_thing(store, 1, TEXT("a")), STATUS_OK);
    assert_int_equal(add_thing(store, 2, TEXT("b")), STATUS_OK);
    assert_int_equal(add_thing(store, 4, TEXT("c")), STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);

    assert_int_equal(store_prepare(store, sql, &stmt), STATUS_OK);
    assert_int_equal(store_step(stmt), STATUS_OK);
    assert_int_equal(store_int(stmt, 0), 2);
    assert_int_equal(n_asked, 3);
    store_done(&stmt);

    /* Nobody answers: no. */
    assert_int_equal(store_register(store, "even", 1, NULL, NULL), STATUS_OK);
    assert_int_equal(store_prepare(store, sql, &stmt), STATUS_OK);
    assert_int_equal(store_step(stmt), STATUS_OK);
    assert_int_equal(store_int(stmt, 0), 0);
    store_done(&stmt);
}

static void keeps_numbers_under_names(void **state)
{
    struct store *store = *state;
    int64_t value = 5;

    assert_int_equal(store_number(store, "serial", &value), STATUS_OK);
    assert_int_equal(value, 0);
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(store_set_number(store, "serial", 41), STATUS_OK);
    assert_int_equal(store_set_number(store, "serial", INT64_MIN), STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
    assert_int_equal(store_number(store, "serial", &value), STATUS_OK);
    assert_true(value == INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(gives_back_what_was_bound, open_memory,
                                        close_memory),
        cmocka_unit_test_setup_teardown(
            keeps_a_statement_and_lends_a_second_when_it_is_out, open_memory,
            close_memory),
        cmocka_unit_test_setup_teardown(drops_the_least_used_text, open_memory,
                                        close_memory),
        cmocka_unit_test_setup_teardown(tells_a_constraint_as_a_conflict,
                                        open_memory, close_memory),
        cmocka_unit_test_setup_teardown(undoes_a_part_alone, open_memory,
                                        close_memory),
        cmocka_unit_test_setup_teardown(undoes_a_first_part_and_goes_on,
                                        open_memory, close_memory),
        cmocka_unit_test_setup_teardown(keeps_a_first_part_and_what_follows,
                                        open_memory, close_memory),
        cmocka_unit_test_setup_teardown(
            refuses_pragmas_files_and_schema_outside_a_change, open_memory,
            close_memory),
        cmocka_unit_test_setup_teardown(asks_a_function_for_every_row,
                                        open_memory, close_memory),
        cmocka_unit_test_setup_teardown(keeps_numbers_under_names, open_memory,
                                        close_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
