/*
 * The sign-in that this stack has seen, for the parts that follow.
 */
#pragma once

#include "provider/pam/pam_visit.h"

/* Where the handle is too, or that there is none: sshd asks its questions in a
 * process of their own, of which it keeps these variables alone. It is good for
 * nothing once the session is open, and to nobody but root before. */
#define PAM_PROOF_VARIABLE "SMSPROVIDER_SESSION"

struct pam_proof {
    char user[LOGIN_NAME_BYTES];       /* as PAM names them */
    char level[LOGIN_LEVEL_BYTES];     /* "": another process knows it */
    char session[LOGIN_SESSION_BYTES]; /* handle of one that is kept; "" */
};

/* PAM_SUCCESS: it is kept. */
int pam_proof_keep(const struct visit *visit, const struct login_reply *reply);

/* Of this user: the name may have changed since (T47). NULL: there is none. */
const struct pam_proof *pam_proof_of(const pam_handle_t *pamh,
                                     const char *user);

/* The same, or one that another process of the program has seen. It grants
 * nothing: it is for setcred, which sets nothing. */
bool pam_proof_is_there(pam_handle_t *pamh, const char *user);

/* The login has begun: a variable that names no session is removed, so that it
 * is in no environment. */
void pam_proof_settle(pam_handle_t *pamh, const char *user);

/* Of an earlier sign-in: a program may ask again with the same handle, and then
 * only what is proved now counts. False: it stays, so nobody may be let in. */
bool pam_proof_drop(pam_handle_t *pamh);

/*
 * Copies the handle of the user's session, and forgets it: it opens one
 * session. False: there is none.
 */
bool pam_proof_take_session(pam_handle_t *pamh, const char *user,
                            char handle[LOGIN_SESSION_BYTES]);
