/*
 * Counters of the provider since it started.
 */
#pragma once

#include "provider/smsctl/console.h"

/* The only verb with -o prometheus. */
enum smsclient_result verb_metrics(struct console *console);

/* The status that root of the provider's host gets without a sign-in. */
enum smsclient_result verb_status(struct console *console);
