/*
 * Prints --help, from the tables of verbs and options.
 */
#pragma once

#include <stdio.h>

#include "provider/smsctl/verbs.h"

/* verb NULL: help for the program. */
void help_print(const struct verb *verb, FILE *file);

/* Of each verb whose first word this is; false: there is none. */
bool help_print_named(const char *name, FILE *file);
