#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "provider/store/seal.h"

/*
 * A start that cannot read its store has found nothing: it says so, and the
 * next one goes as if nothing had been. That it "is not as it was left" would
 * keep the service down, and send somebody to accept what nobody has changed.
 */

struct site {
    char top[64];
    char path[96], key[96], anchor[96];
    struct seal_place place;
};

/* ---- Faults on demand ---- */

static struct {
    long n_left; /* before the one that fails; below 0: none will */
    enum { STEPS, PAGES, ANCHOR } what;
    enum status status; /* of a step */
    sqlite3_io_methods real, ours;
    int (*open)(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
                int flags, int *flags_out);
} fault = {.n_left = -1};

static bool fails_now(int what)
{
    return fault.what == (unsigned)what && fault.n_left >= 0 &&
           fault.n_left-- == 0;
}

enum status __real_store_step(struct store_stmt *stmt);
enum status __wrap_store_step(struct store_stmt *stmt);

enum status __wrap_store_step(struct store_stmt *stmt)
{
    return fails_now(STEPS) ? fault.status : __real_store_step(stmt);
}

ssize_t __real_pread(int fd, void *into, size_t size, off_t at);
ssize_t __wrap_pread(int fd, void *into, size_t size, off_t at);

ssize_t __wrap_pread(int fd, void *into, size_t size, off_t at)
{
    if (!fails_now(ANCHOR))
        return __real_pread(fd, into, size, at);
    errno = EIO;
    return -1;
}

static int read_database(sqlite3_file *file, void *into, int size,
                         sqlite3_int64 at)
{
    return fails_now(PAGES) ? SQLITE_IOERR_READ
                            : fault.real.xRead(file, into, size, at);
}

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
                     int flags, int *flags_out)
{
    const int code = fault.open(vfs, name, file, flags, flags_out);

    if (code != SQLITE_OK || !(flags & SQLITE_OPEN_MAIN_DB))
        return code;
    fault.real = fault.ours = *file->pMethods;
    fault.ours.xRead = read_database;
    file->pMethods = &fault.ours;
    return code;
}

/* ---- A store after a kill ---- */

static int make(void **state)
{
    struct site *site = calloc(1, sizeof(*site));
    OWNED(store) store = NULL;
    sqlite3_vfs *vfs;

    sqlite3_initialize();
    vfs = sqlite3_vfs_find(NULL);
    fault.open = vfs->xOpen;
    vfs->xOpen = open_file;
    strcpy(site->top, "/tmp/test_seal_fault.XXXXXX");
    if (!mkdtemp(site->top))
        return -1;
    snprintf(site->path, sizeof(site->path), "%s/site.db", site->top);
    snprintf(site->key, sizeof(site->key), "%s/key", site->top);
    snprintf(site->anchor, sizeof(site->anchor), "%s/anchor", site->top);
    site->place = (struct seal_place){site->key, site->anchor};
    *state = site;
    return store_open(site->path, STORE_MAKE, &store) == STATUS_OK &&
                   seal_make(store, &site->place) == STATUS_OK
               ? 0
               : -1;
}

static int drop(void **state)
{
    struct site *site = *state;
    char clean[96];

    snprintf(clean, sizeof(clean), "rm -r %s", site->top);
    free(site);
    return system(clean);
}

/* False: nothing has failed. */
static bool start(struct site *site, long n_good)
{
    SCOPED(seal_report_clear) struct seal_report report = seal_report_make();
    OWNED(store) store = NULL;
    enum status status;

    assert_int_equal(store_open(site->path, STORE_WRITE, &store), STATUS_OK);
    fault.n_left = n_good;
    status = seal_open(store, &site->place, &report);
    if (status == STATUS_INVALID)
        fail_msg("fault %ld was taken for: %.*s", n_good,
                 (int)report.problems.size, buf_text(&report.problems).data);
    assert_true(status == STATUS_OK || fault.n_left < 0);
    assert_true(status != STATUS_OK || fault.n_left >= 0);
    return fault.n_left < 0;
}

static void start_with_each(struct site *site, long n_at_least)
{
    long n = 0;

    while (start(site, n))
        n++;
    fault.n_left = -1;
    assert_true(n >= n_at_least);
}

/* ---- Cases ---- */

static void a_step_that_fails_is_no_finding(void **state)
{
    fault.what = STEPS;
    fault.status = STATUS_NO_MEMORY;
    start_with_each(*state, 10);
    fault.status = STATUS_UNAVAILABLE;
    start_with_each(*state, 10);
}

static void a_page_that_cannot_be_read_is_no_finding(void **state)
{
    fault.what = PAGES;
    start_with_each(*state, 10);
}

/* Nor is the older half of it all there is. */
static void an_anchor_that_cannot_be_read_is_no_finding(void **state)
{
    fault.what = ANCHOR;
    start_with_each(*state, 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_that_fails_is_no_finding),
        cmocka_unit_test(a_page_that_cannot_be_read_is_no_finding),
        cmocka_unit_test(an_anchor_that_cannot_be_read_is_no_finding),
    };

    return cmocka_run_group_tests(tests, make, drop);
}
