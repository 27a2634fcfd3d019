#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "provider/store/health.h"
#include "provider/store/store_private.h"

/*
 * A check of the pages hides views in a transaction that somebody else ends,
 * and who ends a reading commits: none may stay hidden, wherever memory ends.
 */

static struct {
    sqlite3_mem_methods memory;
    long n_left; /* allocations before all are refused; -1: none is */
} sqlite = {.n_left = -1};

static bool is_refused(void)
{
    if (sqlite.n_left > 0)
        sqlite.n_left--;
    return sqlite.n_left == 0;
}

static void *allocate(int size)
{
    return is_refused() ? NULL : sqlite.memory.xMalloc(size);
}

static void *allocate_again(void *old, int size)
{
    return is_refused() ? NULL : sqlite.memory.xRealloc(old, size);
}

static int lead_memory_here(void **state)
{
    sqlite3_mem_methods memory;

    (void)state;
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite.memory);
    memory = sqlite.memory;
    memory.xMalloc = allocate;
    memory.xRealloc = allocate_again;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) == SQLITE_OK ? 0 : -1;
}

/* Does the library's check begin with a view, which it takes for "partial"? */
static bool is_view_first(struct store *store)
{
    sqlite3_stmt *stmt = NULL;
    bool is_first = false;

    store->is_sealed = false; /* it may be asked */
    assert_int_equal(sqlite3_prepare_v2(store->db,
                                        "EXPLAIN PRAGMA quick_check(5)", -1,
                                        &stmt, NULL),
                     SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *roots = (const char *)sqlite3_column_text(stmt, 5);

        if (strcmp((const char *)sqlite3_column_text(stmt, 1), "IntegrityCk"))
            continue;
        is_first = roots && strncmp(roots, "[0,", 3) == 0;
        break;
    }
    sqlite3_finalize(stmt);
    store->is_sealed = true;
    return is_first;
}

static void put_view_first(struct store *store)
{
    char sql[64];

    for (int n = 0; !is_view_first(store); n++) {
        assert_true(n < 1000);
        assert_int_equal(store_write_begin(store), STATUS_OK);
        snprintf(sql, sizeof(sql), "CREATE VIEW v%d AS SELECT 1;", n);
        assert_int_equal(store_run_script(store, sql), STATUS_OK);
        assert_int_equal(store_write_commit(store), STATUS_OK);
    }
}

static int64_t count_views(const char *path)
{
    OWNED(store) store = NULL;
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    assert_int_equal(store_open(path, STORE_READ, &store), STATUS_OK);
    assert_int_equal(
        store_prepare_text(store,
                           TEXT("SELECT count(*) FROM sqlite_schema"
                                " WHERE type = 'view'"),
                           &stmt),
        STATUS_OK);
    assert_int_equal(store_step(stmt), STATUS_OK);
    return store_int(stmt, 0);
}

enum { WHOLE = 100, CUT };

static int check_with(const char *path, long n_allocations)
{
    SCOPED(buf_free) struct buf problems = buf_make(64 * 1024);
    OWNED(store) store = NULL;
    enum status status;
    bool is_whole;

    if (store_open(path, STORE_WRITE, &store) != STATUS_OK ||
        store_read_begin(store) != STATUS_OK)
        return 0;
    sqlite.n_left = n_allocations;
    status = health_check_structure(store, &problems);
    is_whole = sqlite.n_left != 0;
    sqlite.n_left = -1;
    store_read_end(store);
    return !is_whole ? CUT : status == STATUS_OK ? WHOLE : 0;
}

/* It may end the process, which commits nothing. */
static int check_in_a_child(const char *path, long n_allocations)
{
    const pid_t child = fork();
    int how = 0;

    if (child == 0)
        _exit(check_with(path, n_allocations));
    assert_true(child > 0 && waitpid(child, &how, 0) == child);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) != 0);
    return WEXITSTATUS(how);
}

static void make(const char *path)
{
    OWNED(store) store = NULL;

    assert_int_equal(store_open(path, STORE_MAKE, &store), STATUS_OK);
    put_view_first(store);
}

static void views_are_there_again_without_memory(void **state)
{
    char top[] = "/tmp/test_health.XXXXXX";
    char path[64], clean[96];
    int64_t n_views;
    long n = 1;

    (void)state;
    assert_non_null(mkdtemp(top));
    snprintf(path, sizeof(path), "%s/site.db", top);
    make(path);
    n_views = count_views(path);
    assert_true(n_views > 0);
    while (check_in_a_child(path, n) != WHOLE) {
        assert_int_equal(count_views(path), n_views);
        n += 7;
    }
    assert_true(n > 100);
    snprintf(clean, sizeof(clean), "rm -r %s", top);
    assert_int_equal(system(clean), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_are_there_again_without_memory),
    };

    return cmocka_run_group_tests(tests, lead_memory_here, NULL);
}
