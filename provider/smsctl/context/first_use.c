#include "provider/smsctl/context/first_use.h"

#include <string.h>
#include <unistd.h>

#include "provider/base/datetime.h"
#include "provider/smsctl/context/settings_edit.h"
#include "provider/smsctl/terminal/prompt.h"

enum { WHY_MAX_BYTES = 64 * 1024 };

/* A key is kept for the server of a context, not for one named in passing. */
static bool is_of_context(const struct defaults *defaults, const char *server)
{
    const struct settings *const files[] = {&defaults->user, &defaults->site};

    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        const char *const *values = settings_find(files[i], defaults->context);

        if (values && values[OPTION_SERVER])
            return strcmp(values[OPTION_SERVER], server) == 0;
    }
    return false;
}

static bool is_to_ask(const struct smsclient_options *options)
{
    return options->server && !options->ca && !options->pin &&
           strncmp(options->server, "tls:", 4) == 0 && isatty(STDIN_FILENO);
}

static enum smsclient_result refuse_passing(struct console *console,
                                            const char *server)
{
    console_fail(console, SMSCLIENT_USAGE,
                 "There is no CA file to verify %s against, and its key is not "
                 "known.",
                 server);
    console_line(console,
                 "  next: give --ca or --pin; or make a context, whose key you "
                 "can confirm:");
    console_line(console, "    smsctl config set-context NAME server=%s",
                 server);
    return SMSCLIENT_USAGE;
}

static void show_server(struct console *console, const char *address,
                        const struct smsclient_server *server)
{
    char until[DATETIME_BYTES];

    datetime_write(server->until_s, until);
    console_note(console, "The provider at %s is not known yet.", address);
    console_line(console, "  names: %s", server->names);
    console_line(console, "  issued by: %s, until %s", server->issuer, until);
    console_line(console, "  key: %s", server->pin);
    console_line(console, "Compare the key with the one at the provider; "
                          "smsctl(1) says how.");
}

static bool is_confirmed(void)
{
    char answer[8];

    return prompt_ask(NULL, "Trust this key from now on? (yes/no) ", true,
                      answer, sizeof(answer)) &&
           strcmp(answer, "yes") == 0;
}

static enum status keep_pin(const char *context, const char *pin,
                            struct buf *why)
{
    SCOPED(settings_edit_end) struct settings_edit edit = SETTINGS_EDIT_NONE;
    SCOPED(memory_drop) char *path = settings_path();
    json_t *map;

    if (!path)
        return STATUS_UNAVAILABLE;
    TRY(settings_edit_begin(path, &edit, why));
    map = settings_edit_context(&edit, context, true);
    if (!map || json_object_set_new(map, "pin", json_string(pin)) != 0)
        return STATUS_NO_MEMORY;
    return settings_edit_write(&edit, why);
}

static enum smsclient_result trust(struct console *console, const char *pin)
{
    SCOPED(buf_free) struct buf why = buf_make(WHY_MAX_BYTES);
    struct defaults *defaults = &console->defaults;

    if (keep_pin(defaults->context, pin, &why) != STATUS_OK) {
        fwrite(buf_text(&why).data, 1, buf_text(&why).size, console->errors);
        return console_fail(console, SMSCLIENT_FAILED,
                            "The key could not be kept.");
    }
    defaults->values[OPTION_PIN] = arena_text(defaults->arena, text_of(pin));
    return defaults->values[OPTION_PIN]
               ? SMSCLIENT_OK
               : console_fail(console, SMSCLIENT_FAILED, "Out of memory.");
}

enum smsclient_result first_use_ask(struct console *console,
                                    struct smsclient_options *options)
{
    struct smsclient_server server;
    enum smsclient_result result;

    if (!is_to_ask(options))
        return SMSCLIENT_OK;
    if (!is_of_context(&console->defaults, options->server))
        return refuse_passing(console, options->server);
    if (smsclient_look(console->client, options, &server) != SMSCLIENT_OK)
        return console_fail_client(console);
    show_server(console, options->server, &server);
    if (!is_confirmed())
        return console_fail(console, SMSCLIENT_FAILED,
                            "The provider is not trusted; nothing was sent.");
    result = trust(console, server.pin);
    options->pin = console->defaults.values[OPTION_PIN];
    return result;
}
