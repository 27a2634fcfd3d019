/*
 * Signing in, and the session.
 */
#pragma once

#include "provider/smsctl/console.h"

/* There is no lasting session: this proves that a sign-in works. */
enum smsclient_result verb_login(struct console *console);
enum smsclient_result verb_logout(struct console *console);
enum smsclient_result verb_step_up(struct console *console);
