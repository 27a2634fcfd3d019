/*
 * smsctl help and smsctl version, for those who expect them as words.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_help(struct console *console);
enum smsclient_result verb_version(struct console *console);
