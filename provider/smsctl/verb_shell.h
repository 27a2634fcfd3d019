/*
 * smsctl shell: runs verbs one after the other, over one connection.
 */
#pragma once

#include "provider/smsctl/console.h"

/* With a terminal: prompt, history, completion. Returns the last status. */
enum smsclient_result verb_shell(struct console *console);
