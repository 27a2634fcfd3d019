/*
 * What smsproviderd does instead of serving: it looks at a site's files or
 * store, or changes them, says so, and ends.
 */
#pragma once

#include <stdio.h>

#include "provider/daemon/handed.h"

enum {
    EXIT_USAGE = 2,
    EXIT_DENIED = 5,
    EXIT_NOT_FOUND = 6,
    EXIT_CONFLICT = 7,
    EXIT_INVALID = 8,
    EXIT_UNAVAILABLE = 9,
    COMMAND_MESSAGES_BYTES = 4 * 1024 * 1024,
};

/* Runs the command of the options, as the user whom the process has become.
 * Returns the exit status. */
int command_run(struct options *options, const struct handed *handed);

/* Of reading a configuration: lines. */
void command_print(const struct buf *messages, FILE *out);
