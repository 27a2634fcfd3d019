#include "provider/client/link.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "provider/base/buf.h"
#include "provider/base/clock.h"
#include "provider/client/answer.h"
#include "provider/client/tls.h"
#include "provider/wire/frame.h"

enum {
    CHUNK_BYTES = 16 * 1024,
    SEND_MAX_BYTES = 64 * 1024 * 1024,
};

struct link {
    int fd;
    struct tls *tls; /* NULL on a Unix socket */
    struct frame_reader frames;
    struct buf arrived; /* plain bytes, lent to the frame reader */
    struct buf leaving; /* records for the socket */
    bool has_ended;     /* the peer has finished sending */
};

void link_free(struct link *link)
{
    if (!link)
        return;
    tls_free(link->tls);
    if (link->fd >= 0)
        close(link->fd);
    frame_reader_free(&link->frames);
    buf_wipe(&link->arrived); /* answers of a sign-in pass through here */
    buf_wipe(&link->leaving);
    free(link);
}

int link_fd(const struct link *link)
{
    return link->fd;
}

const struct tls *link_tls(const struct link *link)
{
    return link->tls;
}

struct text link_exporter(const struct link *link)
{
    return link->tls ? tls_exporter(link->tls) : (struct text){NULL, 0};
}

/* ---- Waiting ---- */

static enum status wait_for(int fd, short events, int64_t deadline_ms,
                            struct failure *failure)
{
    struct pollfd watched = {.fd = fd, .events = events};
    int64_t left_ms;
    int n;

    do {
        left_ms = deadline_ms - clock_mono_ms();
        if (left_ms < 0)
            left_ms = 0;
        n = poll(&watched, 1, left_ms > 3600000 ? 3600000 : (int)left_ms);
    } while (n < 0 && errno == EINTR);
    if (n > 0)
        return STATUS_OK;
    return failure_set(failure, SMSCLIENT_UNAVAILABLE, "timeout",
                       "The server did not answer in time.");
}

static enum status broken(struct failure *failure)
{
    return failure_set(failure, SMSCLIENT_UNAVAILABLE, "closed",
                       "The connection broke: %s.", strerror(errno));
}

static enum status send_all(struct link *link, struct text bytes,
                            int64_t deadline_ms, struct failure *failure)
{
    while (bytes.size) {
        const ssize_t n = send(link->fd, bytes.data, bytes.size, MSG_NOSIGNAL);

        if (n > 0) {
            bytes.data += n;
            bytes.size -= (size_t)n;
        } else if (errno == EAGAIN) {
            TRY(wait_for(link->fd, POLLOUT, deadline_ms, failure));
        } else if (errno != EINTR) {
            return broken(failure);
        }
    }
    return STATUS_OK;
}

/* Sends what TLS has to send. */
static enum status flush(struct link *link, int64_t deadline_ms,
                         struct failure *failure)
{
    enum status sent;

    tls_take(link->tls, &link->leaving);
    TRY(buf_status(&link->leaving));
    sent = send_all(link, buf_text(&link->leaving), deadline_ms, failure);
    buf_clear(&link->leaving);
    return sent;
}

/* ---- Receiving ---- */

/*
 * Reads what the socket holds, once: size_out 0 if nothing is there now,
 * STATUS_END if the peer has closed it.
 */
static enum status receive_chunk(struct link *link, char *chunk,
                                 struct failure *failure, size_t *size_out)
{
    ssize_t n;

    do
        n = recv(link->fd, chunk, CHUNK_BYTES, 0);
    while (n < 0 && errno == EINTR);
    *size_out = n > 0 ? (size_t)n : 0;
    if (n == 0)
        return STATUS_END;
    if (n < 0 && errno != EAGAIN)
        return broken(failure);
    return STATUS_OK;
}

static enum status receive_tls(struct link *link, struct failure *failure,
                               size_t *size_out)
{
    char chunk[CHUNK_BYTES];

    TRY(receive_chunk(link, chunk, failure, size_out));
    if (*size_out == 0)
        return STATUS_OK;
    TRY(tls_feed(link->tls, (struct text){chunk, *size_out}));
    return tls_read(link->tls, &link->arrived, failure);
}

static enum status receive_plain(struct link *link, struct failure *failure,
                                 size_t *size_out)
{
    char *room = buf_reserve(&link->arrived, CHUNK_BYTES);

    if (!room)
        return buf_status(&link->arrived);
    TRY(receive_chunk(link, room, failure, size_out));
    buf_added(&link->arrived, *size_out);
    return STATUS_OK;
}

/* Passes received bytes to the frame reader; STATUS_END if none have come. */
static enum status receive_some(struct link *link, struct failure *failure)
{
    enum status got;
    size_t size = 0;

    if (link->has_ended)
        return failure_set(failure, SMSCLIENT_UNAVAILABLE, "closed",
                           "The server closed the connection.");
    TRY(frame_keep(&link->frames));
    buf_clear(&link->arrived);
    got = link->tls ? receive_tls(link, failure, &size)
                    : receive_plain(link, failure, &size);
    if (got == STATUS_END)
        link->has_ended = true; /* after the bytes that came with it */
    else if (got != STATUS_OK)
        return got;
    else if (size == 0)
        return STATUS_END;
    frame_feed(&link->frames, buf_text(&link->arrived));
    return STATUS_OK;
}

enum status link_try_receive(struct link *link, struct failure *failure,
                             struct text *line_out)
{
    enum status got;

    while ((got = frame_next(&link->frames, line_out)) == STATUS_END)
        TRY(receive_some(link, failure));
    if (got == STATUS_LIMIT)
        return failure_set(failure, SMSCLIENT_FAILED, "limit",
                           "The server's answer is longer than %d MiB.",
                           ANSWER_MAX_BYTES / 1024 / 1024);
    return got;
}

enum status link_receive(struct link *link, int64_t deadline_ms,
                         struct failure *failure, struct text *line_out)
{
    enum status got;

    while ((got = link_try_receive(link, failure, line_out)) == STATUS_END)
        TRY(wait_for(link->fd, POLLIN, deadline_ms, failure));
    return got;
}

enum status link_send(struct link *link, struct text bytes, int64_t deadline_ms,
                      struct failure *failure)
{
    if (!link->tls)
        return send_all(link, bytes, deadline_ms, failure);
    TRY(tls_write(link->tls, bytes, failure));
    return flush(link, deadline_ms, failure);
}

/* ---- Connecting ---- */

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
    TRY(wait_for(link->fd, POLLOUT, deadline_ms, failure));
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

        TRY(flush(link, config->deadline_ms, failure));
        TRY(wait_for(link->fd, POLLIN, config->deadline_ms, failure));
        got = receive_chunk(link, chunk, failure, &size);
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

        (void)!flush(link, config->deadline_ms, &ignored);
        failure_clear(&ignored);
        return shaken;
    }
    return flush(link, config->deadline_ms, failure);
}

static struct link *make(int fd)
{
    struct link *link = calloc(1, sizeof(*link));

    if (!link)
        return NULL;
    link->fd = fd;
    link->frames = frame_reader_make(ANSWER_MAX_BYTES);
    link->arrived = buf_make(FRAME_FEED_MAX_BYTES);
    link->leaving = buf_make(SEND_MAX_BYTES);
    return link;
}

enum status link_wrap(int fd, struct link **link_out)
{
    *link_out = make(fd);
    if (!*link_out)
        close(fd);
    return *link_out ? STATUS_OK : STATUS_NO_MEMORY;
}

int link_unwrap(struct link *link)
{
    const bool is_clean = !frame_has_bytes(&link->frames);
    const int fd = is_clean ? link->fd : -1;

    if (is_clean)
        link->fd = -1;
    link_free(link);
    return fd;
}

enum status link_open(const struct link_config *config, struct failure *failure,
                      struct link **link_out)
{
    OWNED(link) link = make(-1);

    if (!link)
        return STATUS_NO_MEMORY;
    if (config->address.kind == ADDRESS_UNIX) {
        TRY(connect_unix(link, config, failure));
    } else {
        TRY(tls_new(config, failure, &link->tls));
        TRY(connect_tcp(link, config, failure));
        TRY(shake_hands(link, config, failure));
    }
    *link_out = TAKE(link);
    return STATUS_OK;
}
