#include "provider/agent/agent_serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provider/agent/agent_answer.h"
#include "provider/agent/agent_table.h"
#include "provider/base/clock.h"
#include "provider/base/datetime.h"
#include "provider/base/memory.h"
#include "provider/confine/confine.h"

enum {
    CALLERS_MAX = 64,
    CALLER_MS = 10 * 1000, /* to say what it wants */
    LOOK_MS = 30 * 1000,   /* whether the socket is still there */
    FAREWELL_MS = 2000,    /* for the processes of sessions to end */
};

/* Connected, and has not said yet what it wants. */
struct caller {
    struct link *link; /* owned */
    int64_t deadline_ms;
};

struct agent {
    const struct agent_place *place;
    ino_t socket; /* at that place */
    int listener;
    int signals;
    int64_t ends_ms; /* 0: not by itself */
    int64_t ends_s;
    bool is_over;
    struct caller last; /* who ended it, and hears when that is done */
    struct caller callers[CALLERS_MAX];
    size_t n_callers;
    struct agent_table table;
};

enum { AT_LISTENER, AT_SIGNALS, AT_CALLERS };

/* ---- Callers ---- */

static void drop_caller(struct agent *agent, size_t at)
{
    link_free(agent->callers[at].link);
    agent->callers[at] = agent->callers[--agent->n_callers];
}

/* In the process of a session. */
static void forget(void *context)
{
    struct agent *agent = context;

    sigset_t none;

    while (agent->n_callers)
        drop_caller(agent, agent->n_callers - 1);
    link_free(agent->last.link);
    close(agent->listener);
    close(agent->signals);
    signal(SIGINT, SIG_IGN); /* of the terminal: the agent's to obey */
    signal(SIGHUP, SIG_IGN);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void take_caller(struct agent *agent)
{
    struct caller *caller = &agent->callers[agent->n_callers];
    const int fd =
        accept4(agent->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0)
        return;
    if (agent->n_callers == CALLERS_MAX || !agent_peer_is_own(fd)) {
        close(fd);
        return;
    }
    if (link_wrap(fd, &caller->link) != STATUS_OK)
        return;
    caller->deadline_ms = clock_mono_ms() + CALLER_MS;
    agent->n_callers++;
}

static void answer(struct caller *caller, const char *name, json_t *value)
{
    SCOPED(buf_free) struct buf line = buf_make(AGENT_ANSWER_MAX_BYTES);
    struct failure ignored = {{SMSCLIENT_OK}};

    agent_answer_value(name, value, &line);
    if (line.size && buf_status(&line) == STATUS_OK)
        (void)!link_send(caller->link, buf_text(&line), clock_mono_ms(),
                         &ignored);
    failure_clear(&ignored);
}

static json_t *describe(const struct agent *agent)
{
    char ends[DATETIME_BYTES] = "";

    if (agent->ends_ms)
        datetime_write(agent->ends_s, ends);
    return json_pack("{s:I, s:s, s:s, s:o}", "pid", (json_int_t)getpid(),
                     "socket", agent->place->path, "ends", ends, "sessions",
                     agent_table_rows(&agent->table));
}

/* Without a session to lead to, the caller sees the end, and signs in itself.
 * The link is the caller's no more. */
static void lead(struct agent *agent, struct caller *caller,
                 struct agent_request *request, struct text line)
{
    const int fd = link_unwrap(caller->link);

    caller->link = NULL;
    if (fd < 0)
        return;
    (void)!agent_table_give(&agent->table, request, line, fd);
    close(fd);
}

static void obey(struct agent *agent, struct caller *caller, struct text said)
{
    SCOPED(agent_request_drop) struct agent_request request = {NULL};
    SCOPED(memory_drop) char *line = NULL;

    if (agent_request_read(said, &request) != STATUS_OK)
        return;
    switch (request.act) {
    case AGENT_OPEN:
        line = text_dup(said); /* what is said lies in the link */
        if (line)
            lead(agent, caller, &request, (struct text){line, said.size});
        return;
    case AGENT_LIST:
        answer(caller, "agent", describe(agent));
        return;
    case AGENT_DROP:
        answer(caller, "dropped",
               json_integer(
                   (json_int_t)agent_table_drop(&agent->table, &request)));
        return;
    case AGENT_STOP:
        link_free(agent->last.link);
        agent->last = *caller;
        caller->link = NULL;
        agent->is_over = true;
        return;
    case AGENT_NOTHING:
        return;
    }
}

/* One request each; true: the caller is done. */
static bool hear(struct agent *agent, struct caller *caller)
{
    struct failure ignored = {{SMSCLIENT_OK}};
    struct text line;
    const enum status got = link_try_receive(caller->link, &ignored, &line);

    failure_clear(&ignored);
    if (got == STATUS_OK)
        obey(agent, caller, line);
    return got != STATUS_END;
}

static void hear_callers(struct agent *agent, const struct pollfd *watched,
                         size_t n)
{
    const int64_t now_ms = clock_mono_ms();

    for (size_t i = n; i-- > 0;) {
        struct caller *caller = &agent->callers[i];

        if ((watched[i].revents && hear(agent, caller)) ||
            caller->deadline_ms <= now_ms)
            drop_caller(agent, i);
    }
}

/* ---- The loop ---- */

static void take_signal(struct agent *agent)
{
    struct signalfd_siginfo info;

    while (read(agent->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo != SIGCHLD)
            agent->is_over = true;
    }
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

static int next_wake_ms(const struct agent *agent)
{
    const int64_t now_ms = clock_mono_ms();
    int64_t wake_ms = now_ms + LOOK_MS;

    for (size_t i = 0; i < agent->n_callers; i++) {
        if (agent->callers[i].deadline_ms < wake_ms)
            wake_ms = agent->callers[i].deadline_ms;
    }
    if (agent->ends_ms && agent->ends_ms < wake_ms)
        wake_ms = agent->ends_ms;
    return wake_ms > now_ms ? (int)(wake_ms - now_ms) : 0;
}

static void run_once(struct agent *agent)
{
    struct pollfd watched[AT_CALLERS + CALLERS_MAX + AGENT_SESSIONS_MAX] = {
        [AT_LISTENER] = {.fd = agent->listener, .events = POLLIN},
        [AT_SIGNALS] = {.fd = agent->signals, .events = POLLIN},
    };
    const size_t n_callers = agent->n_callers;
    const size_t n = AT_CALLERS + n_callers + agent->table.n;

    for (size_t i = 0; i < n_callers; i++)
        watched[AT_CALLERS + i] = (struct pollfd){
            .fd = link_fd(agent->callers[i].link), .events = POLLIN};
    for (size_t i = 0; i < agent->table.n; i++)
        watched[AT_CALLERS + n_callers + i] = (struct pollfd){
            .fd = agent->table.entries[i].control, .events = POLLIN};
    if (poll(watched, n, next_wake_ms(agent)) < 0 && errno != EINTR)
        agent->is_over = true;
    for (size_t i = AT_CALLERS + n_callers; i < n; i++) {
        if (watched[i].revents)
            agent_table_hear(&agent->table, watched[i].fd);
    }
    if (watched[AT_SIGNALS].revents)
        take_signal(agent);
    hear_callers(agent, watched + AT_CALLERS, n_callers);
    if (watched[AT_LISTENER].revents)
        take_caller(agent);
    if ((agent->ends_ms && agent->ends_ms <= clock_mono_ms()) ||
        agent_place_socket(agent->place) != agent->socket)
        agent->is_over = true;
}

/* ---- Beginning and end ---- */

static enum status open_signals(int *fd_out)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
        return STATUS_UNAVAILABLE;
    *fd_out = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    return *fd_out >= 0 ? STATUS_OK : STATUS_UNAVAILABLE;
}

/* The processes of sessions see that they are not wanted any more; one that
 * waits for a provider is not waited for. */
static void say_farewell(struct agent *agent)
{
    const int64_t deadline_ms = clock_mono_ms() + FAREWELL_MS;
    pid_t pids[AGENT_SESSIONS_MAX];
    const size_t n = agent->table.n;

    for (size_t i = 0; i < n; i++)
        pids[i] = agent->table.entries[i].pid;
    agent_table_close(&agent->table);
    for (size_t i = 0; i < n; i++) {
        struct pollfd child = {.fd = agent->signals, .events = POLLIN};
        struct signalfd_siginfo info;

        while (waitpid(pids[i], NULL, WNOHANG) == 0) {
            const int64_t left_ms = deadline_ms - clock_mono_ms();

            if (left_ms <= 0)
                kill(pids[i], SIGKILL);
            poll(&child, 1, left_ms > 0 ? (int)left_ms : 100);
            while (read(agent->signals, &info, sizeof(info)) > 0)
                continue;
        }
    }
}

/* The place is free before the last sessions end: another agent may begin. */
static void leave(struct agent *agent, bool is_own)
{
    if (is_own && agent_place_socket(agent->place) == agent->socket)
        unlink(agent->place->path);
    close(agent->listener);
    while (agent->n_callers)
        drop_caller(agent, agent->n_callers - 1);
    say_farewell(agent);
    if (agent->last.link)
        answer(&agent->last, "stopped", json_integer((json_int_t)getpid()));
    link_free(agent->last.link);
    close(agent->signals);
}

enum status agent_serve(const struct agent_place *place, int listener,
                        int64_t lifetime_s, bool is_own)
{
    static struct agent agent;

    agent = (struct agent){.place = place,
                           .listener = listener,
                           .socket = agent_place_socket(place)};
    agent.table.forget = forget;
    agent.table.context = &agent;
    if (lifetime_s) {
        agent.ends_ms = clock_mono_ms() + lifetime_s * 1000;
        agent.ends_s = clock_wall_s() + lifetime_s;
    }
    json_set_alloc_funcs(memory_must, memory_wipe);
    TRY(confine_process(UINT64_MAX));
    TRY(open_signals(&agent.signals));
    while (!agent.is_over)
        run_once(&agent);
    leave(&agent, is_own);
    return STATUS_OK;
}
