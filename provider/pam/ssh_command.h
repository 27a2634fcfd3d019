/*
 * What the commands of sshd share, that ask smshostd whether a key or a
 * certificate lets somebody in. They run as a user without rights.
 */
#pragma once

#include "provider/host/login_wire.h"
#include "provider/pam/pam_options.h"

enum { SSH_OPTIONS_MAX = 16 };

/* A word of sshd's own: letters, digits, and others. No other is printed for it
 * to read. */
bool ssh_word(const char *word, const char *others);

/* The options of sshd's stack, and those of the command line. False: a fault,
 * or too many, which is logged. */
bool ssh_read_options(const char *user, int argc, char *const argv[],
                      struct pam_options *options_out);

/* False: nobody can tell, which is logged. */
bool ssh_ask(const struct pam_options *options,
             const struct login_request *request, struct login_reply *reply);
