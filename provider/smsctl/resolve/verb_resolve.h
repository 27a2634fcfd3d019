/* smsctl policy resolve */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_policy_resolve(struct console *console);
