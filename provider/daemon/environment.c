#include "provider/daemon/environment.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider/base/mutant.h"
#include "provider/base/own.h"

enum { KEPT_MAX = 64 };

/* Sockets, watchdog, journal and secrets of a service: sd_notify(3),
 * sd_listen_fds(3), systemd.exec(5). */
static const char *const kept_names[] = {
    "NOTIFY_SOCKET",  "LISTEN_FDS",     "LISTEN_PID",
    "LISTEN_FDNAMES", "WATCHDOG_USEC",  "WATCHDOG_PID",
    "INVOCATION_ID",  "JOURNAL_STREAM", "CREDENTIALS_DIRECTORY",
};

static bool is_kept(const char *entry)
{
    const size_t length = strcspn(entry, "=");

#ifdef SMS_MUTANTS
    /* The tests' name service is in a library of theirs. */
    if (strncmp(entry, "NSS_WRAPPER_", 12) == 0 ||
        strncmp(entry, "NSS_FILES_", 10) == 0)
        return true;
#endif
    for (size_t i = 0; i < ARRAY_SIZE(kept_names); i++)
        if (strlen(kept_names[i]) == length &&
            strncmp(entry, kept_names[i], length) == 0)
            return true;
    return false;
}

bool environment_clear(void)
{
    char *kept[KEPT_MAX];
    size_t n = 0;

    if (MUTANT("a8-environment"))
        return true;
    for (char **entry = environ; entry && *entry; entry++) {
        if (!is_kept(*entry))
            continue;
        if (n == KEPT_MAX)
            return false;
        kept[n++] = *entry;
    }
    if (clearenv() != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (putenv(kept[i]) != 0) /* the text stays: it is the process's own */
            return false;
    return true;
}
