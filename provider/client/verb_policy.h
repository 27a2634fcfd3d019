/*
 * Policy files: checked here without a daemon, applied by one.
 */
#pragma once

#include "provider/client/console.h"

enum smsclient_result verb_policy_check(struct console *console);
enum smsclient_result verb_policy_test(struct console *console);
enum smsclient_result verb_policy_plan(struct console *console);
enum smsclient_result verb_policy_apply(struct console *console);
enum smsclient_result verb_policy_export(struct console *console);
enum smsclient_result verb_policy_history(struct console *console);
enum smsclient_result verb_policy_rollback(struct console *console);
enum smsclient_result verb_role_import(struct console *console);
enum smsclient_result verb_role_export(struct console *console);
