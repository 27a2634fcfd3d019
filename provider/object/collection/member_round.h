/*
 * One round of evaluation: collections whose members may be others now, block
 * by block, each within what its rules want and its limit allows.
 */
#pragma once

#include "provider/object/collection/evaluation_count.h"
#include "provider/object/collection/member_label.h"

/* What an evaluation changed in the collection that was asked about. */
struct member_outcome {
    bool comes;
    bool goes;
};

struct member_round {
    struct store *store;
    int64_t now_s;
    struct labeller labeller;
    struct member_changes changes;  /* of the block */
    struct member_outcome *outcome; /* NULL: not asked */
    int64_t watched;                /* the collection of the outcome */
    struct evaluation_count own;    /* full, unless it is begun otherwise */
    struct evaluation_count *count; /* borrowed; NULL: its own */
};

/* Devices of a block that a collection may gain or lose. */
struct member_rows {
    int64_t collection;
    int64_t number;
    const struct member_block *mask;
};

/* SCOPED(member_round_clear) */
void member_round_begin(struct member_round *round, struct store *store,
                        int64_t now_s);
void member_round_clear(struct member_round *round);

/*
 * The devices of a block in mask that the collection holds become those that
 * are wanted. Changes are counted, and noted for the labels.
 */
MUST_CHECK
enum status member_round_replace(struct member_round *round, int64_t collection,
                                 int64_t number,
                                 const struct member_block *mask,
                                 const struct member_block *wanted);

/* The same where its members in the block are known: they are others then. */
MUST_CHECK
enum status member_round_change(struct member_round *round,
                                const struct member_rows *rows,
                                const struct member_block *wanted,
                                struct member_block *block);

/* How many members a collection has more, and how many changed. */
struct members_changed member_changed(int64_t collection,
                                      const struct member_block *come,
                                      const struct member_block *gone);

/* Labels follow what changed in the block since the last time. */
MUST_CHECK
enum status member_round_label(struct member_round *round, int64_t number,
                               const struct member_block *also);
