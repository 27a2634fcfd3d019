#include "provider/host/host_hold.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/agent/agent_holder.h"
#include "provider/agent/agent_pass.h"
#include "provider/base/clock.h"
#include "provider/base/log.h"
#include "provider/base/memory.h"
#include "provider/base/own.h"
#include "provider/client/link.h"
#include "provider/confine/confine.h"
#include "provider/host/hold_door.h"
#include "provider/host/hold_place.h"
#include "provider/host/host_answer.h"
#include "provider/host/host_child.h"
#include "provider/host/host_talk.h"

enum {
    OPEN_MS = 60 * 1000, /* from the sign-in to the login */
    HEAR_MS = 1000,      /* a request is one packet, and is there */
    CALLER_MS = 5 * 1000,
    FAREWELL_MS = 3 * 1000,
    CALLERS_MAX = 16,
    LIFE_UNKNOWN_S = 8 * 3600,
    STACK_BYTES = 512 * 1024,
};

struct caller {
    struct link *link; /* owned */
    int64_t deadline_ms;
};

struct hold {
    const struct host_held *held;
    struct hold_door door;
    uid_t user;       /* once it is open */
    int module;       /* who opened it; -1: nobody has */
    int control;      /* to the process that has the connection */
    pid_t pid;        /* of that */
    int64_t until_ms; /* for it to be opened */
    bool is_over;
    bool is_asked; /* the module waits for the end */
    struct agent_state state;
    struct caller callers[CALLERS_MAX];
    size_t n_callers;
};

enum { AT_OPENER, AT_MODULE, AT_ASKER, AT_CONTROL, AT_CALLERS };

/* ---- The process with the connection ---- */

_Noreturn static void relay(struct agent_session *session, int control)
{
    const struct confine_reach none = {.n_read = 0};
    bool is_on;

    host_child_begin(control, agent_session_fd(session));
    prctl(PR_SET_PDEATHSIG, 0); /* it sees the end, and tells the provider */
    if (confine_files(&none, &is_on) == STATUS_OK)
        agent_holder_keep(control, session);
    _exit(0);
}

/* The connection is closed here, and open there. */
static enum status start_relay(struct hold *hold, struct agent_session *session)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return STATUS_UNAVAILABLE;
    hold->pid = fork();
    if (hold->pid == 0)
        relay(session, ends[1]);
    close(ends[1]);
    if (hold->pid < 0) {
        close(ends[0]);
        return STATUS_UNAVAILABLE;
    }
    close(agent_session_fd(session));
    hold->control = ends[0];
    return STATUS_OK;
}

/* Waits until it has ended the session, but not for ever. */
static void end_relay(struct hold *hold)
{
    struct pollfd watched = {.fd = hold->control, .events = POLLIN};
    const int64_t until_ms = clock_mono_ms() + FAREWELL_MS;
    struct agent_state ignored;

    shutdown(hold->control, SHUT_WR);
    for (;;) {
        const int64_t left_ms = until_ms - clock_mono_ms();

        if (left_ms <= 0 || poll(&watched, 1, (int)left_ms) == 0 ||
            recv(hold->control, &ignored, sizeof(ignored), MSG_DONTWAIT) == 0)
            break;
    }
    kill(hold->pid, SIGKILL);
    (void)waitpid(hold->pid, NULL, 0);
    close(hold->control);
}

/* It tells what it holds; when it holds nothing, there is nothing to wait for.
 */
static void hear_relay(struct hold *hold)
{
    const ssize_t n =
        recv(hold->control, &hold->state, sizeof(hold->state), MSG_DONTWAIT);

    if (n != (ssize_t)sizeof(hold->state) || !hold->state.is_held)
        hold->is_over = true;
}

/* ---- The module ---- */

/* Digits alone. */
static bool read_user(const char *text, uid_t *user_out)
{
    char *end = NULL;
    const unsigned long number =
        *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;

    *user_out = (uid_t)number;
    return end && !*end && number < (uid_t)-1;
}

static void answer(const struct hold *hold, enum login_verdict verdict)
{
    const int64_t left_s = hold->state.expires_s - clock_wall_s();
    struct login_reply reply;

    host_reply_set(hold->held->request, verdict, "", &reply);
    login_text_set(reply.level, sizeof(reply.level),
                   auth_level_name(hold->state.level));
    snprintf(reply.session, sizeof(reply.session), "%lld",
             (long long)(hold->state.expires_s ? left_s : LIFE_UNKNOWN_S));
    (void)!host_talk_send(hold->module, &reply);
}

/* Root's module, about the user whose evidence made the session. */
static bool is_opening(const struct hold *hold,
                       const struct login_request *request)
{
    return request->act == LOGIN_OPEN &&
           strcmp(request->user, hold->held->request->user) == 0 &&
           hold_door_opens(&hold->door, request->session);
}

static void open_session(struct hold *hold)
{
    const int fd = hold_door_take(hold->door.opener, geteuid());
    char packet[LOGIN_PACKET_BYTES];
    struct login_request request;
    const size_t size =
        fd < 0 ? 0 : login_receive(fd, packet, login_now_ms() + HEAR_MS);

    if (login_request_read(packet, size, &request) &&
        is_opening(hold, &request) && read_user(request.run_as, &hold->user)) {
        hold->module = fd;
        log_info("host.session_opened user=%s service=%s", request.user,
                 request.service);
        answer(hold, LOGIN_ALLOWED);
    } else if (fd >= 0) {
        log_warn("host.session_refused user=%s", hold->held->request->user);
        close(fd);
    }
    explicit_bzero(packet, sizeof(packet));
    explicit_bzero(&request, sizeof(request));
}

/* It says that the login has ended, or is gone. */
static void hear_module(struct hold *hold)
{
    char packet[LOGIN_PACKET_BYTES];
    struct login_request request;
    const size_t size =
        login_receive(hold->module, packet, login_now_ms() + HEAR_MS);

    hold->is_over = true;
    hold->is_asked = login_request_read(packet, size, &request) &&
                     request.act == LOGIN_CLOSE;
}

/* ---- Programs of the user ---- */

static void drop_caller(struct hold *hold, size_t at)
{
    link_free(hold->callers[at].link);
    hold->callers[at] = hold->callers[--hold->n_callers];
}

static void take_caller(struct hold *hold)
{
    const int fd = hold_door_take(hold->door.asker, hold->user);
    struct caller *caller = &hold->callers[hold->n_callers];

    if (fd < 0)
        return;
    if (link_wrap(fd, &caller->link) != STATUS_OK)
        return;
    caller->deadline_ms = clock_mono_ms() + CALLER_MS;
    hold->n_callers++;
}

/* The session of this login, at this site, as strong as is wanted (T124). */
static bool is_for_us(const struct hold *hold,
                      const struct agent_request *request)
{
    const char *server =
        json_string_value(json_object_get(request->key, "server"));

    return request->act == AGENT_OPEN &&
           hold_door_opens(&hold->door, request->secret) &&
           (strcmp(server, AGENT_LOGIN_SERVER) == 0 ||
            strcmp(server, hold->held->config->server) == 0) &&
           request->level <= hold->state.level;
}

static void lead(const struct hold *hold, struct caller *caller,
                 struct text line)
{
    SCOPED(agent_request_drop) struct agent_request request = {NULL};
    SCOPED(memory_drop) char *copy = NULL; /* what is said lies in the link */
    int fd;

    if (agent_request_read(line, &request) != STATUS_OK ||
        !is_for_us(hold, &request))
        return;
    copy = text_dup(line);
    fd = copy ? link_unwrap(caller->link) : -1;
    if (copy)
        caller->link = NULL;
    if (fd < 0)
        return;
    (void)!agent_pass_give(hold->control, (struct text){copy, line.size}, fd);
    close(fd);
}

/* One line each; true: the caller is done. */
static bool hear_caller(const struct hold *hold, struct caller *caller)
{
    struct failure ignored = {{SMSCLIENT_OK}};
    struct text line;
    const enum status got = link_try_receive(caller->link, &ignored, &line);

    failure_clear(&ignored);
    if (got == STATUS_OK)
        lead(hold, caller, line);
    return got != STATUS_END;
}

static void hear_callers(struct hold *hold, const struct pollfd *watched,
                         size_t n)
{
    for (size_t i = n; i-- > 0;) {
        struct caller *caller = &hold->callers[i];

        if ((watched[i].revents && hear_caller(hold, caller)) ||
            caller->deadline_ms <= clock_mono_ms())
            drop_caller(hold, i);
    }
}

/* ---- The loop ---- */

static int wake_ms(const struct hold *hold)
{
    int64_t wake = hold->module < 0 ? hold->until_ms : INT64_MAX;

    for (size_t i = 0; i < hold->n_callers; i++)
        if (hold->callers[i].deadline_ms < wake)
            wake = hold->callers[i].deadline_ms;
    if (wake == INT64_MAX)
        return -1;
    wake -= clock_mono_ms();
    return wake > 0 ? (int)wake : 0;
}

static void run_once(struct hold *hold)
{
    const bool is_open = hold->module >= 0;
    const bool has_room = hold->n_callers < CALLERS_MAX;
    struct pollfd watched[AT_CALLERS + CALLERS_MAX] = {
        [AT_OPENER] = {.fd = is_open ? -1 : hold->door.opener,
                       .events = POLLIN},
        [AT_MODULE] = {.fd = hold->module, .events = POLLIN},
        [AT_ASKER] = {.fd = is_open && has_room ? hold->door.asker : -1,
                      .events = POLLIN},
        [AT_CONTROL] = {.fd = hold->control, .events = POLLIN},
    };
    const size_t n = hold->n_callers;

    for (size_t i = 0; i < n; i++)
        watched[AT_CALLERS + i] = (struct pollfd){
            .fd = link_fd(hold->callers[i].link), .events = POLLIN};
    if (poll(watched, AT_CALLERS + n, wake_ms(hold)) < 0 && errno != EINTR)
        hold->is_over = true;
    if (watched[AT_CONTROL].revents)
        hear_relay(hold);
    if (watched[AT_MODULE].revents)
        hear_module(hold);
    if (watched[AT_OPENER].revents)
        open_session(hold);
    hear_callers(hold, watched + AT_CALLERS, n);
    if (watched[AT_ASKER].revents)
        take_caller(hold);
    if (hold->module < 0 && hold->until_ms <= clock_mono_ms())
        hold->is_over = true;
}

static void end(struct hold *hold)
{
    while (hold->n_callers)
        drop_caller(hold, hold->n_callers - 1);
    end_relay(hold);
    log_info("host.session_closed user=%s opened=%s", hold->held->request->user,
             hold->module >= 0 ? "yes" : "no");
    if (hold->is_asked)
        answer(hold, LOGIN_ALLOWED);
    if (hold->module >= 0)
        close(hold->module);
    hold_door_close(&hold->door);
}

/* ---- The beginning ---- */

/* What calls have left below: registers with a piece of a token, saved where a
 * function was looked up. This process lasts. */
__attribute__((noinline)) static void wipe_stack(void)
{
    char room[STACK_BYTES];

    explicit_bzero(room, sizeof(room));
}

static enum status begin(struct hold *hold, struct agent_session *session)
{
    TRY(hold_door_make(&hold->door));
    if (agent_session_take(session, hold->held->session) != STATUS_OK) {
        log_error("host.session why=%s",
                  smsclient_failure(hold->held->session)->message);
        return STATUS_UNAVAILABLE;
    }
    hold->until_ms = clock_mono_ms() + OPEN_MS;
    hold->state.level = session->level;
    hold->state.expires_s = session->expires_s;
    if (start_relay(hold, session) == STATUS_OK)
        return STATUS_OK;
    log_error("host.session why=%s", strerror(errno));
    return STATUS_UNAVAILABLE;
}

void host_hold(struct host_held *held, struct login_reply *reply, int fd,
               int asked)
{
    static struct hold hold;
    static struct agent_session session;
    bool is_held;

    hold = (struct hold){.held = held,
                         .door = {.opener = -1, .asker = -1},
                         .module = -1,
                         .control = -1};
    json_set_alloc_funcs(memory_must, memory_wipe);
    wipe_stack();
    is_held = begin(&hold, &session) == STATUS_OK &&
              hold_place_ask(asked, session.user);
    if (is_held)
        memcpy(reply->session, hold.door.handle, sizeof(reply->session));
    (void)!host_talk_send(fd, reply);
    explicit_bzero(reply->session, sizeof(reply->session));
    close(fd);
    alarm(0);
    if (hold.control < 0)
        return;
    while (is_held && !hold.is_over)
        run_once(&hold);
    end(&hold);
}
