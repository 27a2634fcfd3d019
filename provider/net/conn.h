/*
 * One connection: bytes in, lines out of them, answers back, in order.
 *
 * A line is answered before the next one is run. While an answer waits for the
 * writer or for the client to read, nothing more is taken in, so a connection
 * holds at most one line, one read and one answer, and behind a long line one
 * more, which is parsed meanwhile (conn_ahead.c); a peer that does not read
 * for STALL_MAX_MS is disconnected (T99, T100). What the connections of one
 * user hold together is bounded too (unread.h).
 *
 * Memory: before the first byte 2 kB; idle about 3 kB and OpenSSL's 14 kB, half
 * of which is its SSL itself; before sign-in at most 64 KiB of line, 64 KiB of
 * a pending read, and the handshake (about 60 kB).
 */
#pragma once

#include <uv.h>

#include "provider/call/peer.h"
#include "provider/net/loop.h"
#include "provider/net/outbox.h"
#include "provider/net/tls.h"
#include "provider/net/waiting.h"
#include "provider/web/web.h"
#include "provider/wire/frame.h"

struct conn {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv;
    struct loop *loop;
    struct conn *next, *previous; /* in the loop's list */
    struct stranger stranger;     /* its place, until it is signed in */
    struct peer peer;
    struct tls tls; /* ssl NULL: a Unix socket, or nothing was received */
    struct frame_reader lines;
    struct web *web;           /* owned; NULL: the wire is lines */
    struct job slice;          /* queued for its next slice, if is_queued */
    struct turn *turn;         /* away, borrowed; or waiting here, owned */
    struct turn *ahead;        /* the next, parsed or being parsed; or NULL */
    struct waiting *waiting;   /* what the turn waits for, or NULL */
    struct unread_hold unread; /* of out, once somebody has signed in */
    struct outbox out;         /* for this peer only */
    uint64_t trusted_by; /* number of the settings that last verified it */
    int64_t lists_end_s; /* when it must be verified again */
    int64_t served_us;   /* of the loop's time, for its lines */
    int64_t begun_ms;
    int64_t sending_since_ms;
    bool is_reading;
    bool is_ahead_away; /* its turn ahead, in the pool */
    bool reads_ahead;   /* its turn is a long line: others may follow it */
    bool is_queued;
    bool has_read;     /* something, since conn_end last asked */
    bool is_finishing; /* no more answers; close once all is sent */
    bool has_left;     /* ended TLS; close once its lines are answered */
    bool is_closing;   /* asked to */
    bool is_closed;    /* the handle is gone; only a turn keeps the rest */
};

enum { STALL_MAX_MS = 30 * 1000 };

/* What was accepted. */
struct arrival {
    size_t listener;
    int fd;
    const struct sockaddr *from; /* of a Unix socket the family alone */
};

/* One more connection; takes its fd over unless it fails. One of a source that
 * comes too often is closed before anything is made for it. */
MUST_CHECK
enum status conn_accept(struct loop *loop, const struct arrival *arrival);

/* At once, whatever it was doing. */
void conn_close(struct conn *conn);

/* Once all answers have been sent. */
void conn_finish(struct conn *conn);

/* Called repeatedly during shutdown: closes connections that have been answered
 * everything and have sent nothing since the last call. */
void conn_end(struct conn *conn);

/* A turn came back from the writer or the name service; takes it over. */
void conn_take_turn(struct conn *conn, struct turn *turn);

/* Has a deadline passed? Then closes it. */
void conn_check_time(struct conn *conn, int64_t now_ms);

/*
 * After a reload: is the peer's evidence still valid? Closes the connection if
 * its certificate is not (T25). True: that was verified, which costs time.
 */
bool conn_follow(struct conn *conn, struct settings *now);

/* Closed before sign-in: the penalty for its source. */
void conn_penalize(const struct conn *conn);

/* Busy with an answer: with the writer, or not sent yet. */
bool conn_is_busy(const struct conn *conn);
