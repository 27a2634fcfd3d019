#include "provider/smsctl/verb_site.h"

#include "provider/base/level.h"
#include "provider/client/answer.h"

/* The level's name, whether the server sent a name or a number. */
static json_t *level_name(const json_t *level)
{
    enum auth_level read = AUTH_LEVEL_NONE;

    if (json_is_string(level))
        read = auth_level_read(text_of(json_string_value(level)));
    for (int i = AUTH_LEVEL_DOMAIN; i <= AUTH_LEVEL_MFA; i++) {
        if (json_is_integer(level) &&
            json_integer_value(level) == auth_level_number((enum auth_level)i))
            read = (enum auth_level)i;
    }
    return json_string(auth_level_name(read));
}

enum smsclient_result verb_level_get(struct console *console)
{
    SCOPED(answer_drop) json_t *list = NULL;
    SCOPED(answer_drop) json_t *shown = NULL;
    const json_t *site;
    enum smsclient_result called;

    called = console_call(
        console, "object.list",
        json_pack("{s:s, s:i}", "class", "SMS_Site", "limit", 1), &list);
    if (called != SMSCLIENT_OK)
        return called;
    site = json_array_get(json_object_get(list, "items"), 0);
    if (!site)
        return console_fail(console, SMSCLIENT_NOT_FOUND,
                            "There is no site, or you may not see it.");
    shown = json_pack("{s:o, s:O?}", "minimum_level",
                      level_name(json_object_get(site, "AuthenticationLevel")),
                      "excluded", json_object_get(site, "ExceptionList"));
    return console_printed(console, shown
                                        ? output_object(&console->output, shown)
                                        : STATUS_NO_MEMORY);
}

enum smsclient_result verb_level_set(struct console *console)
{
    const struct arguments *arguments = &console->arguments;
    const enum auth_level level = auth_level_read(text_of(arguments->words[0]));
    json_t *args;

    if (level == AUTH_LEVEL_NONE)
        return console_fail(console, SMSCLIENT_USAGE,
                            "Unknown level %s. Use domain, certificate or mfa.",
                            arguments->words[0]);
    args = json_pack("{s:i}", "AuthenticationLevel", auth_level_number(level));
    if (arguments->n_excludes) {
        json_t *users = json_array();

        for (size_t i = 0; i < arguments->n_excludes; i++)
            json_array_append_new(users, json_string(arguments->excludes[i]));
        json_object_set_new(args, "ExceptionList", users);
    }
    if (console_value(console, OPTION_REASON))
        json_object_set_new(args, "Reason",
                            json_string(console_value(console, OPTION_REASON)));
    if (console_value(console, OPTION_UNTIL))
        json_object_set_new(args, "ExceptionsUntil",
                            json_string(console_value(console, OPTION_UNTIL)));
    if (console_value(console, OPTION_FORCE))
        json_object_set_new(args, "Force", json_true());
    return console_show(console, "object.invoke",
                        json_pack("{s:s, s:s, s:o}", "class", "SMS_Site",
                                  "method", "SetAuthenticationLevel", "args",
                                  args));
}
