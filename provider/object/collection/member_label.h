/*
 * Labels of devices: the deepest collections that hold one, which every
 * decision about it uses. They follow the changes of a block of sets.
 */
#pragma once

#include "provider/object/query/label_block.h"
#include "provider/object/query/member_set.h"

enum {
    LABELS_MAX_BYTES = LABEL_BYTES * (KEY_SERIAL_MAX + 1),
    LABELS_BLOCK_MAX_BYTES = 2 * LABELS_ROWS * LABELS_MAX_BYTES,
};

/* A device came into a collection, or went. */
struct member_change {
    int64_t collection;
    uint16_t offset; /* of the device in its block */
    bool comes;
};

struct member_changes {
    struct member_change *of; /* owned: SCOPED(member_changes_clear) */
    size_t n;
    size_t capacity;
};
void member_changes_clear(struct member_changes *changes);
MUST_CHECK
enum status member_changes_add(struct member_changes *changes,
                               const struct member_change *change);

/*
 * What limits what, as far as it was asked for: one for an evaluation. Limits
 * must not change meanwhile.
 */
struct labeller {
    struct store *store;
    struct row_set known; /* collections, each at a place */
    struct label_place *places;
    size_t capacity;
    uint64_t round; /* one for each device */
    struct row_list held;
};

/* For SCOPED(labeller_clear). */
void labeller_clear(struct labeller *labeller);

/*
 * The limit of a collection before this evaluation, if it is another now:
 * labels that stand follow the old one. was: 0, none.
 */
MUST_CHECK
enum status labeller_moved(struct labeller *labeller, int64_t collection,
                           int64_t was);

/*
 * Stores the labels of the devices of a block that are in changes, which are
 * applied in their order, or in also.
 */
MUST_CHECK
enum status labeller_apply(struct labeller *labeller, int64_t number,
                           const struct member_changes *changes,
                           const struct member_block *also);

/* Stores a block of labels, empty or as label_block_write made it, unless it is
 * what is stored. */
MUST_CHECK
enum status labels_keep(struct store *store, int64_t number,
                        struct text packed);
