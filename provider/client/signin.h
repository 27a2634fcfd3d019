/*
 * Signing in over a connection: SASL messages carried by auth.start and
 * auth.step, for the mechanism asked for or those that fit.
 */
#pragma once

#include "provider/client/client.h"

/* The client is connected; on STATUS_OK its mechanism and session are set. */
MUST_CHECK
enum status signin_run(struct smsclient *client,
                       const struct smsclient_options *options);
