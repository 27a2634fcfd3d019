/*
 * The names of all contexts of a run: the site's and the user's.
 */
#pragma once

#include "provider/smsctl/console.h"

enum { CONTEXT_NAMES_MAX = 256 };

/* "default", then the others, each once; returns their number. Borrowed from
 * the defaults. */
size_t context_names(const struct defaults *defaults,
                     const char *names_out[CONTEXT_NAMES_MAX]);

/* SMSCLIENT_NOT_FOUND, with the nearest name, if no file has the context. */
MUST_CHECK
enum smsclient_result context_check(struct console *console, const char *name);
