/*
 * One line of a peer being answered: a request, or a batch of them in order.
 *
 * A turn begins in the loop of its connection. At the first call that needs
 * the writer all that is left of it moves there, so that a batch sees its own
 * changes and is committed once; the rest of the connection waits meanwhile.
 * A long line, which is nearly always a change, moves there as it came: taking
 * it apart would keep the other peers of the loop waiting.
 */
#pragma once

#include "provider/daemon/call.h"
#include "provider/daemon/writer.h"

enum {
    /* The longest answer to one line. */
    TURN_REPLY_MAX_BYTES = 8 * 1024 * 1024,
    /* A line that the loop does not take apart. */
    TURN_LONG_BYTES = 256 * 1024,
};

struct conn;

/* What the rest of a turn waits for. */
enum turn_wait {
    TURN_FOR_WRITER = 0,
    TURN_FOR_EXCHANGE, /* a worker outside that checks a password */
    TURN_FOR_GROUPS,   /* the name service: nothing of it has run yet */
};

struct turn {
    struct job job; /* first: a turn is a job of the writer's */
    struct peer *peer;
    struct rpc_message message; /* owned */
    struct buf line;            /* owned; of a long one, until it is read */
    size_t next;                /* request to be run next */
    size_t n_answers;
    struct buf reply;  /* owned; used once it is with the writer */
    struct conn *conn; /* whose turn it is */
    enum turn_wait wait;

    /* What the name service said, where the turn waited for that. */
    struct groups_list *accounts; /* held; NULL: not known */
    const char *accounts_why;

    /* As it went to the writer: what stands whatever happens there. */
    struct {
        size_t next;
        size_t n_answers;
        size_t reply_size;
        char session[SESSION_ID_CHARS + 1]; /* its id, "" when none */
    } before;
};

/*
 * Answers a line into out, its newline included. NULL: done. Else what is left,
 * owned by the caller, for what it waits for; out is then as before.
 */
struct turn *turn_begin(struct call_ground *ground, struct peer *peer,
                        struct text line, struct buf *out);

/* In the loop, when the wait is over: on into turn->reply as far as it goes. */
enum call_end turn_resume(struct turn *turn, struct call_ground *ground);

/* In the writer: runs what is left into turn->reply. */
void turn_go_on(struct turn *turn, struct call_ground *ground);

/* In the writer, when nothing of it was committed: answers so. */
void turn_fail(struct turn *turn);

void turn_free(struct turn *turn);
DEFINE_DROP(turn)
