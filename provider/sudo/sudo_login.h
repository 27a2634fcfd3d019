/*
 * The user's sign-in, and the session of whom a command is run as, by PAM. The
 * conversation is sudo's.
 */
#pragma once

#include <security/pam_appl.h>

#include "provider/sudo/sudo_front.h"

struct sudo_login {
    const struct sudo_front *front;
    pam_handle_t *pamh; /* NULL: it has not begun */
    int status;         /* of the last call */
    bool is_mute;       /* nobody answers any more */
    bool has_credentials;
    bool is_open; /* there is a session */
};

/* False: PAM cannot be used. */
bool sudo_login_begin(struct sudo_login *login, const struct sudo_front *front,
                      const char *service);

/*
 * Is it the user? Asks for what the stack asks for, unless is_open, and looks
 * whether the account may be used. NULL: it is; else a sentence for them.
 */
const char *sudo_login_prove(struct sudo_login *login, bool is_open);

/* Opens the session of another user. NULL, or a sentence. */
const char *sudo_login_open(struct sudo_login *login, const char *target);

void sudo_login_end(struct sudo_login *login);
