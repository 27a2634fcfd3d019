/*
 * Policy files put into effect: what would change, and the change itself.
 *
 * At a terminal the plan is shown and a question asked first, and what is
 * applied is that plan or nothing; elsewhere it is applied at once.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_policy_plan(struct console *console);
enum smsclient_result verb_policy_apply(struct console *console);
enum smsclient_result verb_policy_rollback(struct console *console);
enum smsclient_result verb_policy_diff(struct console *console);
enum smsclient_result verb_policy_approve(struct console *console);
enum smsclient_result verb_policy_reject(struct console *console);

/* The word of the command line that is a version's number. */
MUST_CHECK
enum smsclient_result policy_version_read(struct console *console, size_t word,
                                          json_int_t *version_out);
