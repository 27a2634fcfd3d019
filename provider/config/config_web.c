#include "provider/config/config_web.h"

#include <sys/stat.h>

#include "provider/config/config_file.h"

bool config_serves(const struct config_listener *listener,
                   enum config_path path)
{
    if (!listener->https)
        return false;
    for (size_t i = 0; i < listener->n_paths; i++)
        if (listener->paths[i] == (int)path)
            return true;
    return listener->n_paths == 0 && path == CONFIG_PATH_RPC;
}

/* HTTP has no conversation, and no password is sent by it. */
static void check_mechanisms(struct config_checker *c,
                             const struct config_listener *l)
{
    for (size_t i = 0; i < l->n_mechanisms; i++)
        if (!(CONFIG_WEB_MECHANISMS & (1u << l->mechanisms[i])))
            messages_error(c->messages, l->place,
                           "\"mechanisms\": over HTTPS there are GSS-SPNEGO, "
                           "EXTERNAL and OAUTHBEARER, not %s",
                           auth_mechanism_names[l->mechanisms[i]]);
}

/* Whoever can change it signs in as those who open it. */
static void check_console(struct config_checker *c,
                          struct config_listener *listener)
{
    if (!config_serves(listener, CONFIG_PATH_CONSOLE))
        return;
    if (!listener->console) {
        listener->console = SMS_CONSOLE;
        listener->console_place = listener->place;
    }
    config_file_check(c, listener->console_place, listener->console, S_IFDIR,
                      CONFIG_GUARD_WRITE);
}

void config_web_check(struct config_checker *c,
                      struct config_listener *listener)
{
    check_mechanisms(c, listener);
    check_console(c, listener);
}
