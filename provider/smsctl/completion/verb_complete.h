/*
 * smsctl complete: what the completion of bash, zsh and fish asks.
 */
#pragma once

#include "provider/smsctl/console.h"

/* The last word is the one being typed. Prints a candidate a line; nothing
 * where a file or a value belongs. Asks no provider. */
enum smsclient_result verb_complete(struct console *console);
