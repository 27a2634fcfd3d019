/*
 * apply -f FILE: objects as files describe them.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_apply(struct console *console);
