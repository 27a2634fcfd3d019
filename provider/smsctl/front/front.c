/*
 * smsctl as it is called: a small program that runs the usual verbs in a
 * session of the user's agent, and becomes the whole program for everything
 * else.
 *
 * TLS, Kerberos, Unicode, XML and a database take four times longer to load
 * than a call through the agent takes, and it needs none of them.
 */
#include <string.h>

#include "provider/smsctl/console_run.h"
#include "provider/smsctl/front/whole.h"
#include "provider/smsctl/paging.h"
#include "provider/smsctl/session/console_agent.h"
#include "provider/smsctl/session/console_login.h"

/* The agent would ask for an authority, the whole program asks the user. */
static bool is_known(const struct console *console)
{
    const char *server = console_value(console, OPTION_SERVER);

    return !server || strncmp(server, "unix:", 5) == 0 ||
           console_value(console, OPTION_CA) ||
           console_value(console, OPTION_PIN);
}

/* Whatever is wrong with the command line is said by the whole program. */
static bool is_quick(const struct console *console)
{
    const struct arguments *arguments = &console->arguments;

    return arguments->verb && arguments->verb->run &&
           !arguments->values[OPTION_HELP] && !arguments_ask_version(arguments);
}

static bool has_session(struct console *console)
{
    SCOPED(memory_drop) char *path = settings_path();
    SCOPED(buf_free) struct buf why = buf_make(1 << 20);
    struct agent_place place;

    return defaults_read(&console->arguments, path, SETTINGS_SITE_PATH,
                         &console->defaults, &why) == STATUS_OK &&
           is_known(console) &&
           (console_login_is_there(console) ||
            (console_agent_find(console, &place, &why) == STATUS_OK &&
             agent_place_socket(&place) != 0));
}

int main(int argc, char *argv[])
{
    SCOPED(console_close)
    struct console console = {.output = {OUTPUT_TABLE, true, stdout},
                              .errors = stderr,
                              .is_front = true};
    enum smsclient_result result;

    whole_keep(argv);
    if (!console_has_streams() ||
        arguments_read(argc, argv, &console.arguments) != STATUS_OK ||
        !is_quick(&console) || !has_session(&console))
        whole_run();
    console.output.has_headings = !console.arguments.values[OPTION_NO_HEADINGS];
    console.patience_s = console.arguments.verb->patience_s;
    result =
        console_take_format(&console, console_value(&console, OPTION_OUTPUT));
    if (result == SMSCLIENT_OK)
        result = paging_run(&console);
    if (console_finish(&console) != SMSCLIENT_OK)
        result = SMSCLIENT_FAILED;
    return (int)result;
}
