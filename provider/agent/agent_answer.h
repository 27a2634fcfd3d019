/*
 * What an agent says to smsctl: one JSON object a line, with one member that
 * names what it is. After "opened" the lines are the provider's.
 */
#pragma once

#include <jansson.h>

#include "provider/agent/agent_session.h"
#include "provider/client/client.h"

enum { AGENT_ANSWER_MAX_BYTES = 256 * 1024 };

/* A session as smsctl shows it. */
struct agent_opened {
    int64_t since_s;
    int64_t expires_s; /* 0: the provider did not say */
};

/* ---- Written by an agent, each with its newline ---- */

void agent_answer_opened(const struct agent_session *session, struct buf *out);

/* The client's failure and what it tried; NULL: out of memory. */
void agent_answer_failure(const struct smsclient *client, struct buf *out);

/* A question for the user; size: of the answer, with its NUL. */
void agent_answer_prompt(const char *text, bool echo, size_t size,
                         struct buf *out);

/* The user's answer, to size bytes with its NUL; false: there is none. */
bool agent_answer_read_prompt(struct text line, char *answer, size_t size);

/* value is given. */
void agent_answer_value(const char *name, json_t *value, struct buf *out);

/* The JSON-RPC error to a request that could not be relayed. */
void agent_answer_error(const json_t *id, enum rpc_error error,
                        const char *text, struct buf *out);

/* ---- Read by smsctl ---- */

/* root is a whole line; NULL: it is not one. The caller frees it. */
json_t *agent_answer_read(struct text line);

/* The link becomes the client's; or STATUS_INVALID, and it does not. */
MUST_CHECK
enum status agent_answer_take_opened(const json_t *opened,
                                     struct smsclient *client,
                                     struct link *link,
                                     struct agent_opened *opened_out);

/* The failure and what was tried become the client's. Never STATUS_OK. */
enum status agent_answer_take_failure(const json_t *failure,
                                      struct smsclient *client);

/* Puts the question to the user, and writes the line that answers it: a plus
 * sign and the answer, or a minus sign. */
MUST_CHECK
enum status agent_answer_ask(const json_t *question,
                             const struct smsclient_options *options,
                             struct buf *out);
