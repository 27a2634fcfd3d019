/*
 * The beginning and the end of a run of smsctl.
 */
#pragma once

#include "provider/smsctl/console.h"

/* The first step of the process: standard streams, locale, signals. false: a
 * stream is missing and cannot be replaced. */
bool console_has_streams(void);

/* After the arguments: settings, output format. Failures have been printed. */
MUST_CHECK
enum smsclient_result console_start(struct console *console);

/* Output counts only once it is written. */
MUST_CHECK
enum smsclient_result console_finish(struct console *console);
