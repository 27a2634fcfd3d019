/*
 * Verifies archives of audit records, offline.
 */
#pragma once

#include "provider/smsctl/console.h"

/* Those that are named, and with --file that the store continues them. */
enum smsclient_result archives_verify(struct console *console);
