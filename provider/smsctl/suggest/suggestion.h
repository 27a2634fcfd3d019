/*
 * "Did you mean": after a refusal of a word of the command line, the nearest
 * word that there is.
 */
#pragma once

#include "provider/smsctl/console.h"

/* Names the word of a failure's data {"property": "class"} and the nearest of
 * those there are; nothing if it is another failure. May ask the provider for
 * the methods of a class. */
void suggestion_print(struct console *console, const char *data);

/* The role, of those that the caller may read, whose name is nearest. */
void suggestion_print_role(struct console *console, const char *word);
