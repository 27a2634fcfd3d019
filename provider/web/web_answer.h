/*
 * An answer of HTTP/1.1, and the challenges that say how to sign in.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/call/peer.h"
#include "provider/wire/error.h"

struct web_answer {
    unsigned status;
    const char *type; /* of the body */
    struct text body;
    const char *allow;      /* of 405; NULL: none */
    int64_t version;        /* of the object in it, for ETag; 0: none */
    struct text location;   /* of what was made, or where to go; or empty */
    const char *cache;      /* how long it may be kept; NULL: not at all */
    const char *extra;      /* more lines of the head, each with its end */
    const char *id;         /* that the client gave it; or empty */
    struct text ticket;     /* the answer to a ticket, base64; or empty */
    int64_t retry_after_ms; /* 0: not said */
    bool has_ticket;        /* the request brought one */
    bool is_bare;           /* to HEAD: a body would be the next answer */
    bool is_packed;         /* the body is gzip */
    bool varies; /* it might have been; set by whoever packed it already */
    bool closes;
};

/* The status that says what an error of the wire says. */
unsigned web_status_of(enum rpc_error error);

/* With 401, what the listener takes. */
void web_answer_write(const struct web_answer *answer, const struct peer *peer,
                      struct buf *out);

/* The same error as the wire gives it. */
void web_answer_error(const struct peer *peer, enum rpc_error error,
                      const char *why, struct buf *out);
