#include "provider/base/memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/log.h"

noreturn void memory_end(const char *doing)
{
    log_error("memory.exhausted doing=%s", doing);
    _exit(MEMORY_EXIT);
}

bool memory_has_room(size_t bytes)
{
    void *volatile probe = malloc(bytes);

    free(probe);
    return probe != NULL;
}

enum { RESERVE_BYTES = 1024 * 1024 };

static _Atomic(void *) reserve;
static _Thread_local bool was_short;

static void give_up_reserve(void)
{
    was_short = true;
    free(atomic_exchange(&reserve, NULL));
}

bool memory_was_short(void)
{
    const bool answer = was_short;

    if (!reserve)
        free(atomic_exchange(&reserve, malloc(RESERVE_BYTES)));
    was_short = false;
    return answer;
}

void *memory_must(size_t size)
{
    void *memory = malloc(size ? size : 1);

    if (memory)
        return memory;
    give_up_reserve();
    memory = malloc(size ? size : 1);
    if (!memory)
        memory_end("json");
    return memory;
}

void memory_wipe(void *memory)
{
    if (memory)
        explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}
