#include "provider/agent/agent_holder.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provider/agent/agent_answer.h"
#include "provider/agent/agent_asker.h"
#include "provider/agent/agent_line.h"
#include "provider/agent/agent_pass.h"
#include "provider/agent/agent_session.h"
#include "provider/base/clock.h"
#include "provider/client/answer.h"

enum {
    ASKERS_MAX = 64,
    ANSWER_LEAST_MS = 60 * 1000, /* an answer is awaited at least so long */
    PROMPT_MS = 5 * 60 * 1000,
    SEND_MS = 10 * 1000,
    LOCKED_LEAST_BYTES = 1024 * 1024 * 1024,
    KEEP_MS = 60 * 1000, /* a session that is not used is kept up so often */
};

struct holder {
    int control;
    bool is_over;
    bool is_kept; /* the session was given: nobody signs in here */
    struct agent_session session;
    struct agent_asker askers[ASKERS_MAX];
    size_t n_askers;
    struct agent_state state; /* as sent */
    uint64_t n_opens;
};

enum { AT_CONTROL, AT_SESSION, AT_ASKERS };

/* ---- The askers ---- */

static void drop_closed(struct holder *holder)
{
    for (size_t i = 0; i < holder->n_askers;) {
        struct agent_asker *asker = &holder->askers[i];

        if (!asker->is_over || asker->leaving.size) {
            i++;
            continue;
        }
        agent_asker_close(asker);
        *asker = holder->askers[--holder->n_askers];
    }
}

/* ---- Questions of a sign-in ---- */

struct asking {
    struct holder *holder;
    struct agent_asker *asker;
};

/* Waits for bytes at fd; false: they do not come, or the agent has ended. */
static bool wait_for(struct holder *holder, int fd, int64_t deadline_ms)
{
    struct pollfd watched[] = {{.fd = holder->control},
                               {.fd = fd, .events = POLLIN}};
    const int64_t left_ms = deadline_ms - clock_mono_ms();

    if (poll(watched, ARRAY_SIZE(watched), left_ms > 0 ? (int)left_ms : 0) < 0)
        return errno == EINTR;
    if (watched[0].revents)
        holder->is_over = true;
    return !holder->is_over && watched[1].revents;
}

/* Whoever comes while a person is asked is not kept waiting for them: turned
 * away, it signs in itself. False: nobody is there, or the agent has ended. */
static bool turn_away(struct holder *holder)
{
    static char line[AGENT_REQUEST_MAX_BYTES];
    size_t size = 0;
    int fd = -1;
    const enum status got =
        agent_pass_take(holder->control, line, sizeof(line), &size, &fd);

    if (got == STATUS_OK) {
        holder->n_opens++;
        close(fd);
    } else if (got != STATUS_END) {
        holder->is_over = true;
    }
    return got == STATUS_OK;
}

/* For bytes of the person who is asked; false as wait_for. */
static bool wait_for_person(struct holder *holder, int fd, int64_t deadline_ms)
{
    struct pollfd watched[] = {{.fd = holder->control, .events = POLLIN},
                               {.fd = fd, .events = POLLIN}};
    const int64_t left_ms = deadline_ms - clock_mono_ms();

    if (left_ms <= 0)
        return false;
    if (poll(watched, ARRAY_SIZE(watched), (int)left_ms) < 0)
        return errno == EINTR;
    if (watched[0].revents && !turn_away(holder))
        return !holder->is_over;
    return watched[0].revents || watched[1].revents;
}

static bool receive_answer(struct asking *asking, char *answer, size_t size)
{
    const int64_t deadline_ms = clock_mono_ms() + PROMPT_MS;
    struct failure ignored = {{SMSCLIENT_OK}};
    struct agent_asker *asker = asking->asker;
    struct text line = {NULL, 0};
    enum status got;

    while ((got = link_try_receive(asker->link, &ignored, &line)) ==
           STATUS_END) {
        if (!wait_for_person(asking->holder, link_fd(asker->link), deadline_ms))
            break;
    }
    failure_clear(&ignored);
    return got == STATUS_OK && agent_answer_read_prompt(line, answer, size);
}

static bool ask_asker(void *context, const char *text, bool echo, char *answer,
                      size_t size)
{
    SCOPED(buf_free) struct buf line = buf_make(AGENT_ANSWER_MAX_BYTES);
    struct asking *asking = context;
    struct failure ignored = {{SMSCLIENT_OK}};
    enum status sent;

    agent_answer_prompt(text, echo, size, &line);
    sent = buf_status(&line);
    if (sent == STATUS_OK)
        sent = link_send(asking->asker->link, buf_text(&line),
                         clock_mono_ms() + SEND_MS, &ignored);
    failure_clear(&ignored);
    return sent == STATUS_OK && receive_answer(asking, answer, size);
}

/* ---- Beginning to use the session ---- */

/* At the level that this asker wants: what proves it may be less than when the
 * session was made. */
static enum status sign_in(struct holder *holder, struct agent_asker *asker,
                           const struct agent_request *asked)
{
    struct agent_session *session = &holder->session;
    struct asking asking = {holder, asker};
    const enum auth_level least = session->request.level;
    enum status signed_in;

    if (asked->level > least)
        session->request.level = asked->level;
    signed_in = agent_session_sign_in(session, ask_asker, &asking,
                                      asked->is_interactive);
    session->request.level = least;
    return signed_in;
}

static void open_for(struct holder *holder, struct agent_asker *asker,
                     const struct agent_request *asked)
{
    struct agent_session *session = &holder->session;

    asker->timeout_ms = asked->timeout_ms;
    session->request.timeout_ms = asked->timeout_ms;
    if (agent_session_is_wanted(session) ||
        (!holder->is_kept && sign_in(holder, asker, asked) == STATUS_OK)) {
        agent_answer_opened(session, &asker->leaving);
    } else {
        agent_answer_failure(session->client, &asker->leaving);
        asker->is_over = true;
        agent_session_end(session);
    }
    agent_asker_flush(asker);
}

static void take_asker(struct holder *holder, struct text line, int fd)
{
    SCOPED(agent_request_drop) struct agent_request asked = {NULL};
    struct agent_asker *asker = &holder->askers[holder->n_askers];
    struct link *link = NULL;

    holder->n_opens++;
    if (link_wrap(fd, &link) != STATUS_OK)
        return;
    if (holder->n_askers == ASKERS_MAX ||
        agent_request_read(line, &asked) != STATUS_OK) {
        link_free(link);
        return;
    }
    *asker = (struct agent_asker){.link = link,
                                  .leaving = buf_make(2 * ANSWER_MAX_BYTES)};
    holder->n_askers++;
    open_for(holder, asker, &asked);
}

static void take_request(struct holder *holder)
{
    static char line[AGENT_REQUEST_MAX_BYTES];
    size_t size = 0;
    int fd = -1;
    const enum status got =
        agent_pass_take(holder->control, line, sizeof(line), &size, &fd);

    if (got == STATUS_OK)
        take_asker(holder, (struct text){line, size}, fd);
    else if (got != STATUS_END)
        holder->is_over = true;
}

/* ---- Relaying ---- */

/* STATUS_END: the agent has ended meanwhile. */
static enum status await_answer(struct holder *holder, int64_t deadline_ms,
                                struct text *answer_out)
{
    struct agent_session *session = &holder->session;
    enum status got;

    while ((got = agent_session_receive(session, answer_out)) == STATUS_END) {
        if (wait_for(holder, agent_session_fd(session), deadline_ms))
            continue;
        if (holder->is_over)
            return STATUS_END;
        if (clock_mono_ms() >= deadline_ms)
            return failure_set(&session->client->failure, SMSCLIENT_UNAVAILABLE,
                               "timeout", "The server did not answer in time.");
    }
    return got;
}

/* The session and its provider are out of step: it ends. */
static void fail_line(struct holder *holder, struct agent_asker *asker,
                      const json_t *id)
{
    struct agent_session *session = &holder->session;
    const char *why =
        session->client ? smsclient_failure(session->client)->message : "";

    agent_answer_error(id, RPC_UNAVAILABLE,
                       *why ? why
                            : "The session that the agent held has ended; the "
                              "next command signs in again.",
                       &asker->leaving);
    agent_session_end(session);
}

static void relay(struct holder *holder, struct agent_asker *asker,
                  struct text line, const json_t *id)
{
    struct agent_session *session = &holder->session;
    const int64_t wait_ms = asker->timeout_ms > ANSWER_LEAST_MS
                                ? asker->timeout_ms
                                : ANSWER_LEAST_MS;
    const int64_t deadline_ms = clock_mono_ms() + wait_ms;
    struct text answer;

    if (!agent_session_is_live(session) ||
        agent_session_send(session, line, deadline_ms) != STATUS_OK ||
        await_answer(holder, deadline_ms, &answer) != STATUS_OK) {
        if (!holder->is_over)
            fail_line(holder, asker, id);
        return;
    }
    buf_append_text(&asker->leaving, answer);
    buf_append_char(&asker->leaving, '\n');
    if (buf_status(&asker->leaving) != STATUS_OK)
        asker->is_over = true;
}

static void take_line(struct holder *holder, struct agent_asker *asker)
{
    SCOPED(agent_line_drop) struct agent_line read = {.id = NULL};
    struct failure ignored = {{SMSCLIENT_OK}};
    struct text line;
    const enum status got = link_try_receive(asker->link, &ignored, &line);

    failure_clear(&ignored);
    asker->is_ready = got == STATUS_OK;
    asker->is_over |= got != STATUS_OK && got != STATUS_END;
    if (got != STATUS_OK)
        return;
    agent_line_read(line, &read);
    if (read.error == RPC_DONE)
        relay(holder, asker, line, read.id);
    else
        agent_answer_error(read.id, read.error, read.why, &asker->leaving);
    agent_asker_flush(asker);
}

/* ---- The loop ---- */

static int next_wake_ms(const struct holder *holder)
{
    const struct agent_session *session = &holder->session;
    int64_t wake_ms = session->used_ms + KEEP_MS - clock_mono_ms();

    for (size_t i = 0; i < holder->n_askers; i++) {
        if (holder->askers[i].is_ready && !holder->askers[i].leaving.size)
            return 0;
    }
    if (!session->client)
        return -1;
    if (session->expires_s) {
        const int64_t left_s = session->expires_s - clock_wall_s();

        if (left_s * 1000 < wake_ms)
            wake_ms = left_s * 1000;
    }
    return wake_ms > 0 ? (int)wake_ms : 0;
}

static void report(struct holder *holder)
{
    const struct agent_session *session = &holder->session;
    struct agent_state now;

    memset(&now, 0, sizeof(now)); /* compared and sent as bytes */
    now.n_opens = holder->n_opens;
    now.n_askers = (uint32_t)holder->n_askers;
    now.is_held = session->client != NULL;
    now.level = session->level;
    memcpy(now.user, session->user, strlen(session->user));
    memcpy(now.mechanism, session->mechanism, strlen(session->mechanism));
    now.since_s = session->since_s;
    now.expires_s = session->expires_s;
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): it was zeroed */
    if (memcmp(&now, &holder->state, sizeof(now)) != 0 &&
        send(holder->control, &now, sizeof(now), MSG_NOSIGNAL | MSG_DONTWAIT) ==
            (ssize_t)sizeof(now))
        holder->state = now;
}

static void look_after_session(struct holder *holder)
{
    struct agent_session *session = &holder->session;

    if (session->client && agent_session_is_live(session) &&
        session->used_ms + KEEP_MS <= clock_mono_ms() &&
        agent_session_is_wanted(session))
        agent_session_keep(session);
}

static void take_turns(struct holder *holder, const struct pollfd *watched,
                       size_t n)
{
    for (size_t i = 0; i < n && !holder->is_over; i++) {
        struct agent_asker *asker = &holder->askers[i];
        const short seen = watched[AT_ASKERS + i].revents;

        asker->is_ready |= (seen & (POLLIN | POLLHUP | POLLERR)) != 0;
        if (asker->leaving.size)
            agent_asker_flush(asker);
        if (!asker->leaving.size && !asker->is_over && asker->is_ready)
            take_line(holder, asker);
    }
}

static void run_once(struct holder *holder)
{
    struct pollfd watched[AT_ASKERS + ASKERS_MAX] = {
        [AT_CONTROL] = {.fd = holder->control, .events = POLLIN},
        [AT_SESSION] = {.fd = agent_session_fd(&holder->session),
                        .events = POLLIN},
    };
    const size_t n = holder->n_askers;

    for (size_t i = 0; i < n; i++)
        watched[AT_ASKERS + i] = (struct pollfd){
            .fd = link_fd(holder->askers[i].link),
            .events = holder->askers[i].leaving.size ? POLLOUT : POLLIN};
    if (poll(watched, AT_ASKERS + n, next_wake_ms(holder)) < 0 &&
        errno != EINTR) {
        holder->is_over = true;
        return;
    }
    take_turns(holder, watched, n);
    if (watched[AT_CONTROL].revents)
        take_request(holder);
    drop_closed(holder);
    look_after_session(holder);
    report(holder);
}

/* Nothing of it is written to a disk that pages go to, if the host allows that
 * much memory to be kept from there. */
static void keep_from_swap(void)
{
    struct rlimit allowed = {0, 0};

    if (getrlimit(RLIMIT_MEMLOCK, &allowed) == 0 &&
        allowed.rlim_cur >= LOCKED_LEAST_BYTES)
        (void)mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
}

static void close_askers(struct holder *holder)
{
    for (size_t i = 0; i < holder->n_askers; i++)
        agent_asker_close(&holder->askers[i]);
}

void agent_holder_run(int control, struct agent_request *request)
{
    static struct holder holder;

    holder.control = control;
    holder.session.request = *request;
    *request = (struct agent_request){NULL};
    keep_from_swap();
    if (agent_request_take_environment(&holder.session.request) == STATUS_OK)
        while (!holder.is_over)
            run_once(&holder);
    close_askers(&holder);
    agent_session_close(&holder.session);
    close(control);
}

void agent_holder_keep(int control, struct agent_session *session)
{
    static struct holder holder;

    holder = (struct holder){
        .control = control, .is_kept = true, .session = *session};
    *session = (struct agent_session){NULL};
    keep_from_swap();
    report(&holder);
    while (!holder.is_over)
        run_once(&holder);
    close_askers(&holder);
    agent_session_leave(&holder.session);
    close(control);
}
