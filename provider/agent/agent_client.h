/*
 * The side of smsctl: using the session of an agent.
 */
#pragma once

#include "provider/agent/agent_answer.h"
#include "provider/agent/agent_place.h"

/*
 * The client is signed in through the agent's session from then on.
 * STATUS_NOT_FOUND: there is no agent, or none for these options. Why it could
 * not be used is in why: STATUS_UNAVAILABLE, it did not answer;
 * STATUS_DENIED, it is not the user's own, and nothing was sent.
 * STATUS_INVALID: it tried to sign in, and the client's failure says what came
 * of it.
 */
MUST_CHECK
enum status agent_client_open(const struct agent_place *place,
                              const struct agent_wish *wish,
                              struct smsclient *client,
                              struct agent_opened *opened_out, struct buf *why);

/* One request of another kind; the member of this name of the answer is given.
 * Results as above. */
MUST_CHECK
enum status agent_client_ask(const struct agent_place *place,
                             enum agent_act act, const struct agent_wish *wish,
                             const char *name, json_t **value_out,
                             struct buf *why);
