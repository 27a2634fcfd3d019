/*
 * watch CLASS: each change of objects that the caller may see.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_watch(struct console *console);
