#include "provider/smsctl/session/console_agent.h"

#include <string.h>

#include "provider/client/answer.h"
#include "provider/client/client.h"
#include "provider/smsctl/session/console_direct.h"
#include "provider/smsctl/session/console_login.h"

enum { WHY_MAX_BYTES = 1024 };

enum status console_agent_find(const struct console *console,
                               struct agent_place *place_out, struct buf *why)
{
    const char *said = console_value(console, OPTION_AGENT);

    if (said && strcmp(said, "off") == 0)
        return STATUS_NOT_FOUND;
    if (said && strcmp(said, "auto") == 0)
        said = NULL;
    return agent_place_find(said, place_out, why);
}

enum smsclient_result console_agent_place(struct console *console,
                                          struct agent_place *place_out)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    const enum status found = console_agent_find(console, place_out, &why);

    if (found == STATUS_INVALID)
        return console_fail(console, SMSCLIENT_USAGE,
                            "--agent is auto, off or the path of a socket. "
                            "%.*s.",
                            (int)buf_text(&why).size, buf_text(&why).data);
    return found == STATUS_OK ? SMSCLIENT_OK : SMSCLIENT_UNAVAILABLE;
}

/* Commands that keep a session busy leave it to the others; unless they could
 * not sign in a second time. */
static bool wants_agent(const struct console *console,
                        const struct smsclient_options *options)
{
    if (console->is_shell || console->is_own)
        return false;
    return console->arguments.verb->patience_s == 0 || options->token_file;
}

static enum agent_use go_without(struct console *console,
                                 const struct agent_place *place,
                                 enum status status, const struct buf *why)
{
    if (console->is_front) /* the whole program tries it again, and says it */
        return AGENT_NOT_USED;
    if (status == STATUS_NOT_FOUND && place->is_given)
        console_note(console, "There is no agent at %s; signing in without it.",
                     place->path);
    else if (status != STATUS_NOT_FOUND)
        console_note(console,
                     "The agent is not used: %.*s. Signing in without "
                     "it.",
                     (int)buf_text(why).size, buf_text(why).data);
    return AGENT_NOT_USED;
}

enum agent_use console_agent_use(struct console *console,
                                 const struct smsclient_options *options,
                                 enum auth_level level)
{
    const struct agent_wish wish = {options, console->defaults.context, level,
                                    NULL};
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    struct agent_place place;
    enum smsclient_result found;
    enum status opened;

    if (!console->is_shell && !console->is_own &&
        console_login_use(console, options, level))
        return AGENT_USED;
    if (!wants_agent(console, options))
        return AGENT_NOT_USED;
    found = console_agent_place(console, &place);
    if (found != SMSCLIENT_OK)
        return found == SMSCLIENT_USAGE ? AGENT_USAGE : AGENT_NOT_USED;
    opened = agent_client_open(&place, &wish, console->client, &console->agent,
                               &why);
    if (opened == STATUS_INVALID)
        return AGENT_REFUSED;
    if (opened != STATUS_OK)
        return go_without(console, &place, opened, &why);
    console->is_relayed = true;
    return AGENT_USED;
}

enum agent_use console_agent_raise(struct console *console,
                                   const struct smsclient_options *options,
                                   enum auth_level level)
{
    struct smsclient *client = console->client;
    struct smsclient *stronger = smsclient_new();
    struct smsclient_options quiet = *options;
    enum agent_use used = AGENT_NOT_USED;

    if (!stronger)
        return AGENT_NOT_USED;
    (void)smsclient_set_trace(stronger, client->trace);
    /* No password is prompted for in the middle of a call. */
    quiet.is_interactive = options->is_interactive && options->user;
    console->client = stronger;
    if (level != AUTH_LEVEL_NONE)
        used = console_agent_use(console, &quiet, level);
    if (used != AGENT_USED)
        console->client = client;
    smsclient_free(used == AGENT_USED ? client : stronger);
    return used;
}

/* ---- Calling ---- */

/* The level that a refusal asks for; NONE: another failure. */
static enum auth_level level_wanted(const struct smsclient *client)
{
    SCOPED(answer_drop) json_t *data = NULL;

    if (client->failure.view.result != SMSCLIENT_LEVEL_TOO_LOW)
        return AUTH_LEVEL_NONE;
    data = json_loads(client->failure.view.data, 0, NULL);
    return auth_level_read(text_of(answer_text(data, "level_required")));
}

static bool is_reading(const char *method)
{
    static const char *const readers[] = {"object.get",     "object.list",
                                          "session.whoami", "query.run",
                                          "access.",        "audit."};

    for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
        if (strncmp(method, readers[i], strlen(readers[i])) == 0)
            return true;
    }
    return false;
}

/* The agent is gone. What only reads is asked again; of anything else nobody
 * knows whether it was done. */
static enum smsclient_result call_without(
    struct console *console, const struct smsclient_options *options,
    const char *method, const char *params, char **answer_out)
{
    console->is_relayed = false;
    console->is_signed_in = false;
    if (!is_reading(method)) {
        failure_next(&console->client->failure,
                     "The agent ended before it gave the answer: look whether "
                     "it was done before you do it again.");
        return console->client->failure.view.result;
    }
    console->is_own = true;
    if (!console->is_front)
        console_note(console, "The agent has ended; signing in without it.");
    if (console_direct_sign_in(console, options) != SMSCLIENT_OK)
        return console->client->failure.view.result;
    console->is_signed_in = true;
    return console_direct_call(console, options, method, params, answer_out);
}

enum smsclient_result console_agent_call(
    struct console *console, const struct smsclient_options *options,
    const char *method, const char *params, char **answer_out)
{
    enum smsclient_result called =
        smsclient_call(console->client, method, params, answer_out);

    if (called == SMSCLIENT_OK)
        return SMSCLIENT_OK;
    if (called == SMSCLIENT_UNAVAILABLE && !console->client->link)
        return call_without(console, options, method, params, answer_out);
    if (options->mechanism ||
        console_agent_raise(console, options, level_wanted(console->client)) !=
            AGENT_USED)
        return console->client->failure.view.result;
    return smsclient_call(console->client, method, params, answer_out);
}
