/*
 * The session of this login, which pam_smsprovider kept: found by the key in
 * the kernel's keyring that the processes of the login possess, and used where
 * no other evidence is named.
 */
#pragma once

#include "provider/smsctl/console.h"

/* Could it be used with these options, whoever it is of? */
bool console_login_is_there(const struct console *console);

/* Uses it. False: there is none, or none that is of the same site and as strong
 * as wanted; nothing was printed. */
bool console_login_use(struct console *console,
                       const struct smsclient_options *options,
                       enum auth_level level);
