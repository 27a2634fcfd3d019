/*
 * A sweep evaluates many devices: collections and what depends on them, block
 * by block, in the order of their dependences.
 *
 * Whether a device is a member depends on nothing about other devices, so each
 * block is right on its own, as soon as it was swept.
 */
#pragma once

#include "provider/object/collection/member_graph.h"
#include "provider/object/collection/member_round.h"
#include "provider/object/collection/member_rule.h"

/* A collection that another one limits now; was: its limit before, 0: none. */
struct member_move {
    int64_t collection;
    int64_t was;
};

/* What is to be evaluated. */
struct member_work {
    const struct row_list *which;
    const struct member_move *moves; /* [n_moves]: of which */
    size_t n_moves;
    int64_t now_s;
    struct member_outcome *outcome; /* of the first; may be NULL */
    int64_t begun_us; /* with its queries; 0: when it is gone through */
};

enum { SWEEP_AHEAD_MAX = 8 };

/* Sets of the block that is gone through, by place, each read once. What rules
 * find or name is read of some blocks together: it lies together. */
struct sweep_sets {
    int64_t number;
    struct member_block *held;  /* owned: [n]: the members */
    struct member_block *named; /* owned: [n][n_ahead], from a block on */
    bool *has_held;             /* owned: [n] */
    bool *has_named;            /* owned: [n]: from the first one needed on */
    size_t n_ahead;             /* blocks; 0: one */
    int64_t first;              /* of them */
    uint64_t stamps[SWEEP_AHEAD_MAX]; /* of their sets, before any was read */
};

struct member_sweep {
    struct member_round round;
    struct member_graph graph;
    struct member_rules *rules;   /* owned: [graph.set.rows.n], by place */
    bool *is_read;                /* rules[i] are */
    bool *is_due;                 /* in this block */
    size_t n_start;               /* the first of the graph are evaluated */
    const struct row_list *start; /* not NULL: these instead, of the graph */
    struct sweep_sets sets;
    const struct member_work *work;
    struct member_block mask;    /* devices of each block that are evaluated */
    struct member_block waiting; /* those that come nowhere yet (arrival.h) */
    struct row_list left;        /* collections that had to leave some out */
};

/* work is borrowed. For SCOPED(member_sweep_clear). */
void member_sweep_begin(struct member_sweep *sweep, struct store *store,
                        const struct member_work *work);
void member_sweep_clear(struct member_sweep *sweep);

/* Reads what depends on what, of all collections if it is much. STATUS_INVALID
 * if it does in a cycle: circle[] is one of it, in order. */
MUST_CHECK
enum status member_sweep_make(struct member_sweep *sweep,
                              struct row_list *circle);

/* Adds the blocks in which something may change, ascending. */
MUST_CHECK
enum status member_sweep_blocks(struct member_sweep *sweep,
                                struct row_list *numbers);

/* Sets were changed by others: the block is read anew. */
void member_sweep_forget(struct member_sweep *sweep);

/* To another block, or to the same again. */
void member_sweep_move(struct member_sweep *sweep, int64_t number);

MUST_CHECK
enum status member_sweep_block(struct member_sweep *sweep, int64_t number);

/* ---- By degrees, for wide_sweep.h ---- */

/* Room for what is known of each collection of the graph. */
MUST_CHECK
enum status member_sweep_places(struct member_sweep *sweep);

/* Each is read once. */
MUST_CHECK
enum status member_sweep_rules(struct member_sweep *sweep, size_t place,
                               const struct member_rules **rules_out);
MUST_CHECK
enum status member_sweep_held(struct member_sweep *sweep, size_t place,
                              struct member_block **held_out);

/* The members of collections from a place on, until there is no time; *place:
 * where it goes on. */
MUST_CHECK
enum status member_sweep_load(struct member_sweep *sweep, size_t *place,
                              int64_t until_us);

/* As member_rules_want, by the sets of the block. */
MUST_CHECK
enum status member_sweep_want(struct member_sweep *sweep, size_t place,
                              struct member_block *wanted);
