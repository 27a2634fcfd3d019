/* A store that was closed in an orderly way, and what anybody did to its files
 * before it is opened again. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "provider/store/seal_mark.h"
#include "provider/store/store_private.h"

struct place {
    char top[64];
    char path[96], key[96], anchor[96], mark[112];
    struct seal_place seal;
};

static const char schema[] =
    "CREATE TABLE person (row INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT, right INTEGER) STRICT;"
    "CREATE INDEX person_by_name ON person (name);"
    "INSERT INTO person (name, right) VALUES ('alice', 1), ('bob', 0);";

static void script(struct store *store, const char *sql)
{
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(store_run_script(store, sql), STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
}

static void leave(struct store *store)
{
    seal_leave(store);
    store_free(store);
}

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    struct store *store = NULL;

    strcpy(place->top, "/tmp/test_mark.XXXXXX");
    if (!mkdtemp(place->top))
        return -1;
    snprintf(place->path, sizeof(place->path), "%s/site.db", place->top);
    snprintf(place->key, sizeof(place->key), "%s/key", place->top);
    snprintf(place->anchor, sizeof(place->anchor), "%s/anchor", place->top);
    snprintf(place->mark, sizeof(place->mark), "%s-mark", place->path);
    place->seal = (struct seal_place){place->key, place->anchor};
    if (store_open(place->path, STORE_MAKE, &store) != STATUS_OK ||
        seal_make(store, &place->seal) != STATUS_OK)
        return -1;
    script(store, schema);
    leave(store);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {
        "site.db",      "site.db-wal",  "site.db-shm",
        "site.db-mark", "site.db-kept", "mark-kept",
        "key",          "key.pub",      "anchor"};
    struct place *place = *state;
    char path[160];

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", place->top, names[i]);
        unlink(path);
    }
    rmdir(place->top);
    free(place);
    return 0;
}

static struct store *open_it(const struct place *place)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();
    struct store *store = NULL;

    assert_int_equal(store_open(place->path, STORE_WRITE, &store), STATUS_OK);
    if (seal_open(store, &place->seal, &report) == STATUS_OK)
        return store;
    store_free(store);
    return NULL;
}

/* Would its rows be left unread? */
static bool is_marked(const struct place *place)
{
    OWNED(store) store = NULL;
    OWNED(seal) seal = NULL;
    struct seal_key *key;
    bool is_taken;

    if (store_open(place->path, STORE_WRITE, &store) != STATUS_OK)
        return false; /* not even as a database */
    assert_int_equal(seal_key_open(place->key, &key), STATUS_OK);
    assert_int_equal(seal_new(key, &seal), STATUS_OK);
    assert_int_equal(store_read_begin(store), STATUS_OK);
    is_taken = seal_mark_take(store, seal);
    store_read_end(store);
    return is_taken;
}

static long size_of(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 ? (long)about.st_size : -1;
}

static void flip(const char *path, long at)
{
    FILE *file = fopen(path, "r+b");
    int byte;

    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    byte = fgetc(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    fputc(byte ^ 0x10, file);
    fclose(file);
}

static void copy(const char *from, const char *to)
{
    char command[256];

    snprintf(command, sizeof(command), "cp %s %s", from, to);
    assert_int_equal(system(command), 0);
}

/* By another program: the database only. */
static void change(const struct place *place, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* ---- Tests ---- */

static void a_store_that_nobody_touched_is_known(void **state)
{
    const struct place *place = *state;
    struct store *store;

    for (int round = 0; round < 3; round++) {
        assert_true(is_marked(place));
        store = open_it(place);
        assert_non_null(store);
        script(store, "INSERT INTO person (name) VALUES ('carol')");
        leave(store);
    }
}

/* The sums it brings are those of the rows, also for the changes after it. */
static void what_it_says_of_the_rows_is_so(void **state)
{
    const struct place *place = *state;
    struct store *store = open_it(place);

    assert_non_null(store);
    script(store, "UPDATE person SET name = 'dave' WHERE name = 'bob'");
    leave(store);
    store = open_it(place);
    assert_non_null(store);
    script(store, "DELETE FROM person WHERE name = 'alice'");
    store_free(store); /* as if it was killed */
    assert_false(is_marked(place));
    unlink(place->mark);
    store = open_it(place);
    assert_non_null(store);
    store_free(store);
}

static void no_byte_of_the_database_may_be_another(void **state)
{
    const struct place *place = *state;
    const long size = size_of(place->path);

    assert_true(size > 0);
    for (long at = 0; at < size; at += 509) {
        flip(place->path, at);
        assert_false(is_marked(place));
        flip(place->path, at);
    }
    assert_true(is_marked(place));
}

static void no_byte_of_the_mark_may_be_another(void **state)
{
    const struct place *place = *state;
    const long size = size_of(place->mark);

    assert_true(size > 0);
    for (long at = 0; at < size; at += at < 64 ? 3 : 101) {
        flip(place->mark, at);
        assert_false(is_marked(place));
        flip(place->mark, at);
    }
    for (long end = size - 1; end >= 0; end -= 67) {
        assert_int_equal(truncate(place->mark, end), 0);
        assert_false(is_marked(place));
    }
    unlink(place->mark);
    assert_false(is_marked(place));
}

static void foreign_rows_are_refused_beside_a_mark(void **state)
{
    const struct place *place = *state;

    change(place, "UPDATE person SET right = 1 WHERE name = 'bob'");
    assert_int_equal(size_of(place->mark) > 0, true);
    assert_null(open_it(place));
}

/* The mark fits, and the anchor has seen more. */
static void an_older_database_with_its_mark_is_refused(void **state)
{
    const struct place *place = *state;
    char database[160], mark[160];
    struct store *store;

    snprintf(database, sizeof(database), "%s-kept", place->path);
    snprintf(mark, sizeof(mark), "%s/mark-kept", place->top);
    copy(place->path, database);
    copy(place->mark, mark);
    store = open_it(place);
    assert_non_null(store);
    script(store, "UPDATE person SET right = 0 WHERE name = 'alice'");
    leave(store);
    copy(database, place->path);
    copy(mark, place->mark);
    assert_true(is_marked(place));
    assert_null(open_it(place));
}

/* What its log holds is no part of the database's own bytes. */
static void a_log_that_is_left_forbids_it(void **state)
{
    const struct place *place = *state;
    char log[160], mark[160];
    struct store *store = open_it(place);

    snprintf(log, sizeof(log), "%s-wal", place->path);
    snprintf(mark, sizeof(mark), "%s/mark-kept", place->top);
    assert_non_null(store);
    copy(place->mark, mark);
    script(store, "INSERT INTO person (name) VALUES ('erin')");
    assert_true(size_of(log) > 0);
    copy(mark, place->mark);
    assert_false(is_marked(place));
    store_free(store);
}

static void nothing_is_left_by_a_store_in_use(void **state)
{
    const struct place *place = *state;
    struct store *store = open_it(place);

    assert_non_null(store);
    unlink(place->mark);
    assert_int_equal(store_write_begin(store), STATUS_OK);
    seal_leave(store);
    assert_int_equal(size_of(place->mark), -1);
    store_write_rollback(store);
    leave(store);
    assert_true(is_marked(place));
}

#define MARKED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MARKED(a_store_that_nobody_touched_is_known),
        MARKED(what_it_says_of_the_rows_is_so),
        MARKED(no_byte_of_the_database_may_be_another),
        MARKED(no_byte_of_the_mark_may_be_another),
        MARKED(foreign_rows_are_refused_beside_a_mark),
        MARKED(an_older_database_with_its_mark_is_refused),
        MARKED(a_log_that_is_left_forbids_it),
        MARKED(nothing_is_left_by_a_store_in_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
