/*
 * What a sign-in of a user's own at the provider has proved: whose it is, and
 * its level. The provider judges the evidence, nothing here does.
 */
#pragma once

#include "provider/client/smsclient.h"
#include "provider/host/login_wire.h"

/*
 * Signs in with these options. The reply is about the request's user in any
 * case. is_others_out: it worked, and it is somebody else's. The session is
 * given (smsclient_free) with LOGIN_ALLOWED, and NULL otherwise.
 */
struct smsclient *host_proof_get(const struct smsclient_options *options,
                                 const struct login_request *request,
                                 bool *is_others_out,
                                 struct login_reply *reply_out);
