/*
 * The command that somebody wants to run, found by us: a name in the secure
 * path, or a whole path. Rules are compared with what was found, and that is
 * what runs.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>

struct sudo_command {
    char path[PATH_MAX]; /* of a program, without links on the way to it; "":
                            there is none */
    char *const *args;   /* behind the name; borrowed */
};

/*
 * Finds argv[0]. False: it is a path that does not begin at the root, or too
 * long. A command that is not there is found with an empty path, so that nobody
 * learns by it what directories of others have.
 */
bool sudo_command_find(char *const *argv, const char *secure_path,
                       struct sudo_command *command_out);

/*
 * Is it what a rule says? The rule's words are a path and arguments, each of
 * which is compared as a whole; "..." at the end stands for any others.
 */
bool sudo_command_is(const struct sudo_command *command, const char *words);

/* Can nobody but root change the program, or put another in its place? */
bool sudo_command_is_roots(const struct sudo_command *command);
