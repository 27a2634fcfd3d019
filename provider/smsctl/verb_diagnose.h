/*
 * Checks what each mechanism needs at the configured server, and what is
 * missing.
 */
#pragma once

#include "provider/smsctl/console.h"

/* Exit: 0 a mechanism reaches the minimum, 4 one signs in, 3 none does. */
enum smsclient_result verb_diagnose(struct console *console);
