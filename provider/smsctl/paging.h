/*
 * Runs a verb whose answer may be long, and shows it in a pager.
 */
#pragma once

#include "provider/smsctl/console.h"

/* The verb of the arguments. What it prints is kept until it ends: a pager
 * never stands between a prompt and its answer. */
enum smsclient_result paging_run(struct console *console);
