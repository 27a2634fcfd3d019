/*
 * What --help prints, made from the tables of verbs and options.
 */
#pragma once

#include <stdio.h>

#include "provider/smsctl/verbs.h"

/* verb NULL: of the program. */
void help_print(const struct verb *verb, FILE *file);
