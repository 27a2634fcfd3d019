/*
 * What a command of smsctl has to do with the user's agent: it uses the session
 * there, or says in a line why not and signs in itself.
 */
#pragma once

#include "provider/agent/agent_client.h"
#include "provider/smsctl/console.h"

enum agent_use {
    AGENT_NOT_USED = 0, /* sign in without it */
    AGENT_USED,         /* the client is signed in through it */
    AGENT_REFUSED,      /* it signed in, in vain: the client knows why */
    AGENT_USAGE,        /* the setting is wrong; that has been printed */
};

/* level: that the session must have; NONE: any. */
MUST_CHECK
enum agent_use console_agent_use(struct console *console,
                                 const struct smsclient_options *options,
                                 enum auth_level level);

/*
 * A session of the agent at this level, in place of the one in use; with
 * another result that one is still in use, and its failure as it was.
 */
MUST_CHECK
enum agent_use console_agent_raise(struct console *console,
                                   const struct smsclient_options *options,
                                   enum auth_level level);

/* A call through it, which is repeated in a session of a higher level, or
 * without the agent if that is gone and the call only reads. */
MUST_CHECK
enum smsclient_result console_agent_call(
    struct console *console, const struct smsclient_options *options,
    const char *method, const char *params, char **answer_out);

/* The place that the settings name, as agent_place_find() says;
 * STATUS_NOT_FOUND too if they say off. */
MUST_CHECK
enum status console_agent_find(const struct console *console,
                               struct agent_place *place_out, struct buf *why);

/* The place that the settings name. SMSCLIENT_UNAVAILABLE: they say off, or
 * there is none; nothing has been printed then. */
MUST_CHECK
enum smsclient_result console_agent_place(struct console *console,
                                          struct agent_place *place_out);
