#include "provider/host/host_serve.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/own.h"
#include "provider/host/host_askers.h"
#include "provider/host/host_sign_ins.h"

enum {
    CALLERS_MAX = 64,
    KEYS_CALLERS_MAX = CALLERS_MAX / 2,
    KEYS_ASKERS_MAX = HOST_ASKERS_MAX / 2,
    CALLER_MS = 5 * 1000, /* to say what it wants */
    HEAR_MS = 1000,       /* a request is one packet, and is there */
};

/* Connected, and has not said yet what it wants, or waits for an asker. */
struct caller {
    int fd;
    enum host_door door;
    bool is_waiting;
    int64_t deadline_ms;
    struct login_request request; /* while it waits; has no password */
};

struct host {
    const struct host_config *config;
    const int *listeners; /* [HOST_N_DOORS] */
    uid_t keys_user;      /* root if there is no such user */
    int signals;
    bool is_over;
    struct host_askers askers;
    struct host_sign_ins sign_ins;
    struct caller callers[CALLERS_MAX];
    size_t n_callers;
};

enum {
    AT_LISTENERS,
    AT_SIGNALS = AT_LISTENERS + HOST_N_DOORS,
    AT_ASKERS,
    AT_SIGN_INS = AT_ASKERS + HOST_ASKERS_MAX,
    AT_CALLERS = AT_SIGN_INS + HOST_SIGN_INS_ALL
};

/* ---- Callers ---- */

static void drop_caller(struct host *host, size_t at)
{
    if (host->callers[at].fd >= 0)
        close(host->callers[at].fd);
    host->callers[at] = host->callers[--host->n_callers];
}

/* Passwords are asked for by root's programs alone, and keys by those of their
 * user too (T106: or by nobody). */
static bool may_ask(const struct host *host, int fd, enum host_door door)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t size = sizeof(peer);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
        size != sizeof(peer))
        return false;
    return peer.uid == geteuid() ||
           (door == HOST_DOOR_KEYS && peer.uid == host->keys_user);
}

/* Any stranger who reaches sshd makes it ask about keys: there is room left for
 * logins. */
static bool has_room(const struct host *host, enum host_door door)
{
    size_t n = 0;

    for (size_t i = 0; i < host->n_callers; i++)
        n += host->callers[i].door == HOST_DOOR_KEYS;
    return host->n_callers < CALLERS_MAX &&
           (door == HOST_DOOR_LOGIN || n < KEYS_CALLERS_MAX);
}

static void take_caller(struct host *host, enum host_door door)
{
    const int fd = accept4(host->listeners[door], NULL, NULL,
                           SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0)
        return;
    if (!has_room(host, door) || !may_ask(host, fd, door)) {
        close(fd);
        return;
    }
    host->callers[host->n_callers++] = (struct caller){
        .fd = fd, .door = door, .deadline_ms = clock_mono_ms() + CALLER_MS};
}

/* ---- What they want ---- */

/* False: all askers that it may have are busy. */
static bool give(struct host *host, const struct login_request *request, int fd)
{
    return host_askers_give(&host->askers, request, fd,
                            login_is_of_key(request->act) ? KEYS_ASKERS_MAX
                                                          : HOST_ASKERS_MAX);
}

/* False: it waits for an asker. */
static bool obey(struct host *host, struct login_request *request, int fd)
{
    switch (request->act) {
    case LOGIN_ACCOUNT:
    case LOGIN_KEY:
    case LOGIN_CERTIFICATE:
    case LOGIN_STATUS:
        return give(host, request, fd);
    case LOGIN_SIGN_IN:
    case LOGIN_DEVICE:
        host_sign_ins_start(&host->sign_ins, request, fd);
        return true;
    case LOGIN_ANSWER: /* to no question */
    case LOGIN_OPEN:   /* not here */
    case LOGIN_CLOSE:
    case LOGIN_NOTHING:
    case LOGIN_N_ACTS:
        break;
    }
    return true;
}

static void wait_for_asker(struct caller *caller,
                           const struct login_request *request)
{
    caller->is_waiting = true;
    caller->deadline_ms = clock_mono_ms() + HOST_TIMEOUT_MS;
    caller->request = *request;
    if (!login_is_of_key(request->act)) /* which is public */
        explicit_bzero(caller->request.secret, sizeof(caller->request.secret));
}

/* One packet; a caller that sends anything else is not answered. False: the
 * caller stays. */
static bool hear(struct host *host, struct caller *caller)
{
    char packet[LOGIN_PACKET_BYTES];
    struct login_request request;
    const size_t size =
        login_receive(caller->fd, packet, login_now_ms() + HEAR_MS);
    const bool is_read = login_request_read(packet, size, &request);
    bool is_done = true;

    explicit_bzero(packet, sizeof(packet)); /* before there is a process */
    if (is_read &&
        (caller->door == HOST_DOOR_LOGIN || login_is_of_key(request.act)))
        is_done = obey(host, &request, caller->fd);
    else if (size)
        log_warn("host.malformed bytes=%zu", size);
    if (!is_done)
        wait_for_asker(caller, &request);
    explicit_bzero(&request, sizeof(request));
    return is_done;
}

/* Is the caller to be dropped? One that waits says nothing but that it is gone.
 */
static bool is_through(struct host *host, struct caller *caller, bool has_come)
{
    if (has_come && (caller->is_waiting || hear(host, caller)))
        return true;
    if (caller->deadline_ms > clock_mono_ms())
        return false;
    if (caller->is_waiting)
        host_asker_refuse(&caller->request, caller->fd,
                          "too many questions at once");
    return true;
}

static void hear_callers(struct host *host, const struct pollfd *watched,
                         size_t n)
{
    for (size_t i = n; i-- > 0;)
        if (is_through(host, &host->callers[i], watched[i].revents))
            drop_caller(host, i);
}

/* In the order in which they came to a door. */
static struct caller *next_waiting(struct host *host, enum host_door door)
{
    struct caller *next = NULL;

    for (size_t i = 0; i < host->n_callers; i++) {
        struct caller *caller = &host->callers[i];

        if (caller->is_waiting && caller->door == door &&
            (!next || caller->deadline_ms < next->deadline_ms))
            next = caller;
    }
    return next;
}

static void give_waiting(struct host *host, enum host_door door)
{
    struct caller *caller;

    while ((caller = next_waiting(host, door)) &&
           give(host, &caller->request, caller->fd))
        drop_caller(host, (size_t)(caller - host->callers));
}

/* ---- The loop ---- */

static void take_signal(struct host *host)
{
    struct signalfd_siginfo info;

    while (read(host->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
        if (info.ssi_signo != SIGCHLD)
            host->is_over = true;
    host_sign_ins_reap(&host->sign_ins);
}

static int next_wake_ms(const struct host *host)
{
    const int64_t now_ms = clock_mono_ms();
    int64_t wake_ms = host_askers_wake_ms(&host->askers);

    for (size_t i = 0; i < host->n_callers; i++)
        if (host->callers[i].deadline_ms < wake_ms)
            wake_ms = host->callers[i].deadline_ms;
    if (wake_ms == INT64_MAX)
        return -1;
    return wake_ms > now_ms ? (int)(wake_ms - now_ms) : 0;
}

static void watch_callers(const struct host *host, struct pollfd *watched)
{
    for (size_t i = 0; i < host->n_callers; i++)
        watched[i] =
            (struct pollfd){.fd = host->callers[i].fd,
                            .events = host->callers[i].is_waiting ? 0 : POLLIN};
}

static void run_once(struct host *host)
{
    struct pollfd watched[AT_CALLERS + CALLERS_MAX] = {
        [AT_SIGNALS] = {.fd = host->signals, .events = POLLIN},
    };
    const size_t n_callers = host->n_callers;

    for (size_t i = 0; i < HOST_N_DOORS; i++)
        watched[AT_LISTENERS + i] =
            (struct pollfd){.fd = host->listeners[i], .events = POLLIN};
    host_askers_watch(&host->askers, watched + AT_ASKERS);
    host_sign_ins_watch(&host->sign_ins, watched + AT_SIGN_INS);
    watch_callers(host, watched + AT_CALLERS);
    if (poll(watched, AT_CALLERS + n_callers, next_wake_ms(host)) < 0 &&
        errno != EINTR)
        host->is_over = true;
    host_sign_ins_hear(&host->sign_ins, watched + AT_SIGN_INS);
    if (watched[AT_SIGNALS].revents)
        take_signal(host);
    host_askers_follow(&host->askers, watched + AT_ASKERS);
    hear_callers(host, watched + AT_CALLERS, n_callers);
    for (int door = 0; door < HOST_N_DOORS; door++)
        give_waiting(host, (enum host_door)door);
    for (size_t i = 0; i < HOST_N_DOORS; i++)
        if (watched[AT_LISTENERS + i].revents)
            take_caller(host, (enum host_door)i);
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

/* Without that user only root's programs ask about keys. */
static uid_t find_keys_user(const struct host_config *config)
{
    const char *name =
        config->keys_user[0] ? config->keys_user : HOST_KEYS_USER;
    const struct passwd *user = getpwnam(name);

    if (!user)
        log_info("host.no_keys_user user=%s", name);
    return user ? user->pw_uid : geteuid();
}

static void end(struct host *host)
{
    while (host->n_callers)
        drop_caller(host, host->n_callers - 1);
    host_askers_drop(&host->askers);
    unlink(LOGIN_SOCKET);
    unlink(LOGIN_KEYS_SOCKET);
    for (size_t i = 0; i < HOST_N_DOORS; i++)
        close(host->listeners[i]);
    close(host->signals);
}

enum status host_serve(const struct host_config *config,
                       const int listeners[HOST_N_DOORS])
{
    static struct host host;

    host = (struct host){.config = config,
                         .listeners = listeners,
                         .keys_user = find_keys_user(config),
                         .sign_ins = {.config = config}};
    TRY(open_signals(&host.signals));
    host_askers_make(config, &host.askers);
    while (!host.is_over)
        run_once(&host);
    end(&host);
    return STATUS_OK;
}
