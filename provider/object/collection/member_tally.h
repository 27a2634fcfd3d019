/*
 * What an evaluation of many collections has yet to count.
 *
 * Each block changes the number of members of most of them: it is stored when a
 * collection is through, and from time to time. Until then the collection is
 * due, whether it was before or not, so that after a stop it is compared and
 * counted again (due_compare).
 */
#pragma once

#include "provider/object/collection/evaluation_count.h"

/* Zeroed: nothing. */
struct member_tally {
    struct row_set collections;
    struct tally_one *of; /* owned: [capacity], by place */
    size_t capacity;
    size_t at; /* the place that is stored next */
    size_t n_ended;
    struct evaluation_count count; /* of the evaluation */
};
void member_tally_clear(struct member_tally *tally);

/* A collection is due until it is counted; *is_new_out: it was not yet. */
MUST_CHECK
enum status member_tally_due(struct member_tally *tally, struct store *store,
                             int64_t collection, int64_t now_s,
                             bool *is_new_out);

/* A change of a collection within a change of the store. is_due: it is and
 * remains due for another reason. */
struct member_count_change {
    struct members_changed members;
    int64_t now_s;
    bool is_due;
};
MUST_CHECK
enum status member_tally_add(struct member_tally *tally, struct store *store,
                             const struct member_count_change *change);

/* Its number of members is known and was stored. */
void member_tally_forget(struct member_tally *tally, int64_t collection);

/* One is through, and not due any more: stores its number. */
MUST_CHECK
enum status member_tally_finish(struct member_tally *tally, struct store *store,
                                int64_t collection, int64_t now_s);

/* Stores some of the numbers, in turn. */
MUST_CHECK
enum status member_tally_store(struct member_tally *tally, struct store *store,
                               int64_t now_s);

/* All are through: one after another is stored, and due no more unless it was
 * asked for. */
bool member_tally_is_empty(const struct member_tally *tally);
MUST_CHECK
enum status member_tally_end(struct member_tally *tally, struct store *store,
                             int64_t now_s);
