#include "provider/net/acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/base/mutant.h"

enum {
    BACKLOG = 1024,
    BURST_MAX = 16, /* accepted before others have their turn */
    PAUSE_MS = 100,
    DEAF_MS = 1000,
};

/* Held from giving up a reserve until the peer is closed: otherwise another
 * loop accepts a peer with that descriptor, and the reserve is lost. */
static pthread_mutex_t reserve_lock = PTHREAD_MUTEX_INITIALIZER;

static void report(struct acceptor *acceptor, enum metrics_turned_away cause,
                   const char *why)
{
    metrics_count_turned_away(acceptor->metrics, cause);
    log_rarely(LOG_ERROR, &acceptor->rate,
               "accept.failed address=%s cause=%s why=%s", acceptor->name,
               metrics_turned_away_name(cause), why);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void refill_reserve(struct acceptor *acceptor)
{
    if (acceptor->reserve < 0)
        acceptor->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static int accept_fd(struct acceptor *acceptor, struct sockaddr_storage *from)
{
    socklen_t size = sizeof(*from);

    return accept4(acceptor->fd, (struct sockaddr *)from, &size,
                   SOCK_NONBLOCK | SOCK_CLOEXEC);
}

static int accept_beside_reserves(struct acceptor *acceptor,
                                  struct sockaddr_storage *from)
{
    int fd, error;

    pthread_mutex_lock(&reserve_lock);
    fd = accept_fd(acceptor, from);
    error = errno;
    pthread_mutex_unlock(&reserve_lock);
    errno = error;
    return fd;
}

/* ---- Without resources ---- */

static void on_ready(uv_poll_t *poll, int error, int events);

static void on_pause_over(uv_timer_t *timer)
{
    struct acceptor *acceptor = timer->data;

    refill_reserve(acceptor);
    if (acceptor->reserve < 0 && !MUTANT("e6-reserve-lost"))
        acceptor->spare(acceptor->context);
    if (uv_poll_start(&acceptor->poll, UV_READABLE, on_ready) != 0)
        uv_timer_start(timer, on_pause_over, PAUSE_MS, 0);
}

/* The peers wait in the queue of the socket meanwhile. */
static void pause_taking(struct acceptor *acceptor)
{
    uv_poll_stop(&acceptor->poll);
    uv_timer_start(&acceptor->pause, on_pause_over, PAUSE_MS, 0);
}

/* Uses the descriptor in reserve, so that the peer learns of it at once.
 * Something else in the process may still take that one. */
static bool turn_one_away(struct acceptor *acceptor, int error)
{
    struct sockaddr_storage from;
    int fd;

    pthread_mutex_lock(&reserve_lock);
    close_fd(&acceptor->reserve);
    fd = accept_fd(acceptor, &from);
    close_fd(&fd);
    refill_reserve(acceptor);
    pthread_mutex_unlock(&reserve_lock);
    report(acceptor, METRICS_NO_DESCRIPTOR, strerror(error));
    if (acceptor->reserve >= 0)
        return true;
    pause_taking(acceptor);
    return false;
}

/* ---- Taking ---- */

/* True: the next may be tried. */
static bool go_on_after(struct acceptor *acceptor, int error)
{
    switch (error) {
    case EAGAIN:
        return false;
    case EMFILE:
    case ENFILE:
        return turn_one_away(acceptor, error);
    case ECONNABORTED: /* and errors of the network for one peer: accept(2) */
    case EINTR:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case EPERM:
        return true;
    default:
        report(acceptor, METRICS_NO_MEMORY, strerror(error));
        pause_taking(acceptor);
        return false;
    }
}

static bool take_one(struct acceptor *acceptor)
{
    struct sockaddr_storage from;
    int fd = accept_beside_reserves(acceptor, &from);
    enum status status;

    if (fd < 0)
        return go_on_after(acceptor, errno);
    status = acceptor->take(acceptor->context, acceptor->index, fd,
                            (const struct sockaddr *)&from);
    if (status == STATUS_OK)
        return true;
    close_fd(&fd);
    report(acceptor, METRICS_NO_MEMORY, status_name(status));
    if (MUTANT("e1-deaf-listener"))
        uv_poll_stop(&acceptor->poll);
    return true;
}

static void on_ready(uv_poll_t *poll, int error, int events)
{
    struct acceptor *acceptor = poll->data;

    (void)events;
    if (error) {
        report(acceptor, METRICS_NO_MEMORY, uv_strerror(error));
        pause_taking(acceptor);
        return;
    }
    for (int n = 0; n < BURST_MAX && take_one(acceptor); n++)
        ;
}

/* ---- Those who come too fast ---- */

static void on_deafness_over(uv_timer_t *timer)
{
    struct acceptor *acceptor = timer->data;

    acceptor->unheard.n = 0;
    source_filter_apply(&acceptor->unheard, acceptor->fd);
}

bool acceptor_unhear(struct acceptor *acceptor, const struct sockaddr *from)
{
    if (!source_filter_add(&acceptor->unheard, from))
        return false;
    source_filter_apply(&acceptor->unheard, acceptor->fd);
    if (acceptor->unheard.n == 1)
        uv_timer_start(&acceptor->deafness, on_deafness_over, DEAF_MS, 0);
    return true;
}

/* ---- Beginning and end ---- */

enum status acceptor_open(struct acceptor *acceptor, uv_loop_t *loop, int fd)
{
    acceptor->fd = fd;
    acceptor->reserve = -1;
    refill_reserve(acceptor);
    if (acceptor->reserve < 0 || listen(fd, BACKLOG) != 0 ||
        uv_poll_init(loop, &acceptor->poll, fd) != 0)
        return STATUS_UNAVAILABLE;
    uv_timer_init(loop, &acceptor->pause);
    uv_timer_init(loop, &acceptor->deafness);
    acceptor->n_open = 3;
    acceptor->poll.data = acceptor->pause.data = acceptor;
    acceptor->deafness.data = acceptor;
    return uv_poll_start(&acceptor->poll, UV_READABLE, on_ready) == 0
               ? STATUS_OK
               : STATUS_UNAVAILABLE;
}

static void on_closed(uv_handle_t *handle)
{
    struct acceptor *acceptor = handle->data;

    if (--acceptor->n_open == 0)
        close_fd(&acceptor->fd);
}

void acceptor_close(struct acceptor *acceptor)
{
    close_fd(&acceptor->reserve);
    if (acceptor->n_open == 0) {
        close_fd(&acceptor->fd);
        return;
    }
    uv_close((uv_handle_t *)&acceptor->poll, on_closed);
    uv_close((uv_handle_t *)&acceptor->pause, on_closed);
    uv_close((uv_handle_t *)&acceptor->deafness, on_closed);
}
