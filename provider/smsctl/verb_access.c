#include "provider/smsctl/verb_access.h"

#include <string.h>

#include "provider/client/answer.h"

static void set_text(json_t *params, const char *name, const char *value)
{
    if (value)
        json_object_set_new(params, name, json_string(value));
}

/* OPERATION CLASS [KEY] [--user U] [--level L] */
static json_t *question(const struct console *console)
{
    static const char *const names[] = {"operation", "class", "key"};
    json_t *params = json_object();

    for (size_t i = 0; i < console->arguments.n_words; i++)
        set_text(params, names[i], console->arguments.words[i]);
    set_text(params, "user", console_value(console, OPTION_USER));
    set_text(params, "level", console_value(console, OPTION_LEVEL));
    return params;
}

enum smsclient_result access_meaning(const json_t *answer)
{
    if (json_is_true(json_object_get(answer, "allowed")))
        return SMSCLIENT_OK;
    if (json_is_string(json_object_get(answer, "level_required")))
        return SMSCLIENT_LEVEL_TOO_LOW;
    return SMSCLIENT_DENIED;
}

/* The user that was asked about is not known to the site at all: says so. */
static void note_unknown(struct console *console, const json_t *answer,
                         const char *user)
{
    if (user && strcmp(answer_text(answer, "code"), "no-administrator") == 0)
        console_note(console, "%s is no administrator of this site.", user);
}

enum smsclient_result verb_can(struct console *console)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    enum smsclient_result result =
        console_call(console, "access.check", question(console), &answer);

    if (result != SMSCLIENT_OK)
        return result;
    note_unknown(console, answer, console_value(console, OPTION_USER));
    result = console_printed(console, output_result(&console->output, answer));
    return result == SMSCLIENT_OK ? access_meaning(answer) : result;
}

enum smsclient_result verb_explain(struct console *console)
{
    return console_show(console, "access.explain", question(console));
}

/* Nothing was found: because nothing is allowed, or nobody is meant? */
static void note_nothing(struct console *console, const char *user)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    json_t *params = json_pack("{s:s, s:s, s:s}", "user", user, "operation",
                               "Read", "class", "SMS_Site");

    if (console_try(console, "access.check", params, &answer) == SMSCLIENT_OK)
        note_unknown(console, answer, user);
}

/* Prints a list, with a note if the server truncated it, or if it is empty
 * because user (NULL: nobody is named) is no administrator. */
static enum smsclient_result show_rights(struct console *console,
                                         const char *method, json_t *params,
                                         const char *user)
{
    SCOPED(answer_drop) json_t *answer = NULL;
    const enum smsclient_result result =
        console_call(console, method, params, &answer);

    if (result != SMSCLIENT_OK)
        return result;
    if (json_is_true(json_object_get(answer, "cut")))
        console_note(console, "There are more; the server returns only these.");
    if (user && json_array_size(json_object_get(answer, "items")) == 0)
        note_nothing(console, user);
    return console_printed(console, output_result(&console->output, answer));
}

enum smsclient_result verb_who_can(struct console *console)
{
    return show_rights(console, "access.who_can", question(console), NULL);
}

enum smsclient_result verb_what_can(struct console *console)
{
    const char *user =
        console->arguments.n_words > 0 ? console->arguments.words[0] : NULL;
    json_t *params = json_object();

    set_text(params, "user", user);
    return show_rights(console, "access.what_can", params, user);
}
