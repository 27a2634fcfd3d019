#include "provider/smsctl/front/whole.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "provider/client/smsclient.h"

static const char name[] = "smsctl-whole";

static char **words;

void whole_keep(char *argv[])
{
    words = argv;
}

/* Beside this program, as in a build; not for a process with more rights than
 * its caller, who may have made a link to it. */
static void run_beside(void)
{
    char path[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
    char *slash;

    if (n <= 0 || getauxval(AT_SECURE))
        return;
    path[n] = '\0';
    slash = strrchr(path, '/');
    if (slash && (size_t)(slash + 1 - path) + sizeof(name) <= sizeof(path)) {
        memcpy(slash + 1, name, sizeof(name));
        execv(path, words);
    }
}

noreturn void whole_run(void)
{
    run_beside();
    execv(SMSCTL_WHOLE_PATH, words);
    fprintf(stderr, "smsctl: %s cannot be run: %s.\n", SMSCTL_WHOLE_PATH,
            strerror(errno));
    _exit(SMSCLIENT_FAILED);
}
