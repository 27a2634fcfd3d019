/*
 * The whole program, which the front leaves its work to.
 */
#pragma once

#include <stdnoreturn.h>

/* The command line to leave to it. */
void whole_keep(char *argv[]);

/* Becomes the whole program, with the command line that was kept. */
noreturn void whole_run(void);
