#include "provider/host/host_serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/host/host_answer.h"
#include "provider/host/host_sign_in.h"

enum {
    CALLERS_MAX = 64,
    SIGN_INS_MAX = 32,
    CALLER_MS = 5 * 1000,     /* to say what it wants */
    SEND_MS = 1000,           /* an answer is one packet */
    LOOK_MS = 60 * 1000,      /* between looks whether the session is open */
    LOOK_AGAIN_MS = 10 * 1000 /* while it is not */
};

/* Connected, and has not said yet what it wants. */
struct caller {
    int fd;
    int64_t deadline_ms;
};

struct host {
    struct host_link *link;
    int listener;
    int signals;
    bool is_over;
    int64_t look_ms; /* when to look next */
    size_t n_sign_ins;
    struct caller callers[CALLERS_MAX];
    size_t n_callers;
};

enum { AT_LISTENER, AT_SIGNALS, AT_CALLERS };

/* ---- Callers ---- */

static void drop_caller(struct host *host, size_t at)
{
    if (host->callers[at].fd >= 0)
        close(host->callers[at].fd);
    host->callers[at] = host->callers[--host->n_callers];
}

/* Passwords are asked for by root's programs alone (T106: or by nobody). */
static bool is_roots(int fd)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t size = sizeof(peer);

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           size == sizeof(peer) && peer.uid == geteuid();
}

static void take_caller(struct host *host)
{
    const int fd =
        accept4(host->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0)
        return;
    if (host->n_callers == CALLERS_MAX || !is_roots(fd)) {
        close(fd);
        return;
    }
    host->callers[host->n_callers++] =
        (struct caller){fd, clock_mono_ms() + CALLER_MS};
}

static void answer(int fd, const struct login_reply *reply)
{
    char packet[LOGIN_PACKET_BYTES];
    const size_t size = login_reply_write(reply, packet);

    if (size)
        (void)!login_send(fd, packet, size, login_now_ms() + SEND_MS);
}

/* ---- What they want ---- */

/* Only what it needs: the caller's socket. The parent's session is left as it
 * is, since ending it here would end it there. */
static void run_sign_in(struct host *host, struct login_request *request,
                        int fd)
{
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&none);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    alarm(HOST_SIGN_IN_S);
    close(host->listener);
    close(host->signals);
    host_sign_in(&host->link->config, request, fd);
    _exit(0);
}

static void start_sign_in(struct host *host, struct login_request *request,
                          int fd)
{
    struct login_reply reply;
    pid_t pid;

    if (host->n_sign_ins < SIGN_INS_MAX) {
        pid = fork();
        if (pid == 0)
            run_sign_in(host, request, fd);
        if (pid > 0) {
            host->n_sign_ins++;
            return;
        }
    }
    host_reply_set(request, LOGIN_UNAVAILABLE, "too many sign-ins at once",
                   &reply);
    answer(fd, &reply);
}

static void obey(struct host *host, struct login_request *request, int fd)
{
    struct login_reply reply;

    switch (request->act) {
    case LOGIN_ACCOUNT:
        host_link_ask(host->link, request, &reply);
        break;
    case LOGIN_STATUS:
        host_link_look(host->link, request, &reply);
        break;
    case LOGIN_SIGN_IN:
        start_sign_in(host, request, fd);
        return;
    case LOGIN_ANSWER: /* to no question */
    case LOGIN_NOTHING:
    case LOGIN_N_ACTS:
        return;
    }
    answer(fd, &reply);
}

/* One packet; a caller that sends anything else is not answered. */
static void hear(struct host *host, int fd)
{
    char packet[LOGIN_PACKET_BYTES];
    struct login_request request;
    const size_t size = login_receive(fd, packet, login_now_ms() + SEND_MS);

    if (login_request_read(packet, size, &request))
        obey(host, &request, fd);
    else if (size)
        log_warn("host.malformed bytes=%zu", size);
    explicit_bzero(packet, sizeof(packet));
    explicit_bzero(&request, sizeof(request));
}

static void hear_callers(struct host *host, const struct pollfd *watched,
                         size_t n)
{
    for (size_t i = n; i-- > 0;) {
        if (watched[i].revents)
            hear(host, host->callers[i].fd);
        if (watched[i].revents ||
            host->callers[i].deadline_ms <= clock_mono_ms())
            drop_caller(host, i);
    }
}

/* ---- The loop ---- */

static void take_signal(struct host *host)
{
    struct signalfd_siginfo info;

    while (read(host->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
        if (info.ssi_signo != SIGCHLD)
            host->is_over = true;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        host->n_sign_ins--;
}

/* Between logins: a session that is not used would end. */
static void look(struct host *host)
{
    const struct login_request request = {.act = LOGIN_STATUS};
    struct login_reply reply;

    host_link_look(host->link, &request, &reply);
    host->look_ms =
        clock_mono_ms() + (host->link->is_open ? LOOK_MS : LOOK_AGAIN_MS);
}

static int next_wake_ms(const struct host *host)
{
    const int64_t now_ms = clock_mono_ms();
    int64_t wake_ms = host->look_ms;

    for (size_t i = 0; i < host->n_callers; i++)
        if (host->callers[i].deadline_ms < wake_ms)
            wake_ms = host->callers[i].deadline_ms;
    return wake_ms > now_ms ? (int)(wake_ms - now_ms) : 0;
}

static void run_once(struct host *host)
{
    struct pollfd watched[AT_CALLERS + CALLERS_MAX] = {
        [AT_LISTENER] = {.fd = host->listener, .events = POLLIN},
        [AT_SIGNALS] = {.fd = host->signals, .events = POLLIN},
    };
    const size_t n_callers = host->n_callers;

    for (size_t i = 0; i < n_callers; i++)
        watched[AT_CALLERS + i] =
            (struct pollfd){.fd = host->callers[i].fd, .events = POLLIN};
    if (poll(watched, AT_CALLERS + n_callers, next_wake_ms(host)) < 0 &&
        errno != EINTR)
        host->is_over = true;
    if (watched[AT_SIGNALS].revents)
        take_signal(host);
    hear_callers(host, watched + AT_CALLERS, n_callers);
    if (watched[AT_LISTENER].revents)
        take_caller(host);
    if (host->look_ms <= clock_mono_ms())
        look(host);
}

static enum status open_signals(int *fd_out)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
        return STATUS_UNAVAILABLE;
    *fd_out = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    return *fd_out >= 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

enum status host_serve(struct host_link *link, int listener)
{
    struct host host = {.link = link, .listener = listener};

    TRY(open_signals(&host.signals));
    while (!host.is_over)
        run_once(&host);
    while (host.n_callers)
        drop_caller(&host, host.n_callers - 1);
    unlink(LOGIN_SOCKET);
    close(listener);
    close(host.signals);
    return STATUS_OK;
}
