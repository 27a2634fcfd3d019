/*
 * The history of the shell, kept in a file of its user alone.
 */
#pragma once

#include <histedit.h>
#include <stdbool.h>

struct shell_history {
    History *lines; /* owned */
    char *path;     /* owned; NULL: there is no file */
};

/* lines stays NULL if there is no memory. */
void shell_history_open(struct shell_history *history);
void shell_history_close(struct shell_history *history);

/* Keeps a line, at once: an interrupt loses nothing. Not one that begins with a
 * blank, is empty, or may hold a secret. */
void shell_history_add(struct shell_history *history, const char *line);

/* Does a word of it speak of a password, secret, token or passphrase with a
 * value? */
bool shell_history_is_secret(const char *line);
