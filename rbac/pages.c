#include "rbac/pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LARGE_PAGE = 2 << 20, CACHE_LINE = 64 };

void *pages_take(size_t bytes)
{
    const size_t unit = bytes >= LARGE_PAGE / 2 ? LARGE_PAGE : CACHE_LINE;
    const size_t size = (bytes / unit + 1) * unit;
    void *memory = aligned_alloc(unit, size);

    if (!memory)
        return NULL;
    if (unit == LARGE_PAGE)
        (void)madvise(memory, size, MADV_HUGEPAGE); /* a wish, no more */
    memset(memory, 0, size);
    return memory;
}
