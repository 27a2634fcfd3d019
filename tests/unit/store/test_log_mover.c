/* The log is moved into the database beside the writer, and begins anew. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/store/log_mover.h"

enum {
    FRAME_BYTES = 4096 + 24,
    SALT_AT = 16,
    N_MOVED_AT = 96, /* in the index of the log, which all processes share */
    MANY = 16000,
    TOO_MANY = 60000,
    LARGE = 1500, /* pages of a change */
    GIVE_UP_MS = 120 * 1000,
};

struct site {
    char top[64];
    char path[96];
    char log[104];
    int shared; /* closing it earlier would let go of what SQLite locks */
    struct store *store;
    struct log_mover *mover;
    int64_t n_rows;
};

static int set_up(void **state)
{
    struct site *site = calloc(1, sizeof(*site));

    site->shared = -1;
    snprintf(site->top, sizeof(site->top), "/tmp/test_log_mover.XXXXXX");
    assert_non_null(mkdtemp(site->top));
    snprintf(site->path, sizeof(site->path), "%s/site.db", site->top);
    snprintf(site->log, sizeof(site->log), "%s-wal", site->path);
    assert_int_equal(store_open(site->path, STORE_MAKE, &site->store),
                     STATUS_OK);
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    assert_int_equal(store_run_script(site->store, "CREATE TABLE thing (row"
                                                   " INTEGER PRIMARY KEY, x)"),
                     STATUS_OK);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
    assert_int_equal(log_mover_start(site->store, &site->mover), STATUS_OK);
    assert_non_null(site->mover);
    *state = site;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    struct site *site = *state;

    log_mover_free(site->mover);
    store_free(site->store);
    if (site->shared >= 0)
        close(site->shared);
    for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
        char path[128];

        snprintf(path, sizeof(path), "%s%s", site->path, ends[i]);
        unlink(path);
    }
    rmdir(site->top);
    free(site);
    return 0;
}

/* Rows of a page each. */
static void insert(struct site *site, int64_t n)
{
    assert_int_equal(
        store_run_with(site->store,
                       "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT"
                       " i + 1 FROM n WHERE i < ?1) INSERT INTO thing (x)"
                       " SELECT zeroblob(3900) FROM n",
                       STORE_ARGS(STORE_INT(n))),
        STATUS_OK);
    site->n_rows += n;
}

/* In one change. */
static void add(struct site *site, int64_t n)
{
    assert_int_equal(store_write_begin(site->store), STATUS_OK);
    insert(site, n);
    assert_int_equal(store_write_commit(site->store), STATUS_OK);
}

static int64_t frames_of(const struct site *site)
{
    struct stat about;

    assert_int_equal(stat(site->log, &about), 0);
    return about.st_size / FRAME_BYTES;
}

/* Another one each time that the log begins. */
static uint64_t salt_of(const struct site *site)
{
    const int fd = open(site->log, O_RDONLY | O_CLOEXEC);
    uint64_t salt = 0;

    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &salt, sizeof(salt), SALT_AT), sizeof(salt));
    close(fd);
    return salt;
}

static int64_t n_moved(struct site *site)
{
    uint32_t n = 0;

    if (site->shared < 0) {
        char path[104];

        snprintf(path, sizeof(path), "%s-shm", site->path);
        site->shared = open(path, O_RDONLY | O_CLOEXEC);
    }
    assert_int_equal(pread(site->shared, &n, sizeof(n), N_MOVED_AT), sizeof(n));
    return n;
}

static void await_moved(struct site *site, int64_t n)
{
    const int64_t until_ms = clock_mono_ms() + GIVE_UP_MS;

    while (n_moved(site) < n) {
        assert_true(clock_mono_ms() < until_ms);
        sched_yield();
    }
}

static void check_rows(const struct site *site)
{
    OWNED(store) reader = NULL;
    int64_t n = 0;

    assert_int_equal(store_open(site->path, STORE_READ, &reader), STATUS_OK);
    assert_int_equal(
        store_int_with(reader, "SELECT count(*) FROM thing", STORE_NO_ARGS, &n),
        STATUS_OK);
    assert_int_equal(n, site->n_rows);
}

static void a_full_log_is_moved_and_begins_anew(void **state)
{
    struct site *site = *state;

    uint64_t salt;

    add(site, 1);
    salt = salt_of(site);
    while (frames_of(site) < MANY)
        add(site, 256);
    while (salt_of(site) == salt) {
        add(site, 1);
        assert_true(frames_of(site) < TOO_MANY);
    }
    check_rows(site);
}

/* The writer has begun the next change before the thread has moved the last
 * one: what is larger than the writer moves alone is moved with what the thread
 * has left, or the log would not begin anew. */
static void large_changes_begin_it_anew_too(void **state)
{
    struct site *site = *state;
    uint64_t salt;

    add(site, 1);
    salt = salt_of(site);
    while (frames_of(site) < MANY)
        add(site, LARGE);
    while (salt_of(site) == salt) {
        assert_true(frames_of(site) < TOO_MANY);
        assert_int_equal(store_write_begin(site->store), STATUS_OK);
        if (salt_of(site) == salt)
            await_moved(site, frames_of(site));
        insert(site, LARGE);
        assert_int_equal(store_write_commit(site->store), STATUS_OK);
    }
    check_rows(site);
}

/* Whoever reads searches what is not moved. */
static void a_part_is_moved_before_the_log_is_full(void **state)
{
    struct site *site = *state;

    add(site, 1);
    while (frames_of(site) < MANY / 2)
        add(site, 256);
    await_moved(site, 1);
    assert_true(frames_of(site) < MANY);
    check_rows(site);
}

static void a_reader_keeps_what_it_reads(void **state)
{
    struct site *site = *state;
    OWNED(store) reader = NULL;
    int64_t n = 0;

    add(site, 1);
    assert_int_equal(store_open(site->path, STORE_READ, &reader), STATUS_OK);
    assert_int_equal(store_read_begin(reader), STATUS_OK);
    assert_int_equal(
        store_int_with(reader, "SELECT count(*) FROM thing", STORE_NO_ARGS, &n),
        STATUS_OK);
    while (frames_of(site) < MANY + 2000)
        add(site, 256);
    assert_int_equal(
        store_int_with(reader, "SELECT count(*) FROM thing", STORE_NO_ARGS, &n),
        STATUS_OK);
    assert_int_equal(n, 1);
    store_read_end(reader);
    check_rows(site);
}

static void a_store_in_memory_has_none(void **state)
{
    OWNED(store) store = NULL;
    struct log_mover *mover;

    (void)state;
    assert_int_equal(store_open(":memory:", STORE_WRITE, &store), STATUS_OK);
    assert_int_equal(log_mover_start(store, &mover), STATUS_OK);
    assert_null(mover);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_full_log_is_moved_and_begins_anew,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_changes_begin_it_anew_too, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_part_is_moved_before_the_log_is_full,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_keeps_what_it_reads, set_up,
                                        tear_down),
        cmocka_unit_test(a_store_in_memory_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
