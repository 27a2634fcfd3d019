#include "provider/host/host_sign_ins.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/host/host_asker.h"
#include "provider/host/host_child.h"
#include "provider/host/host_device.h"
#include "provider/host/host_hold.h"
#include "provider/host/host_sign_in.h"
#include "provider/host/host_talk.h"

enum { YIELD_MS = 10 * 1000 }; /* it has had the time that a person takes */

/* ---- The process ---- */

static struct smsclient *sign_in(const struct host_config *config,
                                 struct login_request *request, int fd,
                                 struct login_reply *reply)
{
    if (request->act == LOGIN_DEVICE) {
        alarm(HOST_DEVICE_S);
        return host_device_sign_in(config, request, fd, reply);
    }
    alarm(HOST_SIGN_IN_S);
    return host_sign_in(config, request, fd, reply);
}

/* Only what it needs: the caller's socket, and where it asks for a place. */
static void run(const struct host_config *config, struct login_request *request,
                int fd, int asked)
{
    struct login_reply reply;
    struct host_held held = {.config = config, .request = request};

    host_child_begin(fd, asked);
    held.session = sign_in(config, request, fd, &reply);
    if (held.session && strcmp(request->session, LOGIN_SESSION_KEEP) == 0)
        host_hold(&held, &reply, fd, asked);
    else
        (void)!host_talk_send(fd, &reply);
    _exit(0);
}

/* ---- The table ---- */

static void forget(struct host_sign_ins *sign_ins, size_t at)
{
    close(sign_ins->items[at].fd);
    sign_ins->items[at] = sign_ins->items[--sign_ins->n];
}

static void end(struct host_sign_ins *sign_ins, size_t at, const char *why)
{
    const pid_t pid = sign_ins->items[at].pid;

    log_warn("host.sign_in_ended pid=%d why=%s", (int)pid, why);
    kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    forget(sign_ins, at);
}

/* user NULL: of all. */
static size_t n_held(const struct host_sign_ins *sign_ins, const char *user)
{
    size_t n = 0;

    for (size_t i = 0; i < sign_ins->n; i++)
        n += sign_ins->items[i].is_held &&
             (!user || strcmp(sign_ins->items[i].user, user) == 0);
    return n;
}

/* Those that sign somebody in, or of them the ones with a code. */
static size_t n_under_way(const struct host_sign_ins *sign_ins, bool is_device)
{
    size_t n = 0;

    for (size_t i = 0; i < sign_ins->n; i++)
        n += !sign_ins->items[i].is_held &&
             (!is_device || sign_ins->items[i].is_device);
    return n;
}

/* The oldest of them. There must be one. */
static size_t oldest(const struct host_sign_ins *sign_ins, bool is_device)
{
    size_t at = sign_ins->n;

    for (size_t i = 0; i < sign_ins->n; i++) {
        const struct host_sign_in *item = &sign_ins->items[i];

        if (!item->is_held && (!is_device || item->is_device) &&
            (at == sign_ins->n ||
             item->yields_ms < sign_ins->items[at].yields_ms))
            at = i;
    }
    return at;
}

/* The oldest has had its time, and gives way. */
static bool push_out(struct host_sign_ins *sign_ins, bool is_device)
{
    const size_t at = oldest(sign_ins, is_device);

    if (sign_ins->items[at].yields_ms > clock_mono_ms())
        return false;
    end(sign_ins, at, "too many at once");
    return true;
}

/* Whoever opens many and lets them wait for a code keeps nobody else out. */
static bool make_room(struct host_sign_ins *sign_ins, bool is_device)
{
    if (is_device && n_under_way(sign_ins, true) >= HOST_DEVICE_MAX)
        return push_out(sign_ins, true);
    return n_under_way(sign_ins, false) < HOST_SIGN_INS_MAX ||
           push_out(sign_ins, false);
}

static bool start(struct host_sign_ins *sign_ins, struct login_request *request,
                  int fd)
{
    const bool is_device = request->act == LOGIN_DEVICE;
    int ends[2];
    pid_t pid;

    if (!make_room(sign_ins, is_device) ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    pid = fork();
    if (pid == 0)
        run(sign_ins->config, request, fd, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return false;
    }
    sign_ins->items[sign_ins->n++] =
        (struct host_sign_in){.pid = pid,
                              .fd = ends[0],
                              .is_device = is_device,
                              .yields_ms = clock_mono_ms() + YIELD_MS};
    return true;
}

void host_sign_ins_start(struct host_sign_ins *sign_ins,
                         struct login_request *request, int fd)
{
    if (!start(sign_ins, request, fd))
        host_asker_refuse(request, fd, "too many sign-ins at once");
}

void host_sign_ins_watch(const struct host_sign_ins *sign_ins,
                         struct pollfd watched[HOST_SIGN_INS_ALL])
{
    for (size_t i = 0; i < HOST_SIGN_INS_ALL; i++) {
        const bool is_heard = i < sign_ins->n && !sign_ins->items[i].is_held;

        watched[i] = (struct pollfd){
            .fd = is_heard ? sign_ins->items[i].fd : -1, .events = POLLIN};
    }
}

/* Nobody takes all places for themselves. */
static bool has_place(const struct host_sign_ins *sign_ins, const char *user)
{
    return n_held(sign_ins, NULL) < HOST_HELD_MAX &&
           n_held(sign_ins, user) < HOST_HELD_EACH;
}

static void hear(const struct host_sign_ins *sign_ins,
                 struct host_sign_in *item)
{
    bool is_given;

    if (!hold_place_hear(item->fd, item->user))
        return; /* it has ended, and is reaped */
    is_given = has_place(sign_ins, item->user);
    if (!is_given)
        log_warn("host.session_refused user=%s why=%s", item->user,
                 "too many are held");
    item->is_held = hold_place_answer(item->fd, is_given) && is_given;
}

void host_sign_ins_hear(struct host_sign_ins *sign_ins,
                        const struct pollfd watched[HOST_SIGN_INS_ALL])
{
    for (size_t i = 0; i < sign_ins->n; i++)
        if (watched[i].revents)
            hear(sign_ins, &sign_ins->items[i]);
}

void host_sign_ins_reap(struct host_sign_ins *sign_ins)
{
    for (size_t i = sign_ins->n; i-- > 0;)
        if (waitpid(sign_ins->items[i].pid, NULL, WNOHANG) != 0)
            forget(sign_ins, i);
}
