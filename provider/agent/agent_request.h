/*
 * The first line that smsctl sends to an agent: what it wants, and of which
 * session. One JSON object.
 *
 * A session is of a key: every option that says where to connect and with which
 * evidence, and the state of the files among them. Another certificate under
 * the same name, or another credential cache, is another session (T124). No
 * secret is part of it.
 */
#pragma once

#include <jansson.h>

#include "provider/base/buf.h"
#include "provider/base/level.h"
#include "provider/client/smsclient.h"

enum {
    AGENT_REQUEST_MAX_BYTES = 32 * 1024,
    AGENT_DEPTH_MAX = 8,
    AGENT_TIMEOUT_MAX_MS = 24 * 3600 * 1000,
};

enum agent_act {
    AGENT_NOTHING = 0,
    AGENT_OPEN, /* use a session; the lines that follow are relayed in it */
    AGENT_LIST,
    AGENT_DROP, /* end the sessions of a key; without one: all */
    AGENT_STOP,
};

struct agent_request {
    json_t *root; /* owned: agent_request_drop */
    enum agent_act act;
    json_t *key;           /* {"server": "..", ..}; NULL: none; both borrowed */
    json_t *files;         /* {"certificate": "STATE", ..} */
    const char *name;      /* of the context, for people */
    enum auth_level level; /* that the session must have; NONE: any */
    const char *secret;    /* of a login's session; "": none was given */
    unsigned timeout_ms;
    bool is_interactive;
};

/* The session that smsctl wants. */
struct agent_wish {
    const struct smsclient_options *options;
    const char *context;
    enum auth_level level;
    const char *secret; /* of the session of this login, which needs no other
                           evidence; NULL: another is wanted */
};

/* The server of a wish that names none, for the session of a login: whichever
 * that is with. */
#define AGENT_LOGIN_SERVER "host:"

/*
 * Writes a request with its newline. wish NULL: without a key. STATUS_END: no
 * agent can use these options, because a file among them is a pipe, or is named
 * from where smsctl runs.
 */
MUST_CHECK
enum status agent_request_write(enum agent_act act,
                                const struct agent_wish *wish, struct buf *out);

/* STATUS_INVALID for anything but one request. */
MUST_CHECK
enum status agent_request_read(struct text line,
                               struct agent_request *request_out);
void agent_request_drop(struct agent_request *request); /* for SCOPED() */

/* Do both mean the same session, whatever its level? A token file that is gone
 * means the one that was there: it may be deleted once it is used. */
bool agent_request_is_alike(const struct agent_request *held,
                            const struct agent_request *asked);

/* Has the same key, whatever became of its files. */
bool agent_request_has_key(const struct agent_request *held,
                           const struct agent_request *asked);

/* The options of a request, borrowed from it. */
void agent_request_options(const struct agent_request *request,
                           struct smsclient_options *options_out);

/* Makes the Kerberos variables of this process those of the request. */
MUST_CHECK
enum status agent_request_take_environment(const struct agent_request *request);
