/*
 * Questions about rights: is this allowed, why, and to whom.
 */
#pragma once

#include "provider/smsctl/console.h"

/* The answer is also the exit status: 0 yes, 4 at a higher level, 5 no. */
/* The exit status for an answer of access.check: anything but a clear yes is
 * no. */
enum smsclient_result access_meaning(const json_t *answer);

enum smsclient_result verb_can(struct console *console);
enum smsclient_result verb_explain(struct console *console);
enum smsclient_result verb_who_can(struct console *console);
enum smsclient_result verb_what_can(struct console *console);
