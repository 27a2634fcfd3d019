/*
 * Parses one line into requests: strict JSON-RPC 2.0.
 *
 * Refuses duplicate members, members that neither JSON-RPC nor trace.h defines,
 * nesting deeper than RPC_DEPTH_MAX, batches beyond RPC_BATCH_MAX, and ids
 * other than strings and whole numbers. Source: JSON-RPC 2.0 sections 4 and 6;
 * rule T102.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/wire/envelope.h"
#include "provider/wire/error.h"

enum { RPC_BATCH_MAX = 1000 };

/* A parsed line: one request, or a batch of them. */
struct rpc_message {
    /* Owned, one of the two: rpc_message_drop. */
    struct rpc_envelope *usual; /* one request in its usual form */
    json_t *root;
    bool is_batch;
    size_t n_requests;
};

/* All views are borrowed from the message. */
struct rpc_request {
    struct text method;
    const json_t *params; /* an object; NULL: none was sent */
    const json_t *id;     /* NULL: none */
    bool is_notification; /* no id: a notification */
    struct text trace;    /* a valid traceparent; empty: none was sent */
    uint64_t number;      /* of its connection; set by the reader's owner */
};

/* Where a line or request breaks the rules: "byte 17", "params". */
struct rpc_problem {
    char at[RPC_METHOD_MAX_BYTES];
    const char *why; /* a constant sentence */
};

/* RPC_DONE, RPC_PARSE or RPC_INVALID_REQUEST. */
enum rpc_error rpc_message_read(struct text line,
                                struct rpc_message *message_out,
                                struct rpc_problem *problem_out);
void rpc_message_drop(struct rpc_message *message); /* for SCOPED() */

/*
 * The index-th request. RPC_DONE or RPC_INVALID_REQUEST, which also sets id for
 * the answer if it could be read.
 */
enum rpc_error rpc_request_read(const struct rpc_message *message, size_t index,
                                struct rpc_request *request_out,
                                struct rpc_problem *problem_out);
