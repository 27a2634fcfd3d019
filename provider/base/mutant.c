/* The one fault that a test build was asked to put back. */
#include "provider/base/mutant.h"

#ifdef SMS_MUTANTS

#include <stdlib.h>
#include <string.h>

static char chosen[64];

/* Runs before main, whose first line clears the environment. */
__attribute__((constructor)) static void choose(void)
{
    const char *name = getenv("SMS_MUTANT");

    if (name && strlen(name) < sizeof(chosen))
        memcpy(chosen, name, strlen(name) + 1);
}

bool mutant_is_on(const char *name)
{
    return strcmp(chosen, name) == 0;
}

#else
/* ISO C forbids an empty translation unit. */
extern int mutant_none;
#endif
