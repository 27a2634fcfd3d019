#include "provider/smsctl/session/console_login.h"

#include <stdio.h>
#include <string.h>

#include "provider/agent/agent_client.h"
#include "provider/host/login_key.h"

enum { WHY_MAX_BYTES = 1024 };

/* Another session, or evidence for one, was named. */
static bool is_other_named(const struct console *console)
{
    static const enum option others[] = {OPTION_CERT, OPTION_KEY, OPTION_MECH,
                                         OPTION_TOKEN_FILE, OPTION_LOGIN};
    const char *agent = console_value(console, OPTION_AGENT);

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (console_value(console, others[i]))
            return true;
    return agent && strcmp(agent, "auto") != 0;
}

bool console_login_is_there(const struct console *console)
{
    char handle[LOGIN_SESSION_BYTES];
    const bool is_there = !is_other_named(console) && login_key_find(handle);

    explicit_bzero(handle, sizeof(handle));
    return is_there;
}

static void find_place(const char *handle, struct agent_place *place_out)
{
    char name[sizeof(LOGIN_SESSION_PREFIX) + LOGIN_SESSION_NAME];

    snprintf(name, sizeof(name), "%s%.*s", LOGIN_SESSION_PREFIX,
             (int)LOGIN_SESSION_NAME, handle);
    agent_place_login(name, place_out);
}

bool console_login_use(struct console *console,
                       const struct smsclient_options *options,
                       enum auth_level level)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    char handle[LOGIN_SESSION_BYTES];
    const struct agent_wish wish = {options, console->defaults.context, level,
                                    handle + LOGIN_SESSION_NAME};
    struct agent_place place;
    bool is_used;

    if (is_other_named(console) || !login_key_find(handle))
        return false;
    find_place(handle, &place);
    is_used = agent_client_open(&place, &wish, console->client, &console->agent,
                                &why) == STATUS_OK;
    explicit_bzero(handle, sizeof(handle));
    console->is_relayed |= is_used;
    return is_used;
}
