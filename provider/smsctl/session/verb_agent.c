#include "provider/smsctl/session/verb_agent.h"

#include <fcntl.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "policy/schema.h"
#include "provider/agent/agent_serve.h"
#include "provider/client/answer.h"
#include "provider/smsctl/session/console_agent.h"
#include "provider/smsctl/session/console_login.h"

enum { WHY_MAX_BYTES = 1024, LIFETIME_DEFAULT_S = 12 * 3600 };

static void string_drop(char **string)
{
    smsclient_string_free(*string);
}

/* ---- Where ---- */

static enum smsclient_result find_place(struct console *console,
                                        struct agent_place *place)
{
    const enum smsclient_result found = console_agent_place(console, place);

    if (found != SMSCLIENT_UNAVAILABLE)
        return found;
    return console_fail(console, SMSCLIENT_UNAVAILABLE,
                        "There is no place for an agent: the setting agent is "
                        "off, or $XDG_RUNTIME_DIR is not a directory of yours. "
                        "Give --agent PATH.");
}

/* ---- Starting ---- */

/* 30m, 8h; 0: for ever. */
static enum smsclient_result read_lifetime(struct console *console,
                                           int64_t *lifetime_s)
{
    const char *said = console_value(console, OPTION_LIFETIME);
    int64_t ms;

    *lifetime_s = LIFETIME_DEFAULT_S;
    if (!said)
        return SMSCLIENT_OK;
    if (!schema_read_duration(text_of(said), &ms) || ms < 1000)
        return console_fail(console, SMSCLIENT_USAGE,
                            "--lifetime needs a duration such as 30m or 8h, "
                            "not %s.",
                            said);
    *lifetime_s = ms / 1000;
    return SMSCLIENT_OK;
}

/* The terminal and its streams stay with the caller. */
static void leave_terminal(void)
{
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

    setsid();
    if (nothing < 0 || chdir("/") != 0)
        _exit(1);
    for (int fd = 0; fd <= 2; fd++)
        dup2(nothing, fd);
    close(nothing);
}

static enum smsclient_result serve(struct console *console,
                                   const struct agent_place *place,
                                   int listener, int64_t lifetime_s,
                                   bool is_own)
{
    return agent_serve(place, listener, lifetime_s, is_own) == STATUS_OK
               ? SMSCLIENT_OK
               : console_fail(console, SMSCLIENT_FAILED,
                              "The agent cannot run.");
}

static enum smsclient_result serve_behind(struct console *console,
                                          const struct agent_place *place,
                                          int listener, int64_t lifetime_s)
{
    const pid_t pid = fork();

    if (pid < 0) {
        unlink(place->path);
        return console_fail(console, SMSCLIENT_FAILED,
                            "The agent cannot be started.");
    }
    if (pid == 0) {
        leave_terminal();
        _exit((int)serve(console, place, listener, lifetime_s, true));
    }
    close(listener);
    console_note(console,
                 "The agent runs as process %d, at %s. The next command of a "
                 "context signs in, and others use its session.",
                 (int)pid, place->path);
    return SMSCLIENT_OK;
}

/* The socket that systemd listens on for it. */
static enum smsclient_result serve_given(struct console *console,
                                         const struct agent_place *place,
                                         int64_t lifetime_s)
{
    if (sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, place->path,
                          0) <= 0)
        return console_fail(console, SMSCLIENT_USAGE,
                            "The socket that was passed is not at %s.",
                            place->path);
    (void)fcntl(SD_LISTEN_FDS_START, F_SETFL, O_NONBLOCK);
    return serve(console, place, SD_LISTEN_FDS_START, lifetime_s, false);
}

static enum smsclient_result start(struct console *console,
                                   const struct agent_place *place,
                                   int64_t lifetime_s)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    int listener = -1;
    const enum status status = agent_place_listen(place, &listener, &why);

    if (status == STATUS_CONFLICT) {
        console_note(console, "An agent runs already, at %s.", place->path);
        return SMSCLIENT_OK;
    }
    if (status != STATUS_OK)
        return console_fail(console, SMSCLIENT_FAILED,
                            "The agent cannot listen: %.*s.",
                            (int)buf_text(&why).size, buf_text(&why).data);
    return console_value(console, OPTION_FOREGROUND)
               ? serve(console, place, listener, lifetime_s, true)
               : serve_behind(console, place, listener, lifetime_s);
}

enum smsclient_result verb_agent(struct console *console)
{
    struct agent_place place;
    int64_t lifetime_s;
    enum smsclient_result result = read_lifetime(console, &lifetime_s);

    if (result == SMSCLIENT_OK)
        result = find_place(console, &place);
    if (result != SMSCLIENT_OK)
        return result;
    return sd_listen_fds(1) > 0 ? serve_given(console, &place, lifetime_s)
                                : start(console, &place, lifetime_s);
}

/* ---- Asking it ---- */

static enum smsclient_result ask(struct console *console, enum agent_act act,
                                 const struct agent_wish *wish,
                                 const char *name, json_t **value_out)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    struct agent_place place;
    enum smsclient_result result = find_place(console, &place);
    enum status asked;

    if (result != SMSCLIENT_OK)
        return result;
    asked = agent_client_ask(&place, act, wish, name, value_out, &why);
    if (asked == STATUS_OK)
        return SMSCLIENT_OK;
    if (asked != STATUS_NOT_FOUND)
        return console_fail(console, SMSCLIENT_UNAVAILABLE,
                            "The agent is not used: %.*s.",
                            (int)buf_text(&why).size, buf_text(&why).data);
    console_fail(console, SMSCLIENT_UNAVAILABLE, "No agent runs at %s.",
                 place.path);
    console_line(console, "  next: start one with smsctl agent.");
    return SMSCLIENT_UNAVAILABLE;
}

/* That of this login, as smshostd holds it; NULL: there is none. */
static json_t *login_session(struct console *console)
{
    SCOPED(answer_drop) json_t *who = NULL;
    SCOPED(string_drop) char *text = NULL;
    struct smsclient_options options;
    const json_t *evidence;

    if (!console_login_is_there(console) ||
        console_options(console, &options) != SMSCLIENT_OK)
        return NULL;
    if (!console->client)
        console->client = smsclient_new();
    if (!console->client ||
        !console_login_use(console, &options, AUTH_LEVEL_NONE) ||
        smsclient_call(console->client, "session.whoami", NULL, &text) !=
            SMSCLIENT_OK)
        return NULL;
    who = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    evidence = json_object_get(who, "evidence");
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "context", "(this login)",
        "server", options.server ? options.server : "", "user",
        answer_text(who, "user"), "mechanism", answer_text(evidence, "method"),
        "level", answer_text(who, "level"), "since",
        answer_text(evidence, "authenticated"), "expires",
        answer_text(who, "expires"));
}

/* The agent's; where this login has a session, there need be no agent. */
static enum smsclient_result ask_sessions(struct console *console,
                                          json_t *login, json_t **agent_out)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    struct agent_place place;

    if (!login)
        return ask(console, AGENT_LIST, NULL, "agent", agent_out);
    if (console_agent_place(console, &place) != SMSCLIENT_OK ||
        agent_client_ask(&place, AGENT_LIST, NULL, "agent", agent_out, &why) !=
            STATUS_OK)
        *agent_out = json_pack("{s:[]}", "sessions");
    json_array_insert_new(json_object_get(*agent_out, "sessions"), 0,
                          json_incref(login));
    return SMSCLIENT_OK;
}

enum smsclient_result verb_agent_list(struct console *console)
{
    static const char *const columns[] = {"context",   "server", "user",
                                          "mechanism", "level",  "since",
                                          "expires",   "in_use"};
    SCOPED(answer_drop) json_t *login = login_session(console);
    SCOPED(answer_drop) json_t *agent = NULL;
    const enum smsclient_result asked = ask_sessions(console, login, &agent);
    const char *ends = answer_text(agent, "ends");

    if (asked != SMSCLIENT_OK)
        return asked;
    if (output_is_data(&console->output))
        return console_printed(console, output_data(&console->output, agent));
    if (*ends)
        console_note(console, "The agent itself ends at %s.", ends);
    return console_printed(console,
                           output_rows(&console->output,
                                       json_object_get(agent, "sessions"),
                                       columns, ARRAY_SIZE(columns)));
}

static enum smsclient_result tell_dropped(struct console *console, json_int_t n)
{
    console_note(console,
                 n == 1 ? "%lld session was ended."
                        : "%lld sessions were ended.",
                 (long long)n);
    return SMSCLIENT_OK;
}

enum smsclient_result verb_agent_drop(struct console *console)
{
    const struct arguments *arguments = &console->arguments;
    SCOPED(answer_drop) json_t *dropped = NULL;
    struct smsclient_options options;
    struct agent_wish wish = {&options, console->defaults.context,
                              AUTH_LEVEL_NONE, NULL};
    const bool is_all =
        arguments->n_words && strcmp(arguments->words[0], "all") == 0;
    enum smsclient_result asked;

    if (arguments->n_words && !is_all)
        return console_fail(console, SMSCLIENT_USAGE,
                            "agent drop ends the sessions of a context "
                            "(--context), or all: not %s.",
                            arguments->words[0]);
    if (!is_all && console_options(console, &options) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    asked =
        ask(console, AGENT_DROP, is_all ? NULL : &wish, "dropped", &dropped);
    return asked == SMSCLIENT_OK
               ? tell_dropped(console, json_integer_value(dropped))
               : asked;
}

enum smsclient_result agent_drop_context(struct console *console,
                                         json_int_t *n_out)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    SCOPED(answer_drop) json_t *dropped = NULL;
    struct smsclient_options options;
    struct agent_wish wish = {&options, console->defaults.context,
                              AUTH_LEVEL_NONE, NULL};
    struct agent_place place;

    if (console_agent_place(console, &place) != SMSCLIENT_OK ||
        console_options(console, &options) != SMSCLIENT_OK ||
        agent_client_ask(&place, AGENT_DROP, &wish, "dropped", &dropped,
                         &why) != STATUS_OK)
        return SMSCLIENT_UNAVAILABLE;
    *n_out = json_integer_value(dropped);
    return SMSCLIENT_OK;
}

enum smsclient_result verb_agent_stop(struct console *console)
{
    SCOPED(answer_drop) json_t *stopped = NULL;
    const enum smsclient_result asked =
        ask(console, AGENT_STOP, NULL, "stopped", &stopped);

    if (asked == SMSCLIENT_OK)
        console_note(console, "The agent and its sessions have ended.");
    return asked;
}
