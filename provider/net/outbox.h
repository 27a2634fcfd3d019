/*
 * What is on its way to one peer.
 *
 * An outbox is opened for one stream and can send to no other: what is written
 * into it reaches that peer or nobody, however the step that wrote it ended.
 * Nothing of it is shared between connections.
 *
 * Answers are encoded a chunk at a time, as the peer takes them, so that a long
 * answer to a slow reader is held once and not twice.
 */
#pragma once

#include <uv.h>

#include "provider/base/buf.h"
#include "provider/net/tls.h"

struct outbox {
    uv_stream_t *stream; /* borrowed; the only one it sends to */
    struct tls *tls;     /* borrowed; NULL: the wire is plain */
    uv_write_t write;
    uv_write_cb done;
    struct buf answers; /* whole lines, and the one being written */
    struct buf sealed;  /* bytes of the wire, to be sent next */
    struct buf sending; /* being sent, must not move */
};

/* done: called in the loop when a chunk was taken; it calls outbox_sent. */
void outbox_open(struct outbox *outbox, uv_stream_t *stream, uv_write_cb done);
void outbox_free(struct outbox *outbox);

/* From now on in records of tls, whose output is outbox_records. */
void outbox_seal_with(struct outbox *outbox, struct tls *tls);
struct buf *outbox_records(struct outbox *outbox);

/* Where answers are written; sent by the next outbox_flush. */
struct buf *outbox_answers(struct outbox *outbox);

/* Sends what the socket takes now; the rest follows as the peer reads. Not
 * STATUS_OK: an answer is incomplete or the connection is broken, so close
 * it. */
MUST_CHECK
enum status outbox_flush(struct outbox *outbox);

/* A chunk was taken: continue with the next. */
MUST_CHECK
enum status outbox_sent(struct outbox *outbox);

/* Memory it holds. */
size_t outbox_bytes(const struct outbox *outbox);

/* Must the peer read before anything more is sent? */
bool outbox_is_waiting(const struct outbox *outbox);
