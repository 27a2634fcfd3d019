#include "provider/smsctl/audit/syslog_link.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/client/tls_host.h"

enum {
    WHY_BYTES = 256,
    BEGIN_MS = 15 * 1000, /* to connect, and for the handshake */
    END_MS = 10 * 1000,   /* for the receiver to read all that it has */
    LOOK_MS = 50,
};

struct syslog_link {
    int fd;
    SSL *ssl;
};

void syslog_link_free(struct syslog_link *link)
{
    if (!link)
        return;
    if (link->ssl) {
        (void)SSL_shutdown(link->ssl);
        SSL_free(link->ssl);
    }
    ERR_clear_error();
    if (link->fd >= 0)
        close(link->fd);
    free(link);
}

/* ---- Waiting ---- */

static short wait_for(const struct syslog_link *link, short events,
                      int timeout_ms)
{
    struct pollfd wanted = {.fd = link->fd, .events = events};

    return poll(&wanted, 1, timeout_ms) > 0 ? wanted.revents : 0;
}

/* Takes what the receiver sends, which is nothing but TLS's own messages. */
static enum status drain(struct syslog_link *link)
{
    char bytes[1024];
    size_t n;

    while (SSL_read_ex(link->ssl, bytes, sizeof(bytes), &n) == 1)
        ;
    switch (SSL_get_error(link->ssl, 0)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return STATUS_OK;
    default:
        ERR_clear_error();
        return STATUS_UNAVAILABLE;
    }
}

/* After a step of the library that is not finished; timeout_ms -1: for ever. */
static enum status go_on(struct syslog_link *link, int code, int timeout_ms)
{
    const int error = SSL_get_error(link->ssl, code);
    short ready;

    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
        return STATUS_UNAVAILABLE;
    ready =
        wait_for(link, error == SSL_ERROR_WANT_READ ? POLLIN : POLLIN | POLLOUT,
                 timeout_ms);
    return ready ? STATUS_OK : STATUS_UNAVAILABLE;
}

/* ---- Opening ---- */

static int dial(const struct addrinfo *address)
{
    const int yes = 1;
    const int fd = socket(address->ai_family,
                          SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct pollfd wanted = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof(error);

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
    if ((connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
         errno == EINPROGRESS) &&
        poll(&wanted, 1, BEGIN_MS) == 1 &&
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)
        return fd;
    close(fd);
    return -1;
}

static int dial_any(const char *host, const char *port)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int fd = -1;

    if (getaddrinfo(host, port, &hints, &found) != 0)
        return -1;
    for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next)
        fd = dial(at);
    freeaddrinfo(found);
    return fd;
}

static enum status shake_hands(struct syslog_link *link, char why[WHY_BYTES])
{
    const int64_t until_ms = clock_mono_ms() + BEGIN_MS;
    int code;

    while ((code = SSL_connect(link->ssl)) != 1) {
        const long verified = SSL_get_verify_result(link->ssl);

        if (clock_mono_ms() < until_ms &&
            go_on(link, code, BEGIN_MS) == STATUS_OK)
            continue;
        snprintf(why, WHY_BYTES, "The receiver's TLS is refused: %s.",
                 verified != X509_V_OK ? X509_verify_cert_error_string(verified)
                                       : "the handshake failed");
        ERR_clear_error();
        return STATUS_UNAVAILABLE;
    }
    return STATUS_OK;
}

enum status syslog_link_open(SSL_CTX *context, const char *host,
                             const char *port, char why[WHY_BYTES],
                             struct syslog_link **link_out)
{
    OWNED(syslog_link) link = calloc(1, sizeof(*link));

    if (!link)
        return STATUS_NO_MEMORY;
    link->fd = dial_any(host, port);
    if (link->fd < 0) {
        snprintf(why, WHY_BYTES, "The receiver at %s:%s cannot be reached.",
                 host, port);
        return STATUS_UNAVAILABLE;
    }
    link->ssl = SSL_new(context);
    if (!link->ssl || SSL_set_fd(link->ssl, link->fd) != 1)
        return STATUS_NO_MEMORY;
    snprintf(why, WHY_BYTES, "%s is no name of a host.", host);
    TRY(tls_expect_host(link->ssl, host));
    TRY(shake_hands(link, why));
    *link_out = TAKE(link);
    return STATUS_OK;
}

/* ---- Sending ---- */

enum status syslog_link_send(struct syslog_link *link, struct text bytes)
{
    size_t n = 0;

    while (bytes.size > 0) {
        if (SSL_write_ex(link->ssl, bytes.data, bytes.size, &n) == 1) {
            bytes = (struct text){bytes.data + n, bytes.size - n};
            continue;
        }
        TRY(go_on(link, 0, -1));
        TRY(drain(link));
    }
    return STATUS_OK;
}

/* Has the receiver's system confirmed all bytes? */
static bool is_taken(const struct syslog_link *link)
{
    int n_left = 1;

    return ioctl(link->fd, SIOCOUTQ, &n_left) == 0 && n_left == 0;
}

enum status syslog_link_settle(struct syslog_link *link)
{
    while (!is_taken(link)) {
        (void)wait_for(link, POLLIN, LOOK_MS);
        TRY(drain(link));
    }
    return drain(link);
}

enum status syslog_link_end(struct syslog_link *link)
{
    const int64_t until_ms = clock_mono_ms() + END_MS;
    char bytes[1024];
    ssize_t n = -1;

    (void)SSL_shutdown(link->ssl);
    ERR_clear_error();
    if (shutdown(link->fd, SHUT_WR) != 0)
        return STATUS_UNAVAILABLE;
    while (clock_mono_ms() < until_ms) {
        (void)wait_for(link, POLLIN, LOOK_MS);
        n = recv(link->fd, bytes, sizeof(bytes), 0);
        if (n == 0)
            return is_taken(link) ? STATUS_OK : STATUS_UNAVAILABLE;
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return STATUS_UNAVAILABLE;
    }
    return STATUS_END;
}
