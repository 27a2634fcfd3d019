#include "provider/daemon/service_user.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provider/base/own.h"

static uid_t caller;
static bool has_become; /* another than the caller */

uid_t service_user_caller(void)
{
    return has_become ? caller : getuid();
}

static enum status become(const struct passwd *user)
{
    if (geteuid() != 0)
        return geteuid() == user->pw_uid ? STATUS_OK : STATUS_DENIED;
    caller = getuid();
    has_become = true;
    if (initgroups(user->pw_name, user->pw_gid) != 0 ||
        setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)
        return STATUS_UNAVAILABLE;
    /* For good: whoever is not root now cannot be it again. */
    if (user->pw_uid != 0 && setuid(0) == 0)
        return STATUS_UNAVAILABLE;
    return STATUS_OK;
}

enum status service_user_become(const char *user)
{
    const struct passwd *found = getpwnam(user);

    return found ? become(found) : STATUS_NOT_FOUND;
}

enum status service_user_of(const char *path)
{
    SCOPED(memory_drop) char *copy = strdup(path);
    const struct passwd *owner;
    struct stat directory;

    if (!copy)
        return STATUS_NO_MEMORY;
    if (geteuid() != 0 || stat(dirname(copy), &directory) != 0 ||
        directory.st_uid == 0)
        return STATUS_OK;
    owner = getpwuid(directory.st_uid);
    return owner ? become(owner) : STATUS_NOT_FOUND;
}
