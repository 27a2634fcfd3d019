#include "provider/host/host_child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static void close_others(unsigned first, unsigned low, unsigned high)
{
    if (low > first)
        close_range(first, low - 1, 0);
    if (high > low + 1)
        close_range(low + 1, high - 1, 0);
    close_range(high + 1, ~0U, 0);
}

static unsigned above_standard(int fd)
{
    return fd > STDERR_FILENO ? (unsigned)fd : STDERR_FILENO;
}

void host_child_begin(int kept, int also)
{
    const unsigned one = above_standard(kept);
    const unsigned other = also < 0 ? one : above_standard(also);
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&none);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    close_others(STDERR_FILENO + 1, one < other ? one : other,
                 one < other ? other : one);
}
