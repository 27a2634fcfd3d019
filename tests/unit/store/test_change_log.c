/*
 * The log of changes: it has what was committed, no more and no less, and says
 * so when it does not reach back far enough.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/store/change_log.h"
#include "provider/store/seal.h"
#include "provider/store/seal_private.h"
#include "provider/store/store_private.h"
#include "tests/unit/unit.h"

struct site {
    char top[64];
    char path[96], key[96], anchor[96];
    struct store *store;
};

/* As tables of classes are, and one that is none. */
static const char SCHEMA[] =
    "CREATE TABLE thing (row INTEGER PRIMARY KEY AUTOINCREMENT,"
    " row_version INTEGER NOT NULL DEFAULT 1, name TEXT UNIQUE) STRICT;"
    "CREATE TABLE other (row INTEGER PRIMARY KEY AUTOINCREMENT,"
    " row_version INTEGER NOT NULL DEFAULT 1) STRICT;"
    "CREATE TABLE aside (row INTEGER PRIMARY KEY, value INTEGER) STRICT;";

static int set_up(void **state)
{
    struct site *site = calloc(1, sizeof(*site));
    struct seal_place place = {site->key, site->anchor};

    strcpy(site->top, "/tmp/test_change_log.XXXXXX");
    if (!mkdtemp(site->top))
        return -1;
    snprintf(site->path, sizeof(site->path), "%s/site.db", site->top);
    snprintf(site->key, sizeof(site->key), "%s/key", site->top);
    snprintf(site->anchor, sizeof(site->anchor), "%s/anchor", site->top);
    if (store_open(site->path, STORE_MAKE, &site->store) != STATUS_OK ||
        seal_make(site->store, &place) != STATUS_OK ||
        store_write_begin(site->store) != STATUS_OK ||
        store_run_script(site->store, SCHEMA) != STATUS_OK ||
        store_write_commit(site->store) != STATUS_OK)
        return -1;
    *state = site;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"site.db", "site.db-wal", "site.db-shm",
                                        "key",     "key.pub",     "anchor"};
    struct site *site = *state;
    char path[160];

    store_free(site->store);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", site->top, names[i]);
        unlink(path);
    }
    rmdir(site->top);
    free(site);
    return 0;
}

static enum status run(struct site *site, const char *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare_text(site->store, text_of(sql), &stmt));
    return store_run(stmt);
}

static void begin(struct site *site)
{
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
}

static void commit(struct site *site)
{
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
}

static void change(struct site *site, const char *sql)
{
    begin(site);
    assert_int_equal(run(site, sql), STATUS_OK);
    commit(site);
}

static int64_t last(struct site *site)
{
    int64_t first_at, last_at;

    assert_int_equal(change_log_ends(site->store, &first_at, &last_at),
                     STATUS_OK);
    return last_at;
}

/* "1-3 7": the rows that changed behind a position. */
static const char *since(struct site *site, const char *table, int64_t position)
{
    static char text[256];
    struct row_runs runs = {0};
    size_t n = 0;

    assert_int_equal(change_log_since(site->store, table, position, &runs),
                     STATUS_OK);
    text[0] = '\0';
    for (size_t i = 0; i < runs.n; i++)
        n += (size_t)snprintf(
            text + n, sizeof(text) - n,
            runs.of[i].first == runs.of[i].last ? "%s%d" : "%s%d-%d",
            i ? " " : "", (int)runs.of[i].first, (int)runs.of[i].last);
    row_runs_clear(&runs);
    return text;
}

static void it_has_what_came_changed_and_went(void **state)
{
    struct site *site = *state;
    int64_t at;

    change(site, "INSERT INTO thing (name) VALUES ('a'), ('b'), ('c'), ('d')");
    assert_string_equal(since(site, "thing", 0), "1-4");
    assert_string_equal(since(site, "other", 0), "");
    at = last(site);
    change(site, "UPDATE thing SET row_version = row_version + 1"
                 " WHERE name = 'c'");
    change(site, "DELETE FROM thing WHERE name = 'a'");
    change(site, "INSERT INTO other DEFAULT VALUES");
    assert_string_equal(since(site, "thing", at), "1 3");
    assert_string_equal(since(site, "other", at), "1");
    assert_string_equal(since(site, "thing", last(site)), "");
}

static void one_change_is_one_row_for_each_table(void **state)
{
    struct site *site = *state;
    const int64_t at = last(site);

    begin(site);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(run(site, "INSERT INTO thing DEFAULT VALUES"),
                         STATUS_OK);
    assert_int_equal(run(site, "UPDATE thing SET row_version = 2"
                               " WHERE row % 2 = 0"),
                     STATUS_OK);
    assert_int_equal(run(site, "INSERT INTO other DEFAULT VALUES"), STATUS_OK);
    commit(site);
    assert_int_equal(last(site), at + 2);
    assert_string_equal(since(site, "thing", at), "1-1000");
}

static void what_is_no_new_version_is_no_change(void **state)
{
    struct site *site = *state;
    int64_t at;

    change(site, "INSERT INTO thing (name) VALUES ('a')");
    at = last(site);
    change(site, "UPDATE thing SET name = 'b'");
    change(site, "INSERT INTO aside (value) VALUES (1)");
    assert_int_equal(last(site), at);
}

static void what_was_undone_is_not_in_it(void **state)
{
    struct site *site = *state;
    int64_t at;

    change(site, "INSERT INTO thing (name) VALUES ('a'), ('b'), ('c')");
    at = last(site);
    begin(site);
    assert_int_equal(run(site, "UPDATE thing SET row_version = 2"
                               " WHERE name = 'a'"),
                     STATUS_OK);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    assert_int_equal(run(site, "UPDATE thing SET row_version = 2"
                               " WHERE name = 'b'"),
                     STATUS_OK);
    assert_int_equal(store_part_undo(site->store), STATUS_OK);
    assert_int_equal(run(site, "INSERT INTO thing (name)"
                               " VALUES ('new'), ('c')"),
                     STATUS_CONFLICT);
    commit(site);
    assert_string_equal(since(site, "thing", at), "1");

    begin(site);
    assert_int_equal(run(site, "DELETE FROM thing"), STATUS_OK);
    store_write_rollback(site->store);
    assert_string_equal(since(site, "thing", at), "1");
}

static void neighbours_of_an_undone_part_are_not_joined_to_it(void **state)
{
    struct site *site = *state;
    const int64_t at = last(site);

    begin(site);
    assert_int_equal(run(site, "INSERT INTO thing (row) VALUES (1)"),
                     STATUS_OK);
    assert_int_equal(store_part_begin(site->store), STATUS_OK);
    assert_int_equal(run(site, "INSERT INTO thing (row) VALUES (2)"),
                     STATUS_OK);
    assert_int_equal(store_part_undo(site->store), STATUS_OK);
    commit(site);
    assert_string_equal(since(site, "thing", at), "1");
}

static void whoever_asks_too_late_is_told(void **state)
{
    struct site *site = *state;
    struct row_runs runs;
    int64_t at, first_at, last_at;

    change(site, "INSERT INTO thing (name) VALUES ('a')");
    at = last(site);
    begin(site); /* as after so many changes */
    assert_int_equal(run(site, "UPDATE change_log SET position = position"
                               " + 65536 + 256"),
                     STATUS_OK);
    commit(site);
    change(site, "INSERT INTO change_log VALUES (1, 'thing', x'')");
    change(site, "UPDATE thing SET row_version = row_version + 1");
    assert_int_equal(change_log_ends(site->store, &first_at, &last_at),
                     STATUS_OK);
    assert_int_equal(last_at, at + CHANGE_LOG_KEPT + CHANGE_LOG_SPARE + 1);
    assert_int_equal(first_at, last_at - 1);
    assert_int_equal(change_log_since(site->store, "thing", at, &runs),
                     STATUS_NOT_FOUND);
    assert_int_equal(change_log_since(site->store, "thing", last_at + 1, &runs),
                     STATUS_NOT_FOUND);
    assert_string_equal(since(site, "thing", first_at), "1");
}

static void a_change_of_too_many_rows_is_one_of_which_nothing_is_known(
    void **state)
{
    struct site *site = *state;
    struct row_runs runs;
    int64_t at;

    change(site, "INSERT INTO thing (name) VALUES ('a')");
    at = last(site);
    begin(site);
    assert_int_equal(run(site, "UPDATE thing SET row_version = 2"), STATUS_OK);
    site->store->seal->changes.is_too_much = true;
    commit(site);
    assert_int_equal(change_log_since(site->store, "other", at, &runs),
                     STATUS_NOT_FOUND);
    assert_string_equal(since(site, "thing", last(site)), "");
}

static void tables_that_come_later_are_followed(void **state)
{
    struct site *site = *state;

    begin(site);
    assert_int_equal(
        store_run_script(site->store,
                         "CREATE TABLE later (row INTEGER PRIMARY KEY,"
                         " row_version INTEGER NOT NULL) STRICT"),
        STATUS_OK);
    commit(site);
    change(site, "INSERT INTO later VALUES (5, 1), (7, 1)");
    assert_string_equal(since(site, "later", 0), "5 7");
}

static void runs_are_read_as_they_were_written(void **state)
{
    static const struct row_run written[] = {
        {1, 1}, {3, 200}, {16777217, 17000000}, {INT64_MAX - 1, INT64_MAX - 1}};
    SCOPED(buf_free) struct buf bytes = buf_make(64);
    struct row_walk walk = {0};
    int64_t before = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(written); i++) {
        row_run_append(&bytes, before, written[i]);
        before = written[i].last;
    }
    walk.rest = buf_text(&bytes);
    for (size_t i = 0; i < ARRAY_SIZE(written); i++) {
        assert_int_equal(row_walk_next(&walk), STATUS_OK);
        assert_int_equal(walk.run.first, written[i].first);
        assert_int_equal(walk.run.last, written[i].last);
    }
    assert_int_equal(row_walk_next(&walk), STATUS_END);

    for (size_t n = 1; n < bytes.size; n++) {
        enum status status;

        walk = (struct row_walk){.rest = {buf_text(&bytes).data, n}};
        while ((status = row_walk_next(&walk)) == STATUS_OK)
            assert_true(walk.run.first <= walk.run.last);
        assert_true(status == STATUS_END || status == STATUS_INVALID);
    }
    walk = (struct row_walk){.rest = TEXT("\xff\xff\xff\xff\xff\xff\xff\xff"
                                          "\xff\xff\x01")};
    assert_int_equal(row_walk_next(&walk), STATUS_INVALID);
}

#define LOGGED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOGGED(it_has_what_came_changed_and_went),
        LOGGED(one_change_is_one_row_for_each_table),
        LOGGED(what_is_no_new_version_is_no_change),
        LOGGED(what_was_undone_is_not_in_it),
        LOGGED(neighbours_of_an_undone_part_are_not_joined_to_it),
        LOGGED(whoever_asks_too_late_is_told),
        LOGGED(a_change_of_too_many_rows_is_one_of_which_nothing_is_known),
        LOGGED(tables_that_come_later_are_followed),
        cmocka_unit_test(runs_are_read_as_they_were_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
