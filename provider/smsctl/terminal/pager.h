/*
 * Shows a long answer in a pager, where a person looks at a terminal.
 */
#pragma once

#include <stdbool.h>

#include "provider/base/text.h"

/*
 * The command: SMSCTL_PAGER, else PAGER, else less. NULL: none, because
 * standard output is no terminal, or the variable is empty or "cat", or the
 * process has more privileges than its caller.
 */
const char *pager_command(void);

/* Passes the text to the command if it has more lines than the terminal;
 * otherwise, or if there is no such command, prints it. */
void pager_show(const char *command, struct text text);
