/*
 * Answers one line of a peer: a request, or a batch of them in order.
 *
 * A turn begins in the loop of its connection. At the first call that is not
 * for a loop, or after its slice of time, the rest of it moves on: long reads
 * to the pool, changes and whatever leaves a record to the writer, back and
 * forth as its calls need it, so that each call sees the changes of those
 * before it. The rest of the connection waits meanwhile. A long line moves to
 * the pool as received: parsing it would delay the other peers of the loop.
 *
 * The cost of its calls is added to the meters of the session and the user;
 * calls beyond the limit of these, or of one line, are refused (budget.h).
 */
#pragma once

#include "provider/call/call.h"
#include "provider/call/fair.h"
#include "provider/call/metrics.h"
#include "provider/rpc/room.h"

enum {
    /* The longest answer to one line. */
    TURN_REPLY_MAX_BYTES = 8 * 1024 * 1024,
    /* A line that the loop does not parse. */
    TURN_LONG_BYTES = 64 * 1024,
};

struct conn;
struct loop;

/* What the rest of a turn waits for. */
enum turn_wait {
    TURN_IS_DONE = 0, /* nothing is left */
    TURN_FOR_WRITER,
    TURN_FOR_POOL,
    TURN_FOR_LOOP,     /* continue with turn_resume */
    TURN_FOR_EXCHANGE, /* an outside worker that checks a password */
    TURN_FOR_GROUPS,   /* the name service: nothing of it has run yet */
    TURN_FOR_ASKED,    /* the same, about peer->asked; then the writer */
};

struct turn {
    struct job job; /* first: a turn is a job of the writer's or pool's */
    struct peer *peer;
    struct rpc_message message; /* owned */
    struct buf line;            /* owned; of a long one, until it is read */
    size_t next;                /* the next request to run */
    uint64_t first;             /* the number of its first one */
    size_t n_answers;
    struct buf reply; /* owned; used once it is away */
    struct room room; /* in the reply; before that in the peer's answers */
    struct unread_hold hold; /* of the reply */
    struct conn *conn;       /* whose turn it is */
    struct loop *loop;       /* to which it comes back */
    enum turn_wait wait;
    bool is_ahead;        /* only parsed: its time has not come */
    _Atomic bool is_gone; /* nobody waits for the answer; set by the loop */
    int64_t spent_us;
    int64_t began_us;       /* when its line arrived */
    struct call_late *late; /* owned: to be recorded; or NULL */
    size_t late_at;         /* where its answer begins in the reply */
    struct metrics *metrics;
    struct metrics_tally tally; /* of calls whose change is not committed */

    /* The name service's answer, if the turn waited for it. */
    struct groups_list *accounts; /* held; NULL: unknown */
    const char *accounts_why;

    /* State when it went to the writer: kept whatever happens there. */
    struct {
        size_t next;
        size_t n_answers;
        size_t reply_size;
        char session[SESSION_ID_CHARS + 1]; /* its id, "" when none */
    } before;
};

/*
 * Answers a line into out, including its newline. NULL: done. Otherwise the
 * rest, owned by the caller, for what it waits for; out is then as before.
 */
struct turn *turn_begin(struct call_ground *ground, struct peer *peer,
                        struct text line, struct buf *out);

/*
 * In any thread, when the wait is over: continues into turn->reply as far as
 * possible there; turn->wait says where next. Peer and turn are that thread's
 * meanwhile.
 */
void turn_go_on(struct job *job, struct call_ground *ground);

/*
 * A long line of a peer whose last one is still away: it can be parsed in the
 * pool meanwhile, and begins later. The peer is not looked at before that.
 * NULL: out of memory.
 */
struct turn *turn_ahead(struct peer *peer, struct text line,
                        struct metrics *metrics);

/* In the pool: parses it. What is no request is answered at its time. */
void turn_read_ahead(struct job *job, struct call_ground *ground);

/* Its time has come: it continues like one that was away. */
void turn_begin_ahead(struct turn *turn, size_t reply_max_bytes);

/* If nothing of its part was committed, or it could not begin: answers so. */
void turn_fail(struct job *job);

/* Its part ended, either way: the present state is final. Call before it moves
 * on. */
void turn_end_part(struct turn *turn);

/* In the loop, while the turn is away: its peer is gone. */
void turn_cancel(struct turn *turn);

void turn_free(struct turn *turn);
DEFINE_DROP(turn)
