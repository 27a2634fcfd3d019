/*
 * Which lines of smsctl an agent relays: single requests that are answered, and
 * that leave the session to the others who use it as it was. They are read as
 * the provider reads them.
 */
#pragma once

#include "provider/wire/request.h"

struct agent_line {
    struct rpc_message message; /* owned: agent_line_drop */
    const json_t *id;           /* borrowed; NULL: it could not be read */
    enum rpc_error error;       /* RPC_DONE: it may be relayed */
    const char *why;            /* a constant sentence */
};

void agent_line_read(struct text line, struct agent_line *line_out);
void agent_line_drop(struct agent_line *line); /* for SCOPED() */
