#include "rbac/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    CACHE_LINE = 64,
    LARGE_PAGE = 2 << 20,
    LARGE_FROM = 1 << 20, /* a large page pays off from this size */
};

static size_t round_up(size_t bytes, size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

static void *take_small(size_t bytes)
{
    const size_t size = round_up(bytes ? bytes : 1, CACHE_LINE);
    void *memory = aligned_alloc(CACHE_LINE, size);

    if (memory)
        memset(memory, 0, size);
    return memory;
}

/*
 * Mapped anew, because pages in use before stay small. The parts before and
 * after the aligned one are unmapped.
 */
static void *take_large(size_t bytes)
{
    const size_t size = round_up(bytes, LARGE_PAGE);
    char *mapped = mmap(NULL, size + LARGE_PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    size_t before;

    if (mapped == MAP_FAILED)
        return NULL;
    before = round_up((uintptr_t)mapped, LARGE_PAGE) - (uintptr_t)mapped;
    if (before)
        munmap(mapped, before);
    if (before < LARGE_PAGE)
        munmap(mapped + before + size, LARGE_PAGE - before);
    (void)madvise(mapped + before, size, MADV_HUGEPAGE); /* a hint only */
    return mapped + before;
}

void *pages_take(size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    return bytes < LARGE_FROM ? take_small(bytes) : take_large(bytes);
}

void pages_give(void *memory, size_t bytes)
{
    if (bytes < LARGE_FROM)
        free(memory);
    else if (memory)
        munmap(memory, round_up(bytes, LARGE_PAGE));
}
