/*
 * One connection of HTTP/1.1: requests into lines of the wire, and the answers
 * to these back. It knows no sockets and no threads, and decides nothing: a
 * request becomes an auth.start, unless who asks is signed in, and then the
 * line that it stands for. So gate, sessions, audit, throttles and limits are
 * those of the wire.
 *
 *     head -> (auth.start) -> body -> line -> answer -> next head
 *
 * Whose request is it? What it brings says so, each time: a token with the
 * session that the same token began on this connection; a ticket for this
 * request alone, since a proxy may send the next one of somebody else; and
 * without either the certificate of the connection, which is the connection's.
 *
 * Memory: before sign-in a head (HEAD_MAX_BYTES) and one read; no body is taken
 * from anybody who is not signed in.
 */
#pragma once

#include "provider/base/buf.h"
#include "provider/base/own.h"
#include "provider/call/peer.h"

enum {
    WEB_HEAD_MAX_BYTES = 64 * 1024, /* a ticket with its groups is long */
    WEB_CHALLENGES_MAX = 8,         /* requests that bring nothing */
    WEB_DRAIN_MAX_BYTES = 64 * 1024 /* of a body that nobody wants */
};

/* What of the connection only its owner knows. */
struct web_setting {
    /* Does the certificate of the provider name that host? */
    bool (*is_our_name)(void *context, struct text host);
    void *context;
    size_t body_max_bytes;
};

enum web_want {
    WEB_WANTS_BYTES = 0,
    WEB_GOES_ON, /* call it again */
    WEB_RUNS,    /* run web_line(); its answer goes to web_take_answer() */
    WEB_ENDS,    /* close, once the answer is sent */
};

struct web;

MUST_CHECK
enum status web_new(const struct web_setting *setting, struct web **web_out);
void web_free(struct web *web);
DEFINE_DROP(web)

/* Bytes as received; copied. STATUS_LIMIT: more than any request has. */
MUST_CHECK
enum status web_feed(struct web *web, struct text bytes, int64_t now_ms);

/* The next step; answers that need no call are appended to out. The peer must
 * not be away. */
enum web_want web_step(struct web *web, struct peer *peer, struct buf *out);

/* After WEB_RUNS: the line, borrowed until its answer is taken. */
struct text web_line(const struct web *web);

/* Where the answer to it is written. */
struct buf *web_reply(struct web *web);

/* It is there: appends the answer of HTTP to out, unless that comes later. */
void web_take_answer(struct web *web, struct peer *peer, int64_t now_ms,
                     struct buf *out);

/* Has it answered for the last time? */
bool web_has_ended(const struct web *web);

/* Bytes that wait for their turn. */
size_t web_n_kept(const struct web *web);

/* When the request began that is being received; 0: none is. */
int64_t web_since_ms(const struct web *web);
