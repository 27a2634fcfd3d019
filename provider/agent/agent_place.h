/*
 * Where the agent of a user listens, and whether what is there is the user's
 * own. Nothing is sent to a socket before its directory, its owner and the user
 * id of the process behind it have been checked; the agent checks whoever
 * connects in the same way. Rule T122.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "provider/base/buf.h"
#include "provider/base/status.h"

enum { AGENT_PATH_MAX_BYTES = 107 }; /* sun_path, with its NUL */

struct agent_place {
    char path[AGENT_PATH_MAX_BYTES + 1]; /* of the socket */
    char directory[AGENT_PATH_MAX_BYTES + 1];
    bool is_given; /* by the user; else it is in $XDG_RUNTIME_DIR */
    bool is_login; /* an abstract socket of root: the path is its name */
};

/*
 * given: the absolute path of a socket; NULL: smsprovider/agent.sock in
 * $XDG_RUNTIME_DIR, or in /run/user/UID. STATUS_NOT_FOUND: the host has no such
 * directory for this user. STATUS_INVALID: the path cannot be one, why says so.
 */
MUST_CHECK
enum status agent_place_find(const char *given, struct agent_place *place_out,
                             struct buf *why);

/* Where the session of this login is held, which is smshostd's to say. */
void agent_place_login(const char *name, struct agent_place *place_out);

/*
 * Connects. STATUS_NOT_FOUND: no agent is there, or one that ended.
 * STATUS_DENIED: what is there is not the user's own, why says what; nothing
 * was sent.
 */
MUST_CHECK
enum status agent_place_connect(const struct agent_place *place, int *fd_out,
                                struct buf *why);

/*
 * Makes the directory and listens in it, in place of the socket of an agent
 * that ended. STATUS_CONFLICT: an agent is there. Other failures: why.
 */
MUST_CHECK
enum status agent_place_listen(const struct agent_place *place, int *fd_out,
                               struct buf *why);

/* Which socket of the user is at the path now; 0: none. */
ino_t agent_place_socket(const struct agent_place *place);

/* Is the process at the other end this user's? */
bool agent_peer_is_own(int fd);
