/*
 * Inside the client library: one connection and its last failure.
 */
#pragma once

#include <jansson.h>

#include "provider/client/address.h"
#include "provider/client/attempts.h"
#include "provider/client/failure.h"
#include "provider/client/link.h"
#include "provider/wire/trace.h"

enum { CLIENT_TIMEOUT_MS = 30 * 1000 };

struct smsclient {
    struct address address;
    struct link *link; /* NULL: not connected */
    struct failure failure;
    struct attempts attempts; /* of the last sign-in or step-up */
    unsigned used;            /* bits of mechanisms accepted so far */
    json_int_t last_id;
    char trace[TRACE_BYTES + 1]; /* of its requests; "": none */
    unsigned timeout_ms;
    const char *mechanism; /* a constant; "" before sign-in */
    char *session;         /* JSON, owned; NULL before sign-in */
};

DEFINE_DROP(smsclient)

/*
 * Makes one call. params is JSON on one line; the bytes sent are wiped.
 * result_out is given (json_decref). An answer that cannot be understood, or a
 * broken connection, closes the link.
 */
MUST_CHECK
enum status client_call(struct smsclient *client, const char *method,
                        struct text params, json_t **result_out);

/* The same for programs: any JSON as params, NULL for none, and the result as
 * text, which the caller frees; result_out may be NULL. */
MUST_CHECK
enum status client_call_text(struct smsclient *client, const char *method,
                             const char *params, char **result_out);

/* A call whose answer has not been taken. */
struct client_sent {
    json_int_t id;
    size_t size;
    enum status status;
};

/*
 * The same in two halves, between which the server works. More may be sent
 * meanwhile: answers come in the order of the calls, and each must be taken.
 */
struct client_sent client_send(struct smsclient *client, const char *method,
                               struct text params);
MUST_CHECK
enum status client_receive(struct smsclient *client,
                           const struct client_sent *sent, json_t **result_out);

MUST_CHECK
enum status client_connect(struct smsclient *client,
                           const struct smsclient_options *options);

/* What the public functions return; a cause that was not set is lack of memory
 * or a limit. */
enum smsclient_result client_result(struct smsclient *client,
                                    enum status status);

/* Ends the connection and the session, if any. */
void client_disconnect(struct smsclient *client);

/*
 * Takes over a link on which somebody has signed in, and what is known of the
 * session: mechanism is a constant, session JSON. Answers to others, should
 * they get here, are answers to no call of this client.
 */
MUST_CHECK
enum status client_attach(struct smsclient *client, struct link *link,
                          const char *mechanism, const char *session);
