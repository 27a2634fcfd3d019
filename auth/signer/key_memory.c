#include "auth/signer/key_memory.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "provider/base/log.h"
#include "provider/base/memory.h"

static bool is_wiped;

static void *take(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return malloc(size);
}

static void give(void *memory, const char *file, int line)
{
    (void)file;
    (void)line;
    if (is_wiped)
        memory_wipe(memory);
    else
        free(memory);
}

static void *change(void *memory, size_t size, const char *file, int line)
{
    const size_t had = memory && is_wiped ? malloc_usable_size(memory) : 0;
    void *changed;

    if (!had)
        return realloc(memory, size);
    changed = take(size, file, line);
    if (!changed)
        return NULL;
    memcpy(changed, memory, had < size ? had : size);
    give(memory, file, line);
    return changed;
}

void key_memory_prepare(void)
{
    if (CRYPTO_set_mem_functions(take, change, give) != 1)
        log_warn("keys.not_wiped why=%s", "the library is in use already");
}

void key_memory_wipe(void)
{
    is_wiped = true;
}
