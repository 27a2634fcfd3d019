/*
 * Words of a line that only the provider or the disk knows: keys, roles,
 * properties, versions and files.
 */
#pragma once

#include "provider/smsctl/completion/completion.h"
#include "provider/smsctl/console.h"

/* Strings that are found, and their number. */
struct shell_words {
    char *items[COMPLETION_MAX]; /* [n], owned */
    size_t n;
};

void shell_words_clear(struct shell_words *words);

/* Those that may stand there and begin like the partial word. The provider is
 * asked only on a connection that is signed in: completing prompts for
 * nothing. */
void shell_lookup(struct console *shell, const struct completion *completion,
                  struct shell_words *words);
