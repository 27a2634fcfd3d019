#include "provider/client/link_private.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "provider/client/tls.h"

static enum status unreachable(struct failure *failure, const char *where,
                               int error)
{
    failure_set(failure, SMSCLIENT_UNAVAILABLE, "unreachable",
                "No provider answers at %s: %s.", where, strerror(error));
    failure_next(
        failure,
        "Check that smsproviderd is running and that --server names it.");
    return STATUS_UNAVAILABLE;
}

static enum status connect_fd(struct link *link, const char *where,
                              const struct sockaddr *to, socklen_t size,
                              int64_t deadline_ms, struct failure *failure)
{
    int error = 0;
    socklen_t error_size = sizeof(error);

    link->fd =
        socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (link->fd < 0)
        return unreachable(failure, where, errno);
    if (connect(link->fd, to, size) == 0)
        return STATUS_OK;
    if (errno != EINPROGRESS)
        return unreachable(failure, where, errno);
    TRY(link_wait(link->fd, POLLOUT, deadline_ms, failure));
    if (getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &error_size) != 0)
        error = errno;
    return error ? unreachable(failure, where, error) : STATUS_OK;
}

static enum status connect_unix(struct link *link,
                                const struct link_config *config,
                                struct failure *failure)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};

    _Static_assert(sizeof(to.sun_path) > ADDRESS_PATH_MAX_BYTES, "path fits");
    memcpy(to.sun_path, config->address.path, sizeof(config->address.path));
    return connect_fd(link, config->address.path, (struct sockaddr *)&to,
                      sizeof(to), config->deadline_ms, failure);
}

static void drop_addresses(struct addrinfo **addresses)
{
    if (*addresses)
        freeaddrinfo(*addresses);
}

static enum status connect_tcp(struct link *link,
                               const struct link_config *config,
                               struct failure *failure)
{
    const struct address *address = &config->address;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICSERV};
    SCOPED(drop_addresses) struct addrinfo *found = NULL;
    enum status connected = STATUS_UNAVAILABLE;
    const int one = 1;
    const int error = getaddrinfo(address->host, address->port, &hints, &found);

    if (error)
        return failure_set(failure, SMSCLIENT_UNAVAILABLE, "unreachable",
                           "There is no address for %s: %s.", address->host,
                           gai_strerror(error));
    for (struct addrinfo *to = found; to; to = to->ai_next) {
        if (link->fd >= 0)
            close(link->fd);
        link->fd = -1;
        connected = connect_fd(link, address->host, to->ai_addr, to->ai_addrlen,
                               config->deadline_ms, failure);
        if (connected == STATUS_OK)
            break;
    }
    if (connected == STATUS_OK)
        (void)setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return connected;
}

static enum status shake_hands(struct link *link,
                               const struct link_config *config,
                               struct failure *failure)
{
    enum status shaken;
    char chunk[CHUNK_BYTES];
    size_t size;

    while ((shaken = tls_handshake(link->tls, failure)) == STATUS_END) {
        enum status got;

        TRY(link_flush(link, config->deadline_ms, failure));
        TRY(link_wait(link->fd, POLLIN, config->deadline_ms, failure));
        got = link_receive_chunk(link, chunk, failure, &size);
        if (got == STATUS_END)
            return failure_set(failure, SMSCLIENT_UNAVAILABLE, "closed",
                               "The server closed the connection during the "
                               "TLS handshake.");
        TRY(got);
        TRY(tls_feed(link->tls, (struct text){chunk, size}));
    }
    if (shaken != STATUS_OK) {
        /* Sends the alert that tells the server why; the failure is already
         * set. */
        struct failure ignored = {{SMSCLIENT_OK}};

        (void)!link_flush(link, config->deadline_ms, &ignored);
        failure_clear(&ignored);
        return shaken;
    }
    return link_flush(link, config->deadline_ms, failure);
}

enum status link_open(const struct link_config *config, struct failure *failure,
                      struct link **link_out)
{
    OWNED(link) link = link_make(-1);

    if (!link)
        return STATUS_NO_MEMORY;
    if (config->address.kind == ADDRESS_UNIX) {
        TRY(connect_unix(link, config, failure));
    } else {
        link->records = &tls_records;
        TRY(tls_new(config, failure, &link->tls));
        TRY(connect_tcp(link, config, failure));
        TRY(shake_hands(link, config, failure));
    }
    *link_out = TAKE(link);
    return STATUS_OK;
}
