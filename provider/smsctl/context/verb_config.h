/*
 * "config": the contexts of the settings files.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_config_contexts(struct console *console);
enum smsclient_result verb_config_current(struct console *console);
enum smsclient_result verb_config_view(struct console *console);
enum smsclient_result verb_config_use(struct console *console);
enum smsclient_result verb_config_set(struct console *console);
enum smsclient_result verb_config_delete(struct console *console);
