/* The answer to a failed call: code, sentence and next step. */
#pragma once

#include "provider/call/call.h"

void answer_error(struct call *call, enum rpc_error error,
                  struct json_writer *w);

/* The same as a value within another answer: {code, message, data}. */
void answer_error_value(struct call *call, enum rpc_error error,
                        struct json_writer *w);

/* The member "request": which one it was (request_id.h). */
void answer_request_id(const struct peer *peer, uint64_t number,
                       struct json_writer *w);

/* The mechanisms a peer may use, as an array. */
void answer_mechanisms(const struct peer *peer, struct json_writer *w);
