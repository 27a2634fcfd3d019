/*
 * Answers: written by the server straight into its buffer, read by clients.
 *
 *
 *     reply_begin(&w, id); .. the result, one JSON value .. reply_end(&w);
 *     reply_error_begin(&w, id, error, text); more data.. reply_error_end(&w);
 *
 * The caller adds the newline: a batch is one line of many answers.
 */
#pragma once

#include <jansson.h>

#include "provider/base/json_writer.h"
#include "provider/base/own.h"
#include "provider/wire/error.h"

/* id NULL: null, for a request whose id could not be read. */
void reply_begin(struct json_writer *w, const json_t *id);
void reply_end(struct json_writer *w);

/* text NULL: the table's sentence. More members of data may follow. */
void reply_error_begin(struct json_writer *w, const json_t *id,
                       enum rpc_error error, const char *text);
void reply_error_end(struct json_writer *w);

/* A request, for clients; the answer has the same number. */
void request_begin(struct json_writer *w, int64_t id, const char *method);
void request_end(struct json_writer *w); /* between: the params, one value, and
                                            other members */

/* A line from the server, for clients. Views are borrowed from root. */
struct rpc_reply {
    json_t *root; /* owned: rpc_reply_drop */
    const json_t *id;
    const json_t *result; /* NULL when it is an error */
    enum rpc_error error; /* RPC_DONE when it is a result */
    const char *message;  /* of an error */
    const json_t *data;   /* of an error, an object; may be NULL */
};

/* STATUS_INVALID for anything but one JSON-RPC 2.0 answer. */
MUST_CHECK
enum status rpc_reply_read(struct text line, struct rpc_reply *reply_out);
void rpc_reply_drop(struct rpc_reply *reply); /* for SCOPED() */
