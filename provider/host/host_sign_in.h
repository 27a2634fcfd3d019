/*
 * A user's password, and what the site asks besides, checked by the provider
 * (SASL PLAIN, inside TLS): in a process of its own, which ends with it.
 */
#pragma once

#include "provider/host/host_config.h"
#include "provider/host/login_wire.h"

enum { HOST_SIGN_IN_S = 180 }; /* the whole, with a person who types */

/* Talks to the module on fd until there is a verdict. The request's secret is
 * wiped. The session is given with LOGIN_ALLOWED, and NULL otherwise. */
struct smsclient *host_sign_in(const struct host_config *config,
                               struct login_request *request, int fd,
                               struct login_reply *reply_out);
