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

/* Only what it needs: the caller's socket, and where it says what it holds. */
static void run(const struct host_config *config, struct login_request *request,
                int fd, int said)
{
    struct login_reply reply;
    struct host_held held = {.config = config, .request = request};

    host_child_begin(fd, said);
    held.session = sign_in(config, request, fd, &reply);
    if (held.session && strcmp(request->session, LOGIN_SESSION_KEEP) == 0)
        host_hold(&held, &reply, fd, said);
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

static size_t n_held(const struct host_sign_ins *sign_ins)
{
    size_t n = 0;

    for (size_t i = 0; i < sign_ins->n; i++)
        n += sign_ins->items[i].is_held;
    return n;
}

/* The oldest that signs somebody in. There must be one. */
static size_t oldest(const struct host_sign_ins *sign_ins)
{
    size_t at = sign_ins->n;

    for (size_t i = 0; i < sign_ins->n; i++) {
        const struct host_sign_in *item = &sign_ins->items[i];

        if (!item->is_held && (at == sign_ins->n ||
                               item->yields_ms < sign_ins->items[at].yields_ms))
            at = i;
    }
    return at;
}

/* Whoever opens many and lets them wait for a code keeps nobody else out. */
static bool make_room(struct host_sign_ins *sign_ins)
{
    size_t at;

    if (sign_ins->n - n_held(sign_ins) < HOST_SIGN_INS_MAX)
        return true;
    at = oldest(sign_ins);
    if (sign_ins->items[at].yields_ms > clock_mono_ms())
        return false;
    end(sign_ins, at, "too many at once");
    return true;
}

static bool start(struct host_sign_ins *sign_ins, struct login_request *request,
                  int fd)
{
    int ends[2];
    pid_t pid;

    if (!make_room(sign_ins) ||
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
    sign_ins->items[sign_ins->n++] = (struct host_sign_in){
        .pid = pid, .fd = ends[0], .yields_ms = clock_mono_ms() + YIELD_MS};
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

void host_sign_ins_hear(struct host_sign_ins *sign_ins,
                        const struct pollfd watched[HOST_SIGN_INS_ALL])
{
    for (size_t i = sign_ins->n; i-- > 0;) {
        char word;

        if (!watched[i].revents ||
            recv(sign_ins->items[i].fd, &word, 1, MSG_DONTWAIT) != 1)
            continue; /* it has ended, and is reaped */
        sign_ins->items[i].is_held = true;
        if (n_held(sign_ins) > HOST_HELD_MAX)
            end(sign_ins, i, "too many sessions are held");
    }
}

void host_sign_ins_reap(struct host_sign_ins *sign_ins)
{
    for (size_t i = sign_ins->n; i-- > 0;)
        if (waitpid(sign_ins->items[i].pid, NULL, WNOHANG) != 0)
            forget(sign_ins, i);
}
