/*
 * Queries: as written, and those that the site keeps.
 */
#pragma once

#include "provider/smsctl/console.h"

enum smsclient_result verb_query(struct console *console);
enum smsclient_result verb_query_run(struct console *console);
