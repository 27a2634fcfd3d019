/*
 * What each way of signing in needs at the configured server, and what is
 * missing.
 */
#pragma once

#include "provider/smsctl/console.h"

/* Exit: 0 something reaches the minimum, 4 something signs in, 3 nothing. */
enum smsclient_result verb_diagnose(struct console *console);
