/*
 * A signed-in connection that an agent holds, and the line that it relays.
 *
 * The provider decides each request as ever; nothing here does. One request at
 * a time is on the way: its answer is taken before another is sent.
 */
#pragma once

#include <stdint.h>

#include "provider/agent/agent_request.h"

struct agent_session {
    struct smsclient *client;     /* owned; NULL: nobody is signed in */
    struct agent_request request; /* owned: what it was made for */
    enum auth_level level;        /* that it had at the sign-in */
    char user[256];
    char principal[256]; /* whose ticket proved it; "": none did */
    char mechanism[32];
    int64_t since_s;
    int64_t expires_s; /* as the provider said; 0: it did not */
    int64_t used_ms;   /* monotonic */
};

void agent_session_end(struct agent_session *session);
void agent_session_close(struct agent_session *session); /* for SCOPED() */

/* Is somebody signed in, and the connection open? If not, it is ended. */
bool agent_session_is_live(struct agent_session *session);

/* The same, and is the ticket that proved it still there? Whoever destroys it,
 * or gets another's, does not want it used. */
bool agent_session_is_wanted(struct agent_session *session);

/*
 * Signs in as its request says, and adds evidence until the level of the
 * request is reached: a session below it is not kept. Otherwise the client
 * knows why, and is not signed in; it is NULL without memory.
 */
MUST_CHECK
enum status agent_session_sign_in(struct agent_session *session,
                                  smsclient_prompt prompt, void *context,
                                  bool is_interactive);

/* Takes over a client that has signed in, for as long as its session lasts: it
 * is not made again. Not STATUS_OK: the client stays the caller's. */
MUST_CHECK
enum status agent_session_take(struct agent_session *session,
                               struct smsclient *client);

/* Tells the provider that the session has ended, and ends it. */
void agent_session_leave(struct agent_session *session);

/* A request that costs nothing, so that the provider does not think the session
 * idle. Ends the session if it fails. */
void agent_session_keep(struct agent_session *session);

/* Sends a line, which is without its newline. */
MUST_CHECK
enum status agent_session_send(struct agent_session *session, struct text line,
                               int64_t deadline_ms);

/* The answer, borrowed until the next call; STATUS_END: not yet. */
MUST_CHECK
enum status agent_session_receive(struct agent_session *session,
                                  struct text *line_out);

/* The socket, to wait for the answer; -1: there is none. */
int agent_session_fd(const struct agent_session *session);
