/*
 * The agent: listens for commands of smsctl of the same user, and leads each to
 * the process that holds its session. It reads requests, and no secret.
 */
#pragma once

#include "provider/agent/agent_place.h"

/*
 * Serves until it is told to stop, by a request or a signal, until its lifetime
 * is over (0: none), or until its socket is no longer there; then all sessions
 * have ended. Takes the listener over. is_own: the socket was made for it, and
 * is removed at the end.
 */
MUST_CHECK
enum status agent_serve(const struct agent_place *place, int listener,
                        int64_t lifetime_s, bool is_own);
