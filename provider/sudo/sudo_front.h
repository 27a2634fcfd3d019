/*
 * What sudo itself says when it opens the plugin: the user, and the options.
 * Copied, since it does not say how long it keeps them.
 */
#pragma once

#include <sudo_plugin.h>

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "provider/host/login_wire.h"

enum { SUDO_PROMPT_BYTES = 256, SUDO_TTY_BYTES = 128 };

struct sudo_front {
    sudo_conv_t converse;
    char user[LOGIN_NAME_BYTES]; /* as passwd names them */
    uid_t uid;
    gid_t gid;
    mode_t umask;
    char run_as[LOGIN_NAME_BYTES]; /* name or #number; "": root */
    char prompt[SUDO_PROMPT_BYTES];
    bool has_prompt;
    char tty[SUDO_TTY_BYTES];
    char cwd[PATH_MAX];
    bool is_edit;
    bool is_implied_shell; /* no command was given */
    bool is_login_shell;
    bool never_asks;     /* -n */
    const char *refused; /* an option that is not offered; NULL: none */
};

/* False: it says nothing that one could go by, and nobody may run anything. */
bool sudo_front_read(char *const *settings, char *const *user_info,
                     sudo_conv_t converse, struct sudo_front *front_out);

/* Shows a sentence to the user. */
void sudo_front_say(const struct sudo_front *front, bool is_error,
                    const char *text);
