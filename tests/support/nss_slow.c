/*
 * A name service that hangs: it knows every account whose name begins with
 * "slow", and says so once somebody holds the pipe NSS_SLOW_GATE open for
 * writing. Loaded by libnss-wrapper (NSS_WRAPPER_MODULE_SO_PATH).
 */
#include <errno.h>
#include <fcntl.h>
#include <nss.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLOW_GID = 1000 };

static void wait_at_gate(void)
{
    const char *gate = getenv("NSS_SLOW_GATE");
    int fd;

    do {
        fd = gate ? open(gate, O_RDONLY | O_CLOEXEC) : -1;
    } while (fd < 0 && errno == EINTR);
    if (fd >= 0)
        close(fd);
}

enum nss_status _nss_slow_getpwnam_r(const char *name, struct passwd *passwd,
                                     char *buffer, size_t size, int *error);

enum nss_status _nss_slow_getpwnam_r(const char *name, struct passwd *passwd,
                                     char *buffer, size_t size, int *error)
{
    static char empty[] = "";

    if (strncmp(name, "slow", 4) != 0) {
        *error = ENOENT;
        return NSS_STATUS_NOTFOUND;
    }
    if (strlen(name) >= size) {
        *error = ERANGE;
        return NSS_STATUS_TRYAGAIN;
    }
    wait_at_gate();
    *passwd = (struct passwd){.pw_name = strcpy(buffer, name),
                              .pw_passwd = empty,
                              .pw_uid = SLOW_GID,
                              .pw_gid = SLOW_GID,
                              .pw_gecos = empty,
                              .pw_dir = empty,
                              .pw_shell = empty};
    return NSS_STATUS_SUCCESS;
}
