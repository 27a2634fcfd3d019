/*
 * A sweep over all collections, for when many of them are due: each block is
 * gone through once, in steps that are short whatever the number of
 * collections, and its labels are made from its sets.
 *
 * After each step every device of the block is in no collection whose limit
 * does not hold it, and has no label of what does not hold it. What a
 * collection gained follows in those that depend on it within the next steps:
 * they are due until then (member_tally.h). What it lost goes from them in the
 * same step, and from the labels; what came into any comes into the labels in
 * the last steps of the block, once for all, and is due until then
 * (query/label_due.h).
 */
#pragma once

#include "provider/object/collection/member_sweep.h"
#include "provider/object/collection/member_tally.h"
#include "provider/object/collection/wide_label.h"

struct wide_sweep {
    struct member_sweep sweep;
    struct member_work work;
    struct row_list nothing; /* of the work */
    struct member_tally *tally;
    int64_t now_s; /* of the step; set by the caller */
    struct wide_labels labels;
    size_t *limits;   /* owned: [n]: places; SIZE_MAX: none */
    size_t n_read;    /* collections whose rules are read */
    bool is_made;     /* all are, and in order */
    bool is_circular; /* they cannot be */

    /* Of the block: */
    bool has_block;
    uint64_t stamp;  /* of its sets, as they are known */
    size_t n_loaded; /* collections whose members are read */
    bool *is_start;  /* owned: [n]: evaluated in any case */
    bool *is_forced; /* owned: [n]: with the step that woke it */
    size_t n_forced;
    size_t at;    /* of the order: nothing before is due */
    size_t first; /* words of the devices that are evaluated now: */
    size_t n_words;
    uint64_t gone;      /* words that somebody left in this step */
    uint64_t behind;    /* words whose labels are stored in the end */
    uint64_t marked;    /* and at least those are due, even after a stop */
    size_t n_written;   /* rows, in this step */
    size_t written_max; /* in a step: each may be a page to commit */
    int64_t longest_us; /* of them */
};

/* *wide_out is given: wide_sweep_free(). tally is borrowed. */
MUST_CHECK
enum status wide_sweep_new(struct store *store, struct member_tally *tally,
                           struct wide_sweep **wide_out);
void wide_sweep_free(struct wide_sweep *wide);

/* Reads some of what depends on what, until it is made or is found to be
 * circular. */
MUST_CHECK
enum status wide_sweep_make(struct wide_sweep *wide, int64_t until_us);

/* Resources came, went or were renamed. */
void wide_sweep_renew(struct wide_sweep *wide);

/* Begins a block; which collections are evaluated in it is said next. Without
 * any it only gets the labels that are due. */
MUST_CHECK
enum status wide_sweep_begin(struct wide_sweep *wide, int64_t number);
void wide_sweep_start(struct wide_sweep *wide, int64_t collection);

/* Was the collection to be evaluated in this block? Not any more: it is
 * compared again. */
bool wide_sweep_starts(const struct wide_sweep *wide, int64_t collection);
void wide_sweep_restart(struct wide_sweep *wide, int64_t collection);

/* Of a block that is through: how many members the collection has in it; -1: it
 * is not known. */
int64_t wide_sweep_count(const struct wide_sweep *wide, int64_t collection);

/* Are its sets known? Not if others wrote any. Reads some. */
bool wide_sweep_is_loaded(const struct wide_sweep *wide);
MUST_CHECK
enum status wide_sweep_load(struct wide_sweep *wide, int64_t until_us);

/* Evaluates some collections, or stores some labels; *is_through_out: the block
 * is as it should be. */
MUST_CHECK
enum status wide_sweep_step(struct wide_sweep *wide, bool *is_through_out);
