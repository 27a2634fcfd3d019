/*
 * The objects of the site.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_get(struct console *console);
enum smsclient_result verb_list(struct console *console);
enum smsclient_result verb_create(struct console *console);
enum smsclient_result verb_update(struct console *console);
enum smsclient_result verb_delete(struct console *console);
enum smsclient_result verb_invoke(struct console *console);
enum smsclient_result verb_classes(struct console *console);
