#include "provider/net/scratch.h"

#include <assert.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_POISON 1
#endif
#endif

#ifdef HAS_POISON
#include <sanitizer/asan_interface.h>

static void forbid(struct scratch *scratch)
{
    ASAN_POISON_MEMORY_REGION(scratch->bytes, sizeof(scratch->bytes));
}

static void allow(struct scratch *scratch)
{
    ASAN_UNPOISON_MEMORY_REGION(scratch->bytes, sizeof(scratch->bytes));
}
#else
static void forbid(struct scratch *scratch)
{
    (void)scratch;
}

static void allow(struct scratch *scratch)
{
    (void)scratch;
}
#endif

void scratch_make(struct scratch *scratch)
{
    forbid(scratch);
}

char *scratch_open(struct scratch *scratch)
{
    allow(scratch);
    return scratch->bytes;
}

/* They may be a password or a token. */
void scratch_close(struct scratch *scratch, size_t n_used)
{
    assert(n_used <= sizeof(scratch->bytes));
    explicit_bzero(scratch->bytes, n_used);
    forbid(scratch);
}

void scratch_end(struct scratch *scratch)
{
    allow(scratch);
}
