/*
 * smsctl agent: keeps sessions for the commands that follow.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_agent(struct console *console);
enum smsclient_result verb_agent_list(struct console *console);
enum smsclient_result verb_agent_drop(struct console *console);
enum smsclient_result verb_agent_stop(struct console *console);

/* Ends the agent's sessions of this context; n_out: how many.
 * SMSCLIENT_UNAVAILABLE: there is no agent. */
MUST_CHECK
enum smsclient_result agent_drop_context(struct console *console,
                                         json_int_t *n_out);
