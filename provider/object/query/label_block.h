/*
 * Labels of devices as the site keeps them: for each the deepest collections
 * that hold it, which decisions about it use.
 *
 * They are stored by blocks of 64 resource numbers, and within a block each
 * different list once: devices beside each other are mostly in the same
 * collections. Where a collection gains or loses many devices, that is one
 * small row for 64 of them, and no row of a device changes.
 */
#pragma once

#include "provider/object/object_private.h"

enum {
    LABELS_BITS = 6,
    LABELS_ROWS = 1 << LABELS_BITS,
};

/*
 * A list as it is stored: rows of collections, ascending, each as the
 * difference from the one before, 7 bits a byte, the lowest first and all but
 * the last with the eighth set. So it takes a byte or two for a label, and
 * equal lists are equal bytes.
 */
struct label_walk {
    struct text rest; /* of the list; set by the caller */
    int64_t row;      /* of the last label; 0 before the first */
};

/* STATUS_END behind the last; STATUS_INVALID: it is no such list. */
MUST_CHECK
enum status label_walk_next(struct label_walk *walk);

/* row: above last, which is 0 before the first. */
void label_list_append(struct buf *list, int64_t last, int64_t row);

/* Lists by the last bits of the resource number: borrowed. A device without a
 * list has no labels. */
struct label_block {
    struct text of[LABELS_ROWS];
};

/* STATUS_INVALID: it is no such block. Lists are not looked into. */
MUST_CHECK
enum status label_block_read(struct text packed, struct label_block *block_out);

/* Empty where no device has labels. */
MUST_CHECK
enum status label_block_write(const struct label_block *block,
                              struct buf *packed_out);

/*
 * Makes sms_labels(block, resource) known to SQL of the connection: the list of
 * one device as LABELS_COLLECTIONS has it, null if it has none or the block is
 * invalid.
 */
MUST_CHECK
enum status label_block_register(struct store *store);
