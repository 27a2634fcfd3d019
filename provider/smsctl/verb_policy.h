/*
 * Policy files without a daemon: check, test, start.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_policy_check(struct console *console);
enum smsclient_result verb_policy_test(struct console *console);
enum smsclient_result verb_policy_new(struct console *console);
enum smsclient_result verb_policy_schema(struct console *console);
