/*
 * Signing in over a connection, and proving more there later: by the mechanism
 * asked for, or by those that fit, one after the other.
 */
#pragma once

#include "provider/client/client.h"

/* The client is connected; on STATUS_OK its mechanism and session are set. */
MUST_CHECK
enum status signin_run(struct smsclient *client,
                       const struct smsclient_options *options);

/*
 * A session is there; adds proofs until it has the level that the options
 * name, or a higher one than it has. STATUS_DENIED: nothing reaches it.
 */
MUST_CHECK
enum status signin_step_up(struct smsclient *client,
                           const struct smsclient_options *options);
