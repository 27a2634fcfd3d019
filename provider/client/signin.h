/*
 * Signs in over a connection, and steps up later: with the requested mechanism,
 * or with suitable ones in turn.
 */
#pragma once

#include "provider/client/client.h"

/* The client is connected; on STATUS_OK its mechanism and session are set. */
MUST_CHECK
enum status signin_run(struct smsclient *client,
                       const struct smsclient_options *options);

/*
 * In a session, adds evidence until it has the level in the options, or a
 * higher one than before. STATUS_DENIED: no evidence reaches it.
 */
MUST_CHECK
enum status signin_step_up(struct smsclient *client,
                           const struct smsclient_options *options);
