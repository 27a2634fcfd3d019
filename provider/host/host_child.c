#include "provider/host/host_child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

void host_child_begin(int kept)
{
    const unsigned first = STDERR_FILENO + 1;
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&none);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if ((unsigned)kept > first)
        close_range(first, (unsigned)kept - 1, 0);
    close_range((unsigned)kept < first ? first : (unsigned)kept + 1, ~0U, 0);
}
