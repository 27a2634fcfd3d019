/* Files, ports and signals: what Landlock stops. */
#include "tests/unit/confine/trespass.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/base/own.h"

static int open_in(const char *folder, const char *name, int flags)
{
    char path[256];
    int fd;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static int read_own(const struct trespass_site *site)
{
    return open_in(site->own, "file", O_RDONLY);
}

static int write_own(const struct trespass_site *site)
{
    return open_in(site->own, "new", O_RDWR | O_CREAT | O_TRUNC);
}

static int read_shown(const struct trespass_site *site)
{
    return open_in(site->shown, "file", O_RDONLY);
}

static int write_shown(const struct trespass_site *site)
{
    return open_in(site->shown, "file", O_WRONLY);
}

static int make_in_shown(const struct trespass_site *site)
{
    return open_in(site->shown, "new", O_WRONLY | O_CREAT);
}

static int read_foreign(const struct trespass_site *site)
{
    return open_in(site->foreign, "file", O_RDONLY);
}

static int write_foreign(const struct trespass_site *site)
{
    return open_in(site->foreign, "new", O_WRONLY | O_CREAT);
}

static int list_foreign(const struct trespass_site *site)
{
    return open_in(site->foreign, ".", O_RDONLY | O_DIRECTORY);
}

static int read_passwd(const struct trespass_site *site)
{
    (void)site;
    return open_in("/etc", "passwd", O_RDONLY);
}

static int remove_foreign(const struct trespass_site *site)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/spare", site->foreign);
    return unlink(path) == 0 ? 0 : errno;
}

static int link_out(const struct trespass_site *site)
{
    char path[256], out[256];

    snprintf(path, sizeof(path), "%s/file", site->own);
    snprintf(out, sizeof(out), "%s/moved", site->foreign);
    return rename(path, out) == 0 ? 0 : errno;
}

static int connect_to(uint16_t port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons(port),
                                        .sin_addr.s_addr =
                                            htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
        return errno;
    close(fd);
    return 0;
}

static int connect_near(const struct trespass_site *site)
{
    return connect_to(site->near_port);
}

static int connect_far(const struct trespass_site *site)
{
    return connect_to(site->far_port);
}

static int signal_parent(const struct trespass_site *site)
{
    (void)site;
    return kill(getppid(), SIGWINCH) == 0 ? 0 : errno;
}

const struct trespass_row trespass_files[] = {
    {"reads its own files", read_own, 0, 0, 0},
    {"writes its own files", write_own, 0, 0, EACCES},
    {"reads what it is shown", read_shown, 0, 0, 0},
    {"writes what it is shown", write_shown, EACCES, 0, EACCES},
    {"makes files where it may read", make_in_shown, EACCES, 0, EACCES},
    {"reads others' files", read_foreign, EACCES, 0, EACCES},
    {"makes files elsewhere", write_foreign, EACCES, 0, EACCES},
    {"lists others' directories", list_foreign, EACCES, 0, EACCES},
    {"removes others' files", remove_foreign, EACCES, 0, EACCES},
    {"moves its files out", link_out, EACCES, 0, EACCES},
    {"reads the host's names", read_passwd, 0, 0, EACCES},
    {"connects to a port of its own", connect_near, 0, 0, EACCES},
    {"connects to another port", connect_far, EACCES, 0, EACCES},
    {"signals its parent", signal_parent, EPERM, EPERM, EPERM},
};
const unsigned trespass_n_files = ARRAY_SIZE(trespass_files);
