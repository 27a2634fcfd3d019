#include "provider/smsctl/verb_session.h"

#include <string.h>

#include "provider/base/datetime.h"
#include "provider/base/level.h"
#include "provider/client/answer.h"
#include "provider/smsctl/session/console_agent.h"
#include "provider/smsctl/session/verb_agent.h"
#include "provider/smsctl/session/verb_whoami.h"

/* ---- Signing in ---- */

static json_t *attempt_rows(const struct smsclient *client)
{
    const struct smsclient_attempt *attempts;
    const size_t n = smsclient_attempts(client, &attempts);
    json_t *rows = json_array();

    for (size_t i = 0; rows && i < n; i++)
        json_array_append_new(rows,
                              json_pack("{s:s, s:b, s:s}", "mechanism",
                                        attempts[i].mechanism, "accepted",
                                        attempts[i].result == SMSCLIENT_OK,
                                        "why", attempts[i].message));
    return rows;
}

/* Is the session below the site's minimum? */
static bool is_below(const json_t *who)
{
    const enum auth_level minimum =
        auth_level_read(text_of(answer_text(who, "minimum_level")));

    return auth_level_read(text_of(answer_text(who, "level"))) < minimum &&
           !json_is_true(json_object_get(who, "excluded"));
}

/* Steps up to the site's minimum, with other available evidence. */
static void raise_to_minimum(struct console *console, json_t **who,
                             json_t *tried)
{
    SCOPED(answer_drop) json_t *more = NULL;
    struct smsclient_options options;
    json_t *again = NULL;

    if (console_options(console, &options) != SMSCLIENT_OK)
        return;
    options.level = answer_text(*who, "minimum_level");
    if (console->is_relayed)
        (void)!console_agent_raise(console, &options,
                                   auth_level_read(text_of(options.level)));
    else
        (void)!smsclient_step_up(console->client, &options);
    more = attempt_rows(console->client);
    json_array_extend(tried, more);
    if (console_call(console, "session.whoami", json_object(), &again) !=
        SMSCLIENT_OK)
        return;
    json_decref(*who);
    *who = again;
}

static void print_raise(struct console *console, const json_t *who)
{
    SCOPED(answer_drop)
    json_t *rows = raise_rows(json_object_get(who, "raise"));

    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);

        if (strcmp(answer_text(row, "level"),
                   answer_text(who, "minimum_level")) == 0)
            console_line(console, "  next: %s: %s",
                         answer_text(row, "mechanism"),
                         answer_text(row, "how"));
    }
}

static enum smsclient_result show_login(struct console *console,
                                        const json_t *who, json_t *tried)
{
    SCOPED(answer_drop)
    json_t *shown = json_pack("{s:s, s:O?, s:O?, s:O?, s:O?, s:O}", "mechanism",
                              smsclient_mechanism(console->client), "user",
                              json_object_get(who, "user"), "level",
                              json_object_get(who, "level"), "minimum_level",
                              json_object_get(who, "minimum_level"), "expires",
                              json_object_get(who, "expires"), "tried", tried);

    return console_printed(console, shown
                                        ? output_object(&console->output, shown)
                                        : STATUS_NO_MEMORY);
}

static void note_session(struct console *console)
{
    char ends[DATETIME_BYTES] = "it ends";

    if (console->agent.expires_s)
        datetime_write(console->agent.expires_s, ends);
    if (console->is_relayed)
        console_note(console,
                     "The sign-in works. The agent keeps the session, for all "
                     "commands with the same options, until %s.",
                     ends);
    else if (!console->is_shell)
        console_note(console,
                     "The sign-in works. No session is kept: every command "
                     "signs in anew, with the same options.");
}

enum smsclient_result verb_login(struct console *console)
{
    SCOPED(answer_drop) json_t *who = NULL;
    SCOPED(answer_drop) json_t *tried = NULL;
    enum smsclient_result called = console_sign_in(console);

    if (called != SMSCLIENT_OK)
        return called;
    tried = attempt_rows(console->client);
    called = console_call(console, "session.whoami", json_object(), &who);
    if (called != SMSCLIENT_OK)
        return called;
    if (is_below(who) && !console_value(console, OPTION_MECH))
        raise_to_minimum(console, &who, tried);
    called = show_login(console, who, tried);
    if (called != SMSCLIENT_OK)
        return called;
    if (!is_below(who)) {
        note_session(console);
        return SMSCLIENT_OK;
    }
    console_note(console,
                 "The sign-in works, but its level is too low for this site.");
    print_raise(console, who);
    return SMSCLIENT_LEVEL_TOO_LOW;
}

/* The agent's session, if it has one; a command's own ends with it. */
static enum smsclient_result end_kept(struct console *console)
{
    json_int_t n = 0;

    if (agent_drop_context(console, &n) == SMSCLIENT_OK && n > 0)
        console_note(console, "The agent's session of this context was ended.");
    else
        console_note(console, "There is nothing to end: each command has its "
                              "own session, which ends with it.");
    return SMSCLIENT_OK;
}

enum smsclient_result verb_logout(struct console *console)
{
    SCOPED(answer_drop) json_t *nothing = NULL;
    enum smsclient_result ended = SMSCLIENT_OK;

    if (!console->is_shell)
        return end_kept(console);
    if (!console->is_signed_in)
        console_note(console, "Nobody is signed in.");
    else
        ended = console_call(console, "session.end", json_object(), &nothing);
    console->is_signed_in = false;
    return ended;
}

/* ---- Stepping up ---- */

/* Outside the shell there is no session yet: the sign-in leaves out the
 * mechanism of the step-up. */
static enum smsclient_result sign_in_without(struct console *console)
{
    struct smsclient_options options;

    if (console->is_signed_in)
        return SMSCLIENT_OK;
    if (console_options(console, &options) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    options.except = options.mechanism;
    options.mechanism = NULL;
    return console_sign_in_as(console, &options);
}

static enum smsclient_result show_step(struct console *console,
                                       const json_t *before, json_t *tried)
{
    SCOPED(answer_drop) json_t *after = NULL;
    SCOPED(answer_drop) json_t *shown = NULL;
    enum smsclient_result called;

    called = console_call(console, "session.whoami", json_object(), &after);
    if (called != SMSCLIENT_OK)
        return called;
    shown = json_pack("{s:O?, s:O?, s:O?, s:O?, s:O}", "user",
                      json_object_get(after, "user"), "before",
                      json_object_get(before, "level"), "level",
                      json_object_get(after, "level"), "expires",
                      json_object_get(after, "expires"), "tried", tried);
    return console_printed(console, shown
                                        ? output_object(&console->output, shown)
                                        : STATUS_NO_MEMORY);
}

enum smsclient_result verb_step_up(struct console *console)
{
    SCOPED(answer_drop) json_t *before = NULL;
    SCOPED(answer_drop) json_t *tried = NULL;
    struct smsclient_options options;
    enum smsclient_result called;

    console->is_own = true; /* the level is raised in this session alone */
    called = sign_in_without(console);

    if (called == SMSCLIENT_OK)
        called =
            console_call(console, "session.whoami", json_object(), &before);
    if (called != SMSCLIENT_OK)
        return called;
    if (console_options(console, &options) != SMSCLIENT_OK)
        return SMSCLIENT_USAGE;
    options.level = console_value(console, OPTION_LEVEL);
    called = smsclient_step_up(console->client, &options);
    if (called != SMSCLIENT_OK)
        return console_fail_signing(console);
    tried = attempt_rows(console->client);
    return show_step(console, before, tried);
}
