/* Connections that do nothing: what they hold is measured from outside. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/crowd_modes.h"

static unsigned open_all(struct member *members, const struct crowd *crowd,
                         unsigned count)
{
    unsigned n = 0;

    while (n < count && member_open(&members[n], crowd))
        n++;
    return n;
}

static void say(const char *what, unsigned n)
{
    printf("%s n=%u\n", what, n);
    fflush(stdout);
}

int crowd_idle(const struct crowd *crowd, const struct crowd_options *options)
{
    struct member *members = calloc(options->count + 1, sizeof(*members));
    unsigned n;

    if (!members)
        return 1;
    n = open_all(members, crowd, options->count);
    say("open", n);
    (void)getchar();
    for (unsigned i = 0; i < n; i++)
        member_close(&members[i], false);
    free(members);
    say("closed", n);
    while (getchar() != EOF)
        ;
    return n < options->count;
}
