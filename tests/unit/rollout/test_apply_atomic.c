/*
 * An apply happens as a whole or not at all: every statement of it fails once,
 * before it ran and after, and every so many an allocation. What was there
 * stays to the last byte, and the next apply goes as if nothing had been.
 */
#include "tests/unit/rollout/applied.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/base/log.h"
#include "provider/rollout/rollout_declare.h"

enum { MOST = 3, TEXT_BYTES = 1 << 24 };

/* ---- Faults on demand ---- */

static bool is_armed;
static long n_left; /* until one fails */
static bool has_failed;
static enum { BEFORE, AFTER, MEMORY } kind;

static bool fails_now(void)
{
    if (!is_armed || has_failed)
        return false;
    if (n_left-- > 0)
        return false;
    has_failed = true;
    return true;
}

enum status __real_store_step(struct store_stmt *stmt);
enum status __real_store_run(struct store_stmt *stmt);
enum status __real_store_prepare(struct store *store, const char *sql,
                                 struct store_stmt **stmt_out);
enum status __wrap_store_step(struct store_stmt *stmt);
enum status __wrap_store_run(struct store_stmt *stmt);
enum status __wrap_store_prepare(struct store *store, const char *sql,
                                 struct store_stmt **stmt_out);

enum status __wrap_store_step(struct store_stmt *stmt)
{
    if (kind == BEFORE && fails_now())
        return STATUS_UNAVAILABLE;
    return __real_store_step(stmt);
}

enum status __wrap_store_run(struct store_stmt *stmt)
{
    enum status status;

    if (kind == BEFORE && fails_now())
        return STATUS_UNAVAILABLE;
    status = __real_store_run(stmt);
    return kind == AFTER && fails_now() ? STATUS_UNAVAILABLE : status;
}

enum status __wrap_store_prepare(struct store *store, const char *sql,
                                 struct store_stmt **stmt_out)
{
    if (kind == BEFORE && fails_now())
        return STATUS_UNAVAILABLE;
    return __real_store_prepare(store, sql, stmt_out);
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool memory_fails(void)
{
    return kind == MEMORY && fails_now();
}

void *__wrap_malloc(size_t size)
{
    return memory_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return memory_fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return memory_fails() ? NULL : __real_realloc(old, size);
}

static sqlite3_mem_methods real_methods;

static void *sqlite_malloc(int size)
{
    return memory_fails() ? NULL : real_methods.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
    return memory_fails() ? NULL : real_methods.xRealloc(old, size);
}

static void take_over_memory(void)
{
    sqlite3_mem_methods methods;

    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_methods);
    methods = real_methods;
    methods.xMalloc = sqlite_malloc;
    methods.xRealloc = sqlite_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

/* ---- A part of a change, as the daemon applies ---- */

static enum status declare_armed(struct fixture *f, const struct policy *policy,
                                 const struct declare_caller *caller)
{
    OWNED(declare) declare = NULL;
    bool changed;
    enum status status;

    is_armed = true;
    status = declare_begin_for(f->store, f->site, caller, &declare);
    if (status == STATUS_OK)
        status = rollout_declare(declare, policy, &changed);
    is_armed = false;
    return status;
}

/* Without memory SQLite may have gone back all the way already. */
static enum status apply_in_part(struct fixture *f, const struct policy *policy,
                                 const struct declare_caller *caller)
{
    enum status status;

    assert_int_equal(store_write_begin(f->store), STATUS_OK);
    assert_int_equal(store_part_begin(f->store), STATUS_OK);
    status = declare_armed(f, policy, caller);
    if (status == STATUS_OK) {
        assert_int_equal(store_part_keep(f->store), STATUS_OK);
        store_write_rollback(f->store); /* it is tried again */
        return status;
    }
    if (store_part_undo(f->store) != STATUS_OK) {
        assert_int_equal(kind, MEMORY);
        store_write_rollback(f->store);
        return status;
    }
    assert_int_equal(store_write_commit(f->store), STATUS_OK);
    return status;
}

static void assert_as_before(struct fixture *f, const struct buf *before,
                             long n)
{
    SCOPED(buf_free) struct buf after = buf_make(TEXT_BYTES);

    dump_tables(f->store, &after);
    if (!text_equal(buf_text(before), buf_text(&after)))
        fail_msg("fault %ld of kind %d left something", n, (int)kind);
}

/* From the first to the last, stride by stride. How many there were. */
static long fail_through(struct fixture *f, const struct policy *policy,
                         long first, long stride)
{
    const struct declare_caller caller = {
        .user = ROOT_USER, .level = AUTH_LEVEL_MFA, .now_s = f->now_s};
    SCOPED(buf_free) struct buf before = buf_make(TEXT_BYTES);
    long n = first;

    dump_tables(f->store, &before);
    for (;; n += stride) {
        enum status status;

        has_failed = false;
        n_left = n;
        status = apply_in_part(f, policy, n % 2 ? &caller : NULL);
        assert_as_before(f, &before, n);
        if (!has_failed) {
            assert_int_equal(status, STATUS_OK);
            return n;
        }
        /* one of memory may have been for a cache alone */
        if (kind != MEMORY)
            assert_int_not_equal(status, STATUS_OK);
    }
}

static void try_estates(struct fixture *f, long stride, uint64_t rounds)
{
    long n = 0;

    for (uint64_t seed = 1; seed <= rounds; seed++) {
        SCOPED(written_clear)
        struct written written = written_random(seed * 5 + 2, MOST);
        struct applied applied;

        n += fail_through(f, written.policy, (long)seed % stride, stride);
        assert_int_equal(apply_policy(f, written.policy, NULL, &applied),
                         STATUS_OK);
    }
    assert_true(n > (long)rounds * 10);
}

static void no_statement_fails_by_halves(void **state)
{
    kind = BEFORE;
    try_estates(*state, rounds_of(1) > 1 ? 1 : 7, rounds_of(3));
}

static void what_was_written_before_a_fault_goes(void **state)
{
    kind = AFTER;
    try_estates(*state, 1, rounds_of(2));
}

static void no_memory_leaves_all_as_it_was(void **state)
{
    kind = MEMORY;
    try_estates(*state, rounds_of(1) > 1 ? 3 : 23, rounds_of(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_APPLIED(no_statement_fails_by_halves),
        WITH_APPLIED(what_was_written_before_a_fault_goes),
        WITH_APPLIED(no_memory_leaves_all_as_it_was),
    };

    take_over_memory();
    log_set_fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
