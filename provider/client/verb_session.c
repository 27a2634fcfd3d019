#include "provider/client/verb_session.h"

#include "provider/client/answer.h"

enum smsclient_result verb_whoami(struct console *console)
{
    return console_show(console, "session.whoami", json_object());
}

enum smsclient_result verb_login(struct console *console)
{
    SCOPED(answer_drop) json_t *who = NULL;
    SCOPED(answer_drop) json_t *shown = NULL;
    enum smsclient_result called;

    called = console_call(console, "session.whoami", json_object(), &who);
    if (called != SMSCLIENT_OK)
        return called;
    shown = json_pack("{s:s, s:O?, s:O?, s:O?}", "mechanism",
                      smsclient_mechanism(console->client), "user",
                      json_object_get(who, "user"), "level",
                      json_object_get(who, "level"), "expires",
                      json_object_get(who, "expires"));
    console_note(console, "The sign-in works. No session is kept: every "
                          "command signs in anew, with the same options.");
    return console_printed(console, shown
                                        ? output_object(&console->output, shown)
                                        : STATUS_NO_MEMORY);
}

enum smsclient_result verb_logout(struct console *console)
{
    console_note(console, "There is nothing to end: every command signs in "
                          "anew, and its session ends with it.");
    return SMSCLIENT_OK;
}
