/*
 * Plans and applies policy files.
 *
 * At a terminal the plan is shown and must be confirmed, and exactly that plan
 * is applied; elsewhere it is applied at once.
 */
#pragma once

#include "provider/smsctl/console.h"

/* With --detailed-exitcode, there are changes. */
#define POLICY_CHANGES_STATUS ((enum smsclient_result)2)

enum smsclient_result verb_policy_plan(struct console *console);
enum smsclient_result verb_policy_apply(struct console *console);
enum smsclient_result verb_policy_rollback(struct console *console);
enum smsclient_result verb_policy_diff(struct console *console);
enum smsclient_result verb_policy_approve(struct console *console);
enum smsclient_result verb_policy_reject(struct console *console);

/* Reads a version number from a word of the command line. */
MUST_CHECK
enum smsclient_result policy_version_read(struct console *console, size_t word,
                                          json_int_t *version_out);
