#include "provider/net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "provider/base/log.h"

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void addresses_drop(struct addrinfo **addresses)
{
    if (*addresses)
        freeaddrinfo(*addresses);
}

static enum status fail(const char *name, const char *what)
{
    log_error("listen.failed address=%s what=%s why=%s", name, what,
              strerror(errno));
    return STATUS_UNAVAILABLE;
}

/* ---- TCP ---- */

/* Accepted sockets inherit TCP_NODELAY. Without it, the end of an answer longer
 * than one write waits until the peer acknowledges the rest, up to 40 ms. */
static enum status open_tcp(const struct sockaddr *address, socklen_t size,
                            const char *name, int *fd_out)
{
    const int on = 1;
    SCOPED(close_fd)
    int fd = socket(address->sa_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return fail(name, "socket");
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0)
        return fail(name, "setsockopt");
    if (bind(fd, address, size) != 0)
        return fail(name, "bind");
    *fd_out = fd;
    fd = -1;
    return STATUS_OK;
}

/* Port 0 becomes the one that the first socket was given. */
static void name_tcp(struct listener_sockets *sockets, const char *scheme,
                     struct sockaddr_storage *address, socklen_t *size)
{
    char host[64] = "?", port[16] = "?";

    if (getsockname(sockets->fds[0], (struct sockaddr *)address, size) == 0)
        getnameinfo((struct sockaddr *)address, *size, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(sockets->name, sizeof(sockets->name),
             address->ss_family == AF_INET6 ? "%s:[%s]:%s" : "%s:%s:%s", scheme,
             host, port);
}

static enum status resolve(const struct config_listener *config,
                           struct sockaddr_storage *address, socklen_t *size)
{
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    SCOPED(addresses_drop) struct addrinfo *found = NULL;
    const int error = getaddrinfo(config->host, config->port, &hints, &found);

    if (error != 0 || found->ai_addrlen > sizeof(*address)) {
        log_error("listen.failed address=%s why=%s", config->tls,
                  gai_strerror(error));
        return STATUS_UNAVAILABLE;
    }
    memcpy(address, found->ai_addr, found->ai_addrlen);
    *size = found->ai_addrlen;
    return STATUS_OK;
}

static enum status open_all_tcp(const struct config_listener *config,
                                size_t n_workers,
                                struct listener_sockets *sockets)
{
    struct sockaddr_storage address;
    socklen_t size;

    TRY(resolve(config, &address, &size));
    for (size_t i = 0; i < n_workers; i++) {
        TRY(open_tcp((struct sockaddr *)&address, size, config->tls,
                     &sockets->fds[i]));
        sockets->n_fds++;
        if (i == 0)
            name_tcp(sockets, config->https ? "https" : "tls", &address, &size);
    }
    return STATUS_OK;
}

/* ---- Unix ---- */

/* A stale socket is removed; anything else is left alone. */
static enum status clear_stale(const struct sockaddr_un *address)
{
    struct stat there;
    SCOPED(close_fd) int fd = -1;

    if (lstat(address->sun_path, &there) != 0)
        return STATUS_OK;
    if (!S_ISSOCK(there.st_mode)) {
        errno = EEXIST;
        return fail(address->sun_path, "not a socket");
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 &&
        connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0) {
        errno = EADDRINUSE;
        return fail(address->sun_path, "connect");
    }
    if (unlink(address->sun_path) != 0)
        return fail(address->sun_path, "unlink");
    return STATUS_OK;
}

/* Everybody may connect: signing in shows who they are. */
static enum status open_unix(const struct config_listener *config,
                             struct listener_sockets *sockets)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    SCOPED(close_fd) int fd = -1;

    snprintf(address.sun_path, sizeof(address.sun_path), "%s",
             config->unix_path);
    TRY(clear_stale(&address));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail(config->unix_path, "socket");
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        return fail(config->unix_path, "bind");
    if (chmod(config->unix_path, 0666) != 0)
        return fail(config->unix_path, "chmod");
    sockets->fds[0] = fd;
    sockets->n_fds = 1;
    fd = -1;
    snprintf(sockets->name, sizeof(sockets->name), "unix:%s",
             config->unix_path);
    return STATUS_OK;
}

enum status listener_open(const struct config_listener *config,
                          size_t n_workers,
                          struct listener_sockets *sockets_out)
{
    enum status status;

    *sockets_out = (struct listener_sockets){
        .fds = calloc(n_workers, sizeof(*sockets_out->fds))};
    if (!sockets_out->fds)
        return STATUS_NO_MEMORY;
    status = config->unix_path ? open_unix(config, sockets_out)
                               : open_all_tcp(config, n_workers, sockets_out);
    if (status != STATUS_OK)
        listener_close(sockets_out);
    return status;
}

int listener_fd(const struct listener_sockets *sockets, size_t worker)
{
    const int fd = sockets->fds[worker < sockets->n_fds ? worker : 0];

    return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

void listener_close(struct listener_sockets *sockets)
{
    for (size_t i = 0; i < sockets->n_fds; i++)
        close(sockets->fds[i]);
    if (strncmp(sockets->name, "unix:", 5) == 0)
        unlink(sockets->name + 5);
    free(sockets->fds);
    *sockets = (struct listener_sockets){0};
}
