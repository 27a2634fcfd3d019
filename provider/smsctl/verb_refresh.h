/*
 * refresh COLLECTION: evaluates its members, and waits until that is done.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_refresh(struct console *console);
