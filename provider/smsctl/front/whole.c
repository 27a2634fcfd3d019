#include "provider/smsctl/front/whole.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "provider/client/smsclient.h"

static char **words;

void whole_keep(char *argv[])
{
    words = argv;
}

/* By its place from this program's folder, in a build and wherever both were
 * installed; not for a process with more rights than its caller, who may have
 * made a link to it. */
static void run_near(const char *place)
{
    char path[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    char *slash;
    size_t room;

    if (n <= 0 || getauxval(AT_SECURE))
        return;
    path[n] = '\0';
    slash = strrchr(path, '/');
    if (!slash)
        return;
    room = sizeof(path) - (size_t)(slash + 1 - path);
    if ((size_t)snprintf(slash + 1, room, "%s", place) < room)
        execv(path, words);
}

noreturn void whole_run(void)
{
    run_near("smsctl-whole");
    run_near(SMSCTL_WHOLE_FROM_BIN);
    execv(SMSCTL_WHOLE_PATH, words);
    fprintf(stderr, "smsctl: %s cannot be run: %s.\n", SMSCTL_WHOLE_PATH,
            strerror(errno));
    _exit(SMSCLIENT_FAILED);
}
