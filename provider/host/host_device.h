/*
 * Signing in with a code that the user confirms at the issuer (RFC 8628): the
 * host shows it, gets the user's token, and hands that to the provider, which
 * alone says what it proves. In a process of its own, which ends with it.
 */
#pragma once

#include "provider/host/host_config.h"
#include "provider/host/login_wire.h"

enum { HOST_DEVICE_S = 600 }; /* the whole, with a person who confirms */

/* Talks to the module on fd until there is a verdict. The session is given with
 * LOGIN_ALLOWED, and NULL otherwise. */
struct smsclient *host_device_sign_in(const struct host_config *config,
                                      const struct login_request *request,
                                      int fd, struct login_reply *reply_out);
