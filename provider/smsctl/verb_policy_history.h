/*
 * The versions of the policy: list, compare, export, status.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_policy_export(struct console *console);
enum smsclient_result verb_policy_history(struct console *console);
enum smsclient_result verb_policy_status(struct console *console);
