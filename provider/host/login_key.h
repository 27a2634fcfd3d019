/*
 * The key in the kernel's keyring of a login session that names a session with
 * the site, for the programs of that login alone.
 *
 * Processes that possess it can read it: those that have the login's session
 * keyring, whoever else has their user id. Needs the C library alone.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "provider/host/login_wire.h"

/*
 * Puts it into the session keyring of this process, which must be the user's
 * own, for so long. The key's number; 0, and why (a constant): it is not there.
 */
int32_t login_key_put(uid_t user, const char *handle, unsigned seconds,
                      const char **why);

/* Nobody can use it any more; 0 is none. */
void login_key_revoke(int32_t key);

/* The handle that this process possesses. False: it has none. */
bool login_key_find(char handle[LOGIN_SESSION_BYTES]);
