#include "auth/helper.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

/* What the provider had set for itself. */
static void forget_signals(void)
{
    sigset_t none;

    sigemptyset(&none);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_IGN);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int compare(const void *a, const void *b)
{
    const int one = *(const int *)a, other = *(const int *)b;

    return (one > other) - (one < other);
}

void helper_begin(const char *name, int *kept, size_t n)
{
    unsigned next = STDERR_FILENO + 1;

    prctl(PR_SET_NAME, name);
    forget_signals();
    qsort(kept, n, sizeof(*kept), compare);
    for (size_t i = 0; i < n; i++) {
        if ((unsigned)kept[i] > next)
            close_range(next, (unsigned)kept[i] - 1, 0);
        next = (unsigned)kept[i] + 1;
    }
    close_range(next, ~0U, 0);
}
