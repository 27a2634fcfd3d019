/*
 * The site's minimum authentication level.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_level_get(struct console *console);
enum smsclient_result verb_level_set(struct console *console);
