#include "tests/unit/unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "provider/store/seal.h"

/*
 * A store after a kill, which has no mark: its rows and indexes are read by
 * several threads, in parts. What another program changed must be found
 * wherever it is, above all where a part ends and the next one begins.
 */

enum { PART = 4 * 1024, ROWS = 2 * PART + 100 };

struct site {
    char top[64];
    char path[96], copy[96], key[96], anchor[96];
    struct seal_place place;
};

static const char SCHEMA[] =
    "CREATE TABLE one (row INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE,"
    " flag INTEGER, real REAL, bytes BLOB) STRICT;"
    "CREATE INDEX one_by_name ON one (name);"
    "CREATE INDEX one_by_flag ON one (flag) WHERE (flag IS NOT 1);"
    "CREATE INDEX one_by_real ON one (real DESC, bytes);"
    "CREATE TABLE odd (row INTEGER PRIMARY KEY, name TEXT) STRICT;"
    "CREATE INDEX odd_by_length ON odd (length(name));"
    "CREATE TABLE pair (value TEXT NOT NULL COLLATE NOCASE,"
    " one INTEGER NOT NULL, PRIMARY KEY (value, one)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX pair_by_one ON pair (one);";

static const char FILL[] =
    "INSERT INTO one WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
    " SELECT i + 1 FROM n WHERE i < 8292) SELECT i, CASE i % 3"
    " WHEN 0 THEN 'b' WHEN 1 THEN 'A' ELSE 'C' END || (i / 7), i % 5, i + 0.5,"
    " CASE i % 4 WHEN 0 THEN NULL ELSE x'00ff' END FROM n";

static void run(struct store *store, const char *sql)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(store_prepare_text(store, text_of(sql), &stmt), STATUS_OK);
    assert_int_equal(store_run(stmt), STATUS_OK);
}

static int make(void **state)
{
    struct site *site = calloc(1, sizeof(*site));
    OWNED(store) store = NULL;

    strcpy(site->top, "/tmp/test_proof.XXXXXX");
    if (!mkdtemp(site->top))
        return -1;
    snprintf(site->path, sizeof(site->path), "%s/site.db", site->top);
    snprintf(site->copy, sizeof(site->copy), "%s/copy.db", site->top);
    snprintf(site->key, sizeof(site->key), "%s/key", site->top);
    snprintf(site->anchor, sizeof(site->anchor), "%s/anchor", site->top);
    site->place = (struct seal_place){site->key, site->anchor};
    assert_true(ROWS == 8292);
    if (store_open(site->path, STORE_MAKE, &store) != STATUS_OK ||
        seal_make(store, &site->place) != STATUS_OK ||
        store_write_begin(store) != STATUS_OK ||
        store_run_script(store, SCHEMA) != STATUS_OK ||
        store_write_commit(store) != STATUS_OK ||
        store_write_begin(store) != STATUS_OK)
        return -1;
    run(store, FILL);
    run(store, "INSERT INTO odd VALUES (1, 'a'), (2, 'bb')");
    run(store, "INSERT INTO pair SELECT name, row FROM one WHERE row < 1000");
    *state = site;
    return store_write_commit(store) == STATUS_OK ? 0 : -1;
}

static void copy_file(const char *from, const char *to)
{
    static char bytes[16 * 1024 * 1024];
    const int in = open(from, O_RDONLY);
    const int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const ssize_t size = read(in, bytes, sizeof(bytes));

    assert_true(size > 0 && size < (ssize_t)sizeof(bytes));
    assert_int_equal(write(out, bytes, (size_t)size), size);
    close(in);
    close(out);
}

static enum status start(struct site *site, const char *said)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();
    OWNED(store) store = NULL;
    enum status status;

    assert_int_equal(store_open(site->path, STORE_WRITE, &store), STATUS_OK);
    status = seal_open(store, &site->place, &report);
    if (report.problems.size > 0 &&
        !memmem(buf_text(&report.problems).data, report.problems.size, said,
                strlen(said)))
        fail_msg("%s is not said", said);
    return status;
}

/* What nobody has touched starts: each case changes that. */
static int set_up(void **state)
{
    struct site *site;

    if (make(state) != 0)
        return -1;
    site = *state;
    assert_int_equal(start(site, ""), STATUS_OK);
    copy_file(site->path, site->copy);
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"site.db", "site.db-wal", "site.db-shm",
                                        "copy.db", "key",         "key.pub",
                                        "anchor"};
    struct site *site = *state;
    char path[160];

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", site->top, names[i]);
        unlink(path);
    }
    rmdir(site->top);
    free(site);
    return 0;
}

/* ---- What another program does ---- */

static void run_outside(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA writable_schema = on", NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void assert_found(struct site *site, const char *const *sql, size_t n,
                         const char *said)
{
    for (size_t i = 0; i < n; i++)
        run_outside(site->path, sql[i]);
    assert_int_equal(start(site, said), STATUS_INVALID);
    copy_file(site->copy, site->path);
}

#define FOUND(site, said, ...)                                                 \
    assert_found(site, (const char *const[]){__VA_ARGS__},                     \
                 ARRAY_SIZE(((const char *const[]){__VA_ARGS__})), said)

/* ---- Time ---- */

/* An hour later each time that another thread than the test's own looks. */
static bool is_slow;
static pthread_t own_thread;
static atomic_int n_looks;

int64_t __real_clock_mono_ms(void);
int64_t __wrap_clock_mono_ms(void);

int64_t __wrap_clock_mono_ms(void)
{
    const int64_t now_ms = __real_clock_mono_ms();

    if (!is_slow || pthread_equal(pthread_self(), own_thread))
        return now_ms;
    return now_ms + (int64_t)(++n_looks) * 3600 * 1000;
}

/* ---- Cases ---- */

/* A large site on a busy machine starts too. */
static void a_proof_may_take_long(void **state)
{
    own_thread = pthread_self();
    is_slow = true;
    assert_int_equal(start(*state, ""), STATUS_OK);
    is_slow = false;
}

static void a_row_is_found_wherever_it_is(void **state)
{
    static const int64_t rows[] = {1,        2,        PART - 1, PART,
                                   PART + 1, PART + 2, 2 * PART, 2 * PART + 1,
                                   ROWS - 1, ROWS};
    char sql[96];

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        snprintf(sql, sizeof(sql),
                 "UPDATE one SET bytes = x'01' WHERE row = %lld",
                 (long long)rows[i]);
        if (i % 2)
            FOUND(*state, "in: one", sql);
        snprintf(sql, sizeof(sql), "DELETE FROM one WHERE row = %lld",
                 (long long)rows[i]);
        FOUND(*state, "in: one", sql);
    }
}

static void a_row_is_found_beyond_all_others(void **state)
{
    FOUND(*state, "in: one", "INSERT INTO one (row) VALUES (0)");
    FOUND(*state, "in: one", "INSERT INTO one (row) VALUES (-1 << 63)");
    FOUND(*state, "in: one", "INSERT INTO one (row) VALUES (~(-1 << 63))");
    FOUND(*state, "in: pair", "INSERT INTO pair VALUES ('zz', 1)");
}

/* The rows are right; what finds them is not. */
static void an_index_without_an_entry_is_found(void **state)
{
    FOUND(*state, "the index one_by_name",
          "UPDATE sqlite_schema SET sql = 'CREATE INDEX one_by_name ON one"
          " (name) WHERE row <> 8292' WHERE name = 'one_by_name'",
          "REINDEX one_by_name; UPDATE sqlite_schema SET sql ="
          " 'CREATE INDEX one_by_name ON one (name)'"
          " WHERE name = 'one_by_name'");
    FOUND(*state, "the index one_by_flag",
          "UPDATE sqlite_schema SET sql = 'CREATE INDEX one_by_flag ON one"
          " (flag) WHERE (flag IS NOT 2)' WHERE name = 'one_by_flag'",
          "REINDEX one_by_flag; UPDATE sqlite_schema SET sql ="
          " 'CREATE INDEX one_by_flag ON one (flag) WHERE (flag IS NOT 1)'"
          " WHERE name = 'one_by_flag'");
    FOUND(*state, "the index pair_by_one",
          "UPDATE sqlite_schema SET sql = 'CREATE INDEX pair_by_one ON pair"
          " (one + 1)' WHERE name = 'pair_by_one'",
          "REINDEX pair_by_one; UPDATE sqlite_schema SET sql ="
          " 'CREATE INDEX pair_by_one ON pair (one)'"
          " WHERE name = 'pair_by_one'");
}

static void an_index_of_an_expression_is_left_to_sqlite(void **state)
{
    FOUND(*state, "damaged",
          "UPDATE sqlite_schema SET sql = 'CREATE INDEX odd_by_length ON odd"
          " (length(name) + 1)' WHERE name = 'odd_by_length'",
          "REINDEX odd_by_length; UPDATE sqlite_schema SET sql ="
          " 'CREATE INDEX odd_by_length ON odd (length(name))'"
          " WHERE name = 'odd_by_length'");
}

/* It has all entries, and a search in it misses them. */
static void an_index_in_another_order_is_found(void **state)
{
    FOUND(*state, "one_by_name is out of order",
          "UPDATE sqlite_schema SET sql = 'CREATE INDEX one_by_name ON one"
          " (name COLLATE BINARY)' WHERE name = 'one_by_name'",
          "REINDEX one_by_name; UPDATE sqlite_schema SET sql ="
          " 'CREATE INDEX one_by_name ON one (name)'"
          " WHERE name = 'one_by_name'");
    FOUND(*state, "one_by_real is out of order",
          "UPDATE sqlite_schema SET sql = 'CREATE INDEX one_by_real ON one"
          " (real, bytes)' WHERE name = 'one_by_real'",
          "REINDEX one_by_real; UPDATE sqlite_schema SET sql ="
          " 'CREATE INDEX one_by_real ON one (real DESC, bytes)'"
          " WHERE name = 'one_by_real'");
}

/* It is sought in at once: what is true at a start must stay so. */
static void an_index_that_changes_while_it_is_open_is_found(void **state)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();
    struct site *site = *state;
    OWNED(store) store = NULL;

    assert_int_equal(store_open(site->path, STORE_WRITE, &store), STATUS_OK);
    assert_int_equal(seal_open(store, &site->place, &report), STATUS_OK);
    run_outside(site->path, "PRAGMA user_version = 7");
    assert_int_equal(store_write_begin(store), STATUS_OK);
    assert_int_equal(store_write_commit(store), STATUS_OK);
    run_outside(site->path,
                "UPDATE sqlite_schema SET sql = 'CREATE INDEX one_by_name ON"
                " one (CASE row WHEN 1 THEN ''z'' ELSE name END COLLATE"
                " NOCASE)' WHERE name = 'one_by_name'");
    run_outside(site->path,
                "REINDEX one_by_name; UPDATE sqlite_schema SET sql ="
                " 'CREATE INDEX one_by_name ON one (name)'"
                " WHERE name = 'one_by_name'");
    assert_int_equal(store_write_begin(store), STATUS_UNAVAILABLE);
    assert_true(store_is_lost(store));
}

#define SITE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SITE(a_proof_may_take_long),
        SITE(a_row_is_found_wherever_it_is),
        SITE(a_row_is_found_beyond_all_others),
        SITE(an_index_without_an_entry_is_found),
        SITE(an_index_of_an_expression_is_left_to_sqlite),
        SITE(an_index_in_another_order_is_found),
        SITE(an_index_that_changes_while_it_is_open_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
