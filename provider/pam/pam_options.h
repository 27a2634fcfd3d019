/*
 * What a line of a PAM stack and /etc/smsprovider/pam.conf say to the module.
 * Environment variables say nothing.
 */
#pragma once

#include <stdbool.h>

#include "provider/host/login_wire.h"

#define PAM_OPTIONS_FILE "/etc/smsprovider/pam.conf"

enum {
    PAM_TIMEOUT_MS = 5000,
    PAM_TIMEOUT_MAX_MS = 60000,
    PAM_EXCEPT_BYTES = 1024,
};

struct pam_options {
    char operation[LOGIN_WORD_BYTES]; /* "": Remote Control */
    char level[LOGIN_LEVEL_BYTES];    /* that the stack proves by itself */
    char realm[LOGIN_NAME_BYTES];     /* of names without one; "": none */
    char except[PAM_EXCEPT_BYTES];    /* names that are not asked about */
    bool ignores_unknown;
    bool is_quiet;
    bool is_device; /* a code is confirmed elsewhere: no password is asked */
    bool keeps_session; /* of a sign-in, for the session part */
    long timeout_ms;
};

enum { PAM_FAULT_BYTES = 128 };

/*
 * The file's, for all services and for this one, and then the line's. False:
 * there is a fault, named in why, and nobody may be let in by what was meant.
 */
bool pam_options_read(const char *service, int argc, const char **argv,
                      struct pam_options *options_out,
                      char why[PAM_FAULT_BYTES]);

/* One of them. False: there is no such option, or no such value of it. */
bool pam_option_set(struct pam_options *options, const char *key,
                    const char *value);

/* Is the user one of those that are not asked about? */
bool pam_options_except(const struct pam_options *options, const char *user);
