/*
 * Labels of a whole block, made from the members of all collections: a device
 * has the label of a collection that holds it and limits none that does. For
 * the evaluation of many collections; member_label.h follows single changes.
 */
#pragma once

#include "provider/object/query/label_block.h"
#include "provider/object/query/member_set.h"

/* All collections, ascending, and their members in a block. */
struct wide_estate {
    const int64_t *collections;      /* [n] */
    const size_t *limits;            /* [n]: a place; SIZE_MAX: none */
    const struct member_block *held; /* [n] */
    size_t n;
};

enum { LABELS_TOGETHER = 8 /* words of a block, made in one pass */ };

/* Room that is used again for the next block. Zeroed: none yet. */
struct wide_labels {
    uint64_t (*lines)[LABELS_TOGETHER];   /* owned: [n]: of members */
    uint64_t (*deepest)[LABELS_TOGETHER]; /* owned: [n]: of the deepest alone */
    size_t n;
    struct buf lists[LABELS_TOGETHER * LABELS_ROWS]; /* by device */
    int64_t last[LABELS_TOGETHER * LABELS_ROWS];     /* on each list */
};
void wide_labels_clear(struct wide_labels *labels);

/* Of some words those that are made in one pass. */
uint64_t wide_labels_next(uint64_t which);

/* Stores those of devices of some words of the block, by bits of which, where
 * they are not what is stored. */
MUST_CHECK
enum status wide_labels_store(struct wide_labels *labels, struct store *store,
                              const struct wide_estate *estate, int64_t number,
                              uint64_t which);
