#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/store/store_copy.h"
#include "provider/store/store_schema_sql.h"

struct place {
    char directory[32];
    char path[64];
};

static int make_place(void **state)
{
    struct place *place = calloc(1, sizeof(*place));

    if (!place)
        return -1;
    strcpy(place->directory, "/tmp/store-XXXXXX");
    if (!mkdtemp(place->directory))
        return -1;
    snprintf(place->path, sizeof(place->path), "%s/site.db", place->directory);
    *state = place;
    return 0;
}

static int clear_place(void **state)
{
    struct place *place = *state;
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[96];

    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        snprintf(path, sizeof(path), "%s%s", place->path, ends[i]);
        unlink(path);
    }
    rmdir(place->directory);
    free(place);
    return 0;
}

static void makes_a_file_for_its_owner_alone(void **state)
{
    const struct place *place = *state;
    OWNED(store) store = NULL;
    struct stat about;
    const mode_t before = umask(0);

    assert_int_equal(store_open(place->path, STORE_MAKE, &store), STATUS_OK);
    umask(before);
    assert_int_equal(stat(place->path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void refuses_a_file_that_others_may_touch(void **state)
{
    const struct place *place = *state;
    struct store *store = NULL;

    assert_int_equal(store_open(place->path, STORE_MAKE, &store), STATUS_OK);
    store_free(store);
    store = NULL;
    assert_int_equal(chmod(place->path, 0640), 0);
    assert_int_equal(store_open(place->path, STORE_MAKE, &store),
                     STATUS_INVALID);
    assert_int_equal(store_open(place->path, STORE_READ, &store),
                     STATUS_INVALID);
    assert_int_equal(chmod(place->path, 0600), 0);
    assert_int_equal(store_open(place->path, STORE_READ, &store), STATUS_OK);
    store_free(store);
}

static void refuses_a_symbolic_link(void **state)
{
    const struct place *place = *state;
    char target[96];
    struct store *store = NULL;

    snprintf(target, sizeof(target), "%s/elsewhere", place->directory);
    assert_int_equal(symlink(target, place->path), 0);
    assert_int_equal(store_open(place->path, STORE_MAKE, &store),
                     STATUS_INVALID);
    assert_int_not_equal(access(target, F_OK), 0);
}

static void refuses_to_read_what_nobody_made(void **state)
{
    const struct place *place = *state;
    struct store *store = NULL;

    assert_int_equal(store_open(place->path, STORE_READ, &store),
                     STATUS_UNAVAILABLE);
    assert_int_not_equal(access(place->path, F_OK), 0);
}

static void write_header(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(chmod(path, 0600), 0);
}

static void refuses_a_foreign_database(void **state)
{
    const struct place *place = *state;
    struct store *store = NULL;

    write_header(place->path, "PRAGMA application_id = 7; CREATE TABLE t (n)");
    assert_int_equal(store_open(place->path, STORE_MAKE, &store),
                     STATUS_INVALID);
}

static void refuses_a_newer_database(void **state)
{
    const struct place *place = *state;
    struct store *store = NULL;

    assert_int_equal(store_open(place->path, STORE_MAKE, &store), STATUS_OK);
    store_free(store);
    store = NULL;
    write_header(place->path, "PRAGMA user_version = 999");
    assert_int_equal(store_open(place->path, STORE_MAKE, &store),
                     STATUS_INVALID);
}

static int add_row(void *context, int n, char **values, char **names)
{
    char(*schema)[16384] = context;
    const size_t used = strlen(*schema);

    (void)n;
    (void)names;
    snprintf(*schema + used, sizeof(*schema) - used, "%s\n", values[0]);
    return 0;
}

static void read_schema(const char *path, char (*schema)[16384])
{
    sqlite3 *db = NULL;

    (*schema)[0] = '\0';
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "SELECT sql FROM sqlite_master WHERE sql <> '' "
                     "ORDER BY name",
                     add_row, schema, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    assert_true(strlen(*schema) < sizeof(*schema) - 1);
}

/* One of each version that there was, with a record in it, becomes what a new
 * one is. */
static void upgrades_every_earlier_version(void **state)
{
    static const char *const steps[] = {SQL_STORE_STEP_1, SQL_STORE_STEP_2,
                                        SQL_STORE_STEP_3, SQL_STORE_STEP_4,
                                        SQL_STORE_STEP_5, SQL_STORE_STEP_6};
    static const char record[] =
        "INSERT INTO used_token VALUES (x'00', 9223372036854775807)";
    const struct place *place = *state;
    char fresh[16384], upgraded[16384];
    struct store *store = NULL;

    assert_int_equal(store_open(place->path, STORE_MAKE, &store), STATUS_OK);
    assert_int_equal(store_upgrade(store), STATUS_OK);
    store_free(store);
    read_schema(place->path, &fresh);
    for (size_t version = 1; version < ARRAY_SIZE(steps); version++) {
        OWNED(store) old = NULL;
        SCOPED(store_done) struct store_stmt *stmt = NULL;

        unlink(place->path);
        for (size_t i = 0; i < version; i++)
            write_header(place->path, steps[i]);
        write_header(place->path, record);
        assert_int_equal(store_open(place->path, STORE_MAKE, &old), STATUS_OK);
        assert_int_equal(store_upgrade(old), STATUS_OK);
        assert_int_equal(store_row_with(old, "SELECT count(*) FROM used_token",
                                        STORE_NO_ARGS, &stmt),
                         STATUS_OK);
        assert_int_equal(store_int(stmt, 0), 1);
        read_schema(place->path, &upgraded);
        assert_string_equal(upgraded, fresh);
    }
}

static void refuses_a_damaged_file(void **state)
{
    const struct place *place = *state;
    struct store *store = NULL;
    const int fd = open(place->path, O_WRONLY | O_CREAT, 0600);
    char noise[4096];

    memset(noise, 'x', sizeof(noise));
    assert_int_equal(write(fd, noise, sizeof(noise)), sizeof(noise));
    close(fd);
    assert_int_not_equal(store_open(place->path, STORE_MAKE, &store),
                         STATUS_OK);
}

static int64_t read_number(struct store *store, const char *name)
{
    int64_t value = -1;

    assert_int_equal(store_number(store, name, &value), STATUS_OK);
    return value;
}

/* By the last byte, which may have been a zero: SQLite would not notice. */
static void refuses_a_file_that_is_cut_off(void **state)
{
    const struct place *place = *state;
    struct store *store = NULL;
    struct stat about;

    assert_int_equal(store_open(place->path, STORE_MAKE, &store), STATUS_OK);
    store_free(store);
    store = NULL;
    assert_int_equal(stat(place->path, &about), 0);
    assert_int_equal(truncate(place->path, about.st_size - 1), 0);
    assert_int_equal(store_open(place->path, STORE_WRITE, &store),
                     STATUS_INVALID);
    assert_int_equal(store_open(place->path, STORE_READ, &store),
                     STATUS_INVALID);
    assert_null(store);
}

static void set_number(struct store *store, const char *name, int64_t value)
{
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(store_set_number(store, name, value), STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
}

static void a_reader_sees_one_state_until_it_ends(void **state)
{
    const struct place *place = *state;
    OWNED(store) writer = NULL;
    OWNED(store) reader = NULL;

    assert_int_equal(store_open(place->path, STORE_MAKE, &writer), STATUS_OK);
    assert_int_equal(store_open(place->path, STORE_READ, &reader), STATUS_OK);
    set_number(writer, "n", 1);
    assert_int_equal(store_read_begin(reader), STATUS_OK);
    assert_int_equal(read_number(reader, "n"), 1);
    set_number(writer, "n", 2);
    assert_int_equal(store_read_begin(reader), STATUS_OK); /* open already */
    assert_int_equal(read_number(reader, "n"), 1);
    store_read_end(reader);
    assert_int_equal(read_number(reader, "n"), 2);
}

static void a_reader_cannot_write(void **state)
{
    const struct place *place = *state;
    OWNED(store) writer = NULL;
    OWNED(store) reader = NULL;

    assert_int_equal(store_open(place->path, STORE_MAKE, &writer), STATUS_OK);
    assert_int_equal(store_open(place->path, STORE_READ, &reader), STATUS_OK);
    assert_int_not_equal(store_write_begin(reader), STATUS_OK);
    assert_int_not_equal(store_set_number(reader, "n", 1), STATUS_OK);
    set_number(writer, "n", 1);
}

enum { MANY = 30000, WIDE = 1000 }; /* together more than a cache holds */

static void fill(struct store *store)
{
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(
        store_run_script(store, "CREATE TABLE wide (row INTEGER PRIMARY KEY,"
                                " bytes BLOB NOT NULL) STRICT"),
        STATUS_OK);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(
            store_run_with(store, "INSERT INTO wide VALUES (?1, zeroblob(?2))",
                           STORE_ARGS(STORE_INT(i + 1), STORE_INT(WIDE))),
            STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
}

static int64_t sum_of(struct store *store)
{
    int64_t sum = -1;

    assert_int_equal(store_int_with(store,
                                    "SELECT sum(length(bytes)) FROM wide",
                                    STORE_NO_ARGS, &sum),
                     STATUS_OK);
    return sum;
}

/* Other connections write on meanwhile, and learn nothing of it. */
static void a_copy_is_what_its_reader_sees(void **state)
{
    const struct place *place = *state;
    OWNED(store) writer = NULL;
    OWNED(store) reader = NULL;
    OWNED(store) copy = NULL;

    assert_int_equal(store_open(place->path, STORE_MAKE, &writer), STATUS_OK);
    fill(writer);
    set_number(writer, "n", 1);
    assert_int_equal(store_open(place->path, STORE_READ, &reader), STATUS_OK);
    assert_int_equal(store_read_begin(reader), STATUS_OK);
    assert_int_equal(read_number(reader, "n"), 1);
    set_number(writer, "n", 2);
    assert_int_equal(store_copy(reader, &copy), STATUS_OK);
    assert_int_equal(read_number(copy, "n"), 1);
    assert_int_equal(sum_of(copy), (int64_t)MANY * WIDE);
    assert_int_equal(store_write_begin(copy), STATUS_OK);
    assert_int_equal(
        store_run_with(copy, "UPDATE wide SET bytes = x''", STORE_NO_ARGS),
        STATUS_OK);
    assert_int_equal(store_write_commit(copy), STATUS_OK);
    assert_int_equal(sum_of(copy), 0);
    assert_int_equal(sum_of(writer), (int64_t)MANY * WIDE);
    assert_int_equal(read_number(writer, "n"), 2);
}

/* A child writes and dies at once, before and after its commit. */
static void die_while_writing(const char *path, bool commit)
{
    const pid_t child = fork();
    int how;

    assert_true(child >= 0);
    if (child == 0) {
        struct store *store = NULL;

        if (store_open(path, STORE_MAKE, &store) != STATUS_OK ||
            store_write_begin(store) != STATUS_OK ||
            store_set_number(store, commit ? "done" : "lost", 1) != STATUS_OK ||
            (commit && store_write_commit(store) != STATUS_OK))
            _exit(1);
        kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how));
}

static void what_was_committed_survives_a_kill_and_the_rest_does_not(
    void **state)
{
    const struct place *place = *state;
    OWNED(store) store = NULL;

    die_while_writing(place->path, true);
    die_while_writing(place->path, false);
    assert_int_equal(store_open(place->path, STORE_MAKE, &store), STATUS_OK);
    assert_int_equal(read_number(store, "done"), 1);
    assert_int_equal(read_number(store, "lost"), 0);
}

#define WITH_PLACE(test)                                                       \
    cmocka_unit_test_setup_teardown(test, make_place, clear_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PLACE(makes_a_file_for_its_owner_alone),
        WITH_PLACE(refuses_a_file_that_others_may_touch),
        WITH_PLACE(refuses_a_symbolic_link),
        WITH_PLACE(refuses_to_read_what_nobody_made),
        WITH_PLACE(refuses_a_foreign_database),
        WITH_PLACE(refuses_a_newer_database),
        WITH_PLACE(upgrades_every_earlier_version),
        WITH_PLACE(refuses_a_damaged_file),
        WITH_PLACE(refuses_a_file_that_is_cut_off),
        WITH_PLACE(a_reader_sees_one_state_until_it_ends),
        WITH_PLACE(a_reader_cannot_write),
        WITH_PLACE(a_copy_is_what_its_reader_sees),
        WITH_PLACE(what_was_committed_survives_a_kill_and_the_rest_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
