/* Copies of a sealed store: they read pages where they stand, and write their
 * own. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/store/seal.h"
#include "provider/store/store_copy.h"
#include "provider/store/store_private.h"

enum { MANY = 4000, WIDE = 1000 };

struct site {
    char top[64];
    char path[96];
    char key[96];
    char anchor[96];
    struct seal_place place;
    struct store *store;
    struct store *reader;
};

static void run(struct store *store, const char *sql)
{
    assert_int_equal(store_run_with(store, sql, STORE_NO_ARGS), STATUS_OK);
}

static void change(struct store *store, const char *sql)
{
    assert_int_equal(store_write_begin(store), STATUS_OK);
    run(store, sql);
    assert_int_equal(store_write_commit(store), STATUS_OK);
}

static int64_t number(struct store *store, const char *sql)
{
    int64_t value = -1;

    assert_int_equal(store_int_with(store, sql, STORE_NO_ARGS, &value),
                     STATUS_OK);
    return value;
}

static int64_t sum_of(struct store *store)
{
    return number(store, "SELECT sum(length(bytes)) FROM wide");
}

static int note_fault(void *n_faults, int n, char **texts, char **names)
{
    (void)names;
    if (n != 1 || strcmp(texts[0], "ok") != 0)
        ++*(int *)n_faults;
    return 0;
}

static bool is_whole(struct store *store)
{
    int n_faults = 0;

    store->is_sealed = false;
    assert_int_equal(sqlite3_exec(store->db, "PRAGMA integrity_check",
                                  note_fault, &n_faults, NULL),
                     SQLITE_OK);
    store->is_sealed = true;
    return n_faults == 0;
}

static void set_n(struct store *store, int64_t n)
{
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(store_set_number(store, "n", n), STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
}

static int64_t n_of(struct store *store)
{
    return number(store, "SELECT value FROM number WHERE name = 'n'");
}

static void fill(struct store *store)
{
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(store_run_script(store, "CREATE TABLE wide (row INTEGER "
                                             "PRIMARY KEY, bytes BLOB)"),
                     STATUS_OK);
    for (int64_t i = 0; i < MANY; i++)
        assert_int_equal(
            store_run_with(store, "INSERT INTO wide VALUES (?1, zeroblob(?2))",
                           STORE_ARGS(STORE_INT(i + 1), STORE_INT(WIDE))),
            STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
}

static int setup(void **state)
{
    struct site *site = calloc(1, sizeof(*site));

    snprintf(site->top, sizeof(site->top), "/tmp/test_store_copy.XXXXXX");
    assert_non_null(mkdtemp(site->top));
    snprintf(site->path, sizeof(site->path), "%s/site.db", site->top);
    snprintf(site->key, sizeof(site->key), "%s/store.key", site->top);
    snprintf(site->anchor, sizeof(site->anchor), "%s/anchor", site->top);
    site->place = (struct seal_place){site->key, site->anchor};
    assert_int_equal(store_open(site->path, STORE_MAKE, &site->store),
                     STATUS_OK);
    assert_int_equal(seal_make(site->store, &site->place), STATUS_OK);
    fill(site->store);
    set_n(site->store, 1);
    assert_int_equal(store_open(site->path, STORE_READ, &site->reader),
                     STATUS_OK);
    *state = site;
    return 0;
}

static int teardown(void **state)
{
    struct site *site = *state;
    char command[96];

    store_free(site->reader);
    store_free(site->store);
    snprintf(command, sizeof(command), "rm -rf %s", site->top);
    assert_int_equal(system(command), 0);
    free(site);
    return 0;
}

static void begin_reading(struct site *site)
{
    store_read_end(site->reader);
    assert_int_equal(store_read_begin(site->reader), STATUS_OK);
    (void)n_of(site->reader);
}

/* Nothing is copied: its pages are those of the site's files. */
static void a_copy_copies_nothing(void **state)
{
    struct site *site = *state;
    OWNED(store) copy = NULL;

    begin_reading(site);
    assert_int_equal(store_copy(site->reader, &copy), STATUS_OK);
    assert_non_null(copy->overlay);
    assert_int_equal(n_of(copy), 1);
    assert_int_equal(sum_of(copy), (int64_t)MANY * WIDE);
}

static void a_copy_writes_for_itself_alone(void **state)
{
    struct site *site = *state;
    OWNED(store) copy = NULL;

    begin_reading(site);
    assert_int_equal(store_copy(site->reader, &copy), STATUS_OK);
    change(copy, "UPDATE wide SET bytes = zeroblob(length(bytes) + 1)");
    assert_int_equal(sum_of(copy), (int64_t)MANY * (WIDE + 1));
    assert_int_equal(sum_of(site->reader), (int64_t)MANY * WIDE);
    assert_int_equal(sum_of(site->store), (int64_t)MANY * WIDE);
    change(copy, "DELETE FROM wide WHERE row % 3 > 0");
    assert_int_equal(number(copy, "SELECT count(*) FROM wide"), MANY / 3);
    assert_true(is_whole(copy));
}

/* More than its cache holds, within a part that is undone. */
static void a_part_of_a_copy_is_undone(void **state)
{
    struct site *site = *state;
    OWNED(store) copy = NULL;

    begin_reading(site);
    assert_int_equal(store_copy(site->reader, &copy), STATUS_OK);
    assert_int_equal(store_write_begin(copy), STATUS_OK);
    run(copy, "DELETE FROM wide WHERE row = 1");
    assert_int_equal(store_part_begin(copy), STATUS_OK);
    for (int i = 0; i < 4; i++)
        run(copy, "INSERT INTO wide (bytes) SELECT bytes FROM wide");
    assert_int_equal(store_part_undo(copy), STATUS_OK);
    assert_int_equal(sum_of(copy), (int64_t)(MANY - 1) * WIDE);
    store_write_rollback(copy);
    assert_int_equal(sum_of(copy), (int64_t)MANY * WIDE);
}

/* The reader began some changes ago: the copy is of then. */
static void a_copy_is_of_the_change_that_is_read(void **state)
{
    struct site *site = *state;
    OWNED(store) copy = NULL;

    begin_reading(site);
    for (int64_t n = 2; n < 9; n++)
        set_n(site->store, n);
    change(site->store, "DELETE FROM wide");
    assert_int_equal(store_copy(site->reader, &copy), STATUS_OK);
    assert_non_null(copy->overlay);
    assert_int_equal(n_of(copy), 1);
    assert_int_equal(sum_of(copy), (int64_t)MANY * WIDE);
}

static int move_log(struct store *store, int how)
{
    return sqlite3_wal_checkpoint_v2(store->db, "main", how, NULL, NULL);
}

/* Pages stay where the copy finds them, however far its reader has gone. */
static void a_copy_outlives_the_log(void **state)
{
    struct site *site = *state;
    OWNED(store) copy = NULL;

    sqlite3_busy_timeout(site->store->db, 0);
    begin_reading(site);
    assert_int_equal(store_copy(site->reader, &copy), STATUS_OK);
    store_read_end(site->reader);
    set_n(site->store, 2);
    change(site->store, "UPDATE wide SET bytes = x''");
    (void)move_log(site->store, SQLITE_CHECKPOINT_PASSIVE);
    assert_int_equal(move_log(site->store, SQLITE_CHECKPOINT_TRUNCATE),
                     SQLITE_BUSY);
    change(site->store, "DELETE FROM wide");
    assert_int_equal(n_of(copy), 1);
    assert_int_equal(sum_of(copy), (int64_t)MANY * WIDE);
    store_free(TAKE(copy));
    assert_int_equal(move_log(site->store, SQLITE_CHECKPOINT_TRUNCATE),
                     SQLITE_OK);
    assert_int_equal(number(site->store, "SELECT count(*) FROM wide"), 0);
}

/* Of a database whose log is empty, was moved, or was begun anew. */
static void a_copy_is_made_in_every_state_of_the_log(void **state)
{
    static const int ways[] = {
        SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_FULL,
        SQLITE_CHECKPOINT_RESTART, SQLITE_CHECKPOINT_TRUNCATE};
    struct site *site = *state;

    for (size_t i = 0; i < 2 * ARRAY_SIZE(ways); i++) {
        OWNED(store) copy = NULL;
        OWNED(store) later = NULL;

        store_read_end(site->reader);
        assert_int_equal(move_log(site->store, ways[i % ARRAY_SIZE(ways)]),
                         SQLITE_OK);
        if (i >= ARRAY_SIZE(ways))
            set_n(site->store, (int64_t)i);
        begin_reading(site);
        assert_int_equal(store_copy(site->reader, &copy), STATUS_OK);
        assert_non_null(copy->overlay);
        assert_int_equal(n_of(copy), n_of(site->reader));
        set_n(site->store, 100 + (int64_t)i);
        assert_int_equal(store_copy(site->reader, &later), STATUS_OK);
        assert_non_null(later->overlay);
        assert_int_equal(n_of(later), n_of(site->reader));
        assert_int_equal(sum_of(later), (int64_t)MANY * WIDE);
    }
}

static int64_t log_bytes(const struct site *site)
{
    char path[128];
    struct stat about;

    snprintf(path, sizeof(path), "%s-wal", site->path);
    assert_int_equal(stat(path, &about), 0);
    return about.st_size;
}

/* It grows while somebody reads; afterwards it is cut. */
static void a_log_does_not_stay_long(void **state)
{
    const int64_t max = 64 << 20;
    struct site *site = *state;

    begin_reading(site);
    change(site->store, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT "
                        "i + 1 FROM n WHERE i < 70) INSERT INTO wide (bytes) "
                        "SELECT zeroblob(1 << 20) FROM n");
    assert_true(log_bytes(site) > max);
    store_read_end(site->reader);
    assert_int_equal(move_log(site->store, SQLITE_CHECKPOINT_PASSIVE),
                     SQLITE_OK);
    set_n(site->store, 2);
    set_n(site->store, 3);
    assert_true(log_bytes(site) <= max);
}

#define WITH_SITE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SITE(a_copy_copies_nothing),
        WITH_SITE(a_copy_writes_for_itself_alone),
        WITH_SITE(a_part_of_a_copy_is_undone),
        WITH_SITE(a_copy_is_of_the_change_that_is_read),
        WITH_SITE(a_copy_outlives_the_log),
        WITH_SITE(a_copy_is_made_in_every_state_of_the_log),
        WITH_SITE(a_log_does_not_stay_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
