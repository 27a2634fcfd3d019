#include "provider/client/link_private.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/client/answer.h"

void link_free(struct link *link)
{
    if (!link)
        return;
    if (link->tls)
        link->records->free(link->tls);
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
    return link->tls ? link->records->exporter(link->tls)
                     : (struct text){NULL, 0};
}

/* ---- Waiting ---- */

enum status link_wait(int fd, short events, int64_t deadline_ms,
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
            TRY(link_wait(link->fd, POLLOUT, deadline_ms, failure));
        } else if (errno != EINTR) {
            return broken(failure);
        }
    }
    return STATUS_OK;
}

/* Sends what TLS has to send. */
enum status link_flush(struct link *link, int64_t deadline_ms,
                       struct failure *failure)
{
    enum status sent;

    link->records->take(link->tls, &link->leaving);
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
enum status link_receive_chunk(struct link *link, char *chunk,
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

    TRY(link_receive_chunk(link, chunk, failure, size_out));
    if (*size_out == 0)
        return STATUS_OK;
    TRY(link->records->feed(link->tls, (struct text){chunk, *size_out}));
    return link->records->read(link->tls, &link->arrived, failure);
}

static enum status receive_plain(struct link *link, struct failure *failure,
                                 size_t *size_out)
{
    char *room = buf_reserve(&link->arrived, CHUNK_BYTES);

    if (!room)
        return buf_status(&link->arrived);
    TRY(link_receive_chunk(link, room, failure, size_out));
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
        TRY(link_wait(link->fd, POLLIN, deadline_ms, failure));
    return got;
}

enum status link_send(struct link *link, struct text bytes, int64_t deadline_ms,
                      struct failure *failure)
{
    if (!link->tls)
        return send_all(link, bytes, deadline_ms, failure);
    TRY(link->records->write(link->tls, bytes, failure));
    return link_flush(link, deadline_ms, failure);
}

/* ---- Over a socket that is there ---- */

struct link *link_make(int fd)
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
    *link_out = link_make(fd);
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
