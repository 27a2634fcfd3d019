/*
 * smsctl whoami.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_whoami(struct console *console);

/* What raises the level: a row for each way, instead of nested lists. */
json_t *raise_rows(const json_t *raise);
