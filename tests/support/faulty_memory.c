/*
 * A provider whose allocations fail when a test says so: linked into a daemon
 * of its own, with malloc, calloc, realloc and strdup wrapped, and
 * the allocations of SQLite led through here.
 *
 * SMS_FAULTS names a file of the test's, shared as memory: how many
 * allocations go well from now on, how many fail after that, and how many have
 * been asked for and failed since the test last wrote.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct faults {
    _Atomic int64_t is_armed;
    _Atomic int64_t n_good; /* before the first that fails */
    _Atomic int64_t n_bad;  /* then */
    _Atomic int64_t n_asked;
    _Atomic int64_t n_failed;
};

static struct faults *faults;

static bool fails_now(void)
{
    int64_t at;

    if (!faults || !faults->is_armed)
        return false;
    at = faults->n_asked++;
    if (at < faults->n_good || at >= faults->n_good + faults->n_bad)
        return false;
    faults->n_failed++;
    return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return fails_now() ? NULL : __real_strdup(text);
}

static sqlite3_mem_methods real_methods;

static void *sqlite_malloc(int size)
{
    return fails_now() ? NULL : real_methods.xMalloc(size);
}

static void *sqlite_realloc(void *old, int size)
{
    return fails_now() ? NULL : real_methods.xRealloc(old, size);
}

/* Before main, which clears the environment. */
__attribute__((constructor)) static void take_over(void)
{
    const char *path = getenv("SMS_FAULTS");
    const int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    sqlite3_mem_methods methods;
    void *shared;

    if (fd < 0)
        return;
    shared =
        mmap(NULL, sizeof(*faults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared == MAP_FAILED)
        abort();
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_methods);
    methods = real_methods;
    methods.xMalloc = sqlite_malloc;
    methods.xRealloc = sqlite_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    faults = shared;
}
