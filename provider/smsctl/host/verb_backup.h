/*
 * A backup of the store, taken while the provider serves.
 */
#pragma once

#include "provider/smsctl/console.h"

/* For root of the provider's host, at the Unix socket, without a sign-in. */
enum smsclient_result verb_backup(struct console *console);
