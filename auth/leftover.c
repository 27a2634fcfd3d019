#include "auth/leftover.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIST_BYTES = 16 * 1024, LOOKS_MAX = 1000, LOOK_MS = 1 };

void leftover_adopt(struct leftover *out)
{
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    out->list = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
}

/* The number that follows, up to a space; 0: there is no whole one. */
static pid_t next_child(char **at)
{
    char *end;
    const long pid = strtol(*at, &end, 10);

    if (end == *at || *end != ' ')
        return 0;
    *at = end;
    return (pid_t)pid;
}

bool leftover_kill(const struct leftover *leftover, leftover_is_own *is_own,
                   const void *context)
{
    char list[LIST_BYTES];
    char *at = list;
    bool is_there = false;
    ssize_t size;
    pid_t pid;

    if (leftover->list < 0)
        return false;
    size = pread(leftover->list, list, sizeof(list) - 1, 0);
    list[size > 0 ? size : 0] = '\0';
    while ((pid = next_child(&at)) > 0) {
        if (is_own(context, pid))
            continue;
        is_there = true;
        kill(pid, SIGKILL);
        (void)waitpid(pid, NULL, WNOHANG);
    }
    return is_there;
}

void leftover_end(const struct leftover *leftover, leftover_is_own *is_own,
                  const void *context)
{
    for (int i = 0; i < LOOKS_MAX; i++) {
        if (!leftover_kill(leftover, is_own, context))
            return;
        (void)poll(NULL, 0, LOOK_MS);
    }
}
