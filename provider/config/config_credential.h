/*
 * Secrets that systemd hands to the service (LoadCredential=, systemd.exec(5)):
 * "credential:NAME" is the file NAME below $CREDENTIALS_DIRECTORY.
 */
#pragma once

#include "auth/auth.h"
#include "provider/config/config_check.h"

/*
 * The path of the secret that "what" names, and in from_out where it is from;
 * the file is checked. NULL: a message was added, or there is no memory.
 *
 * AUTH_FROM_UNSEEN: only the service can read it, and this process is not the
 * service. A warning was added, and the configuration notes it: it can be
 * checked, but not served.
 */
const char *config_credential_find(struct config_checker *c,
                                   struct policy_place place, const char *what,
                                   enum auth_from *from_out);
