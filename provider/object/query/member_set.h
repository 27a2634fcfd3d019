/*
 * Sets of devices as the site keeps them: the members of a collection, and what
 * a query rule found; and devices that are being deleted.
 *
 * A set is stored by blocks of 4,096 resource numbers: a block that has members
 * is one row with a short list or a bitmap. Blocks are what changes are made of
 * too: whatever is decided about a device is decided within one block, so that
 * evaluation, labels and storage go block by block, at a cost that does not
 * depend on the number of devices elsewhere. Sets of collections of one block
 * lie together (set_map.h).
 *
 * SQL reads the members of collections as a table of pairs, collection_member
 * (collection, resource), which is computed from the blocks.
 */
#pragma once

#include "provider/object/query/row_list.h"

enum {
    BLOCK_BITS = 12,
    BLOCK_ROWS = 1 << BLOCK_BITS,
    BLOCK_WORDS = BLOCK_ROWS / 64,
};

struct member_block {
    uint64_t words[BLOCK_WORDS];
};

static inline int64_t block_number(int64_t resource)
{
    return resource >> BLOCK_BITS;
}

static inline size_t block_offset(int64_t resource)
{
    return (size_t)(resource & (BLOCK_ROWS - 1));
}

static inline void block_put(struct member_block *block, size_t offset)
{
    block->words[offset / 64] |= UINT64_C(1) << offset % 64;
}

static inline void block_drop(struct member_block *block, size_t offset)
{
    block->words[offset / 64] &= ~(UINT64_C(1) << offset % 64);
}

static inline bool block_has(const struct member_block *block, size_t offset)
{
    return block->words[offset / 64] >> offset % 64 & 1;
}

/* All of its numbers. */
struct member_block member_block_whole(void);

size_t block_count(const struct member_block *block);

/* Appends the offsets of its members, ascending; returns how many. */
size_t block_read(const struct member_block *block,
                  uint16_t offsets_out[BLOCK_ROWS]);

/* The members of a block above a number, ascending; returns how many. */
size_t block_members(const struct member_block *block, int64_t number,
                     int64_t after, int64_t members_out[BLOCK_ROWS]);

/* Adds the members of a block as it is stored. STATUS_INVALID: it is none. */
MUST_CHECK
enum status member_block_join(struct member_block *into, struct text packed);

/* A block as it is stored. STATUS_INVALID: it is none. */
MUST_CHECK
enum status member_block_unpack(struct text packed, struct member_block *block);

/* Keeps what the other block has too. */
void member_block_keep(struct member_block *block,
                       const struct member_block *other);

/* Whose set it is. */
enum member_set_kind { SET_OF_COLLECTION, SET_OF_RULE, SET_OF_DELETION };
struct member_set {
    enum member_set_kind kind;
    int64_t owner; /* row of the collection or rule */
};

/* A block that is not stored is empty. */
MUST_CHECK
enum status member_set_read(struct store *store, struct member_set set,
                            int64_t number, struct member_block *block);

/* Joins what a rule found into some blocks: blocks[n], of numbers from first
 * on. */
struct set_range {
    int64_t first;
    size_t n;
};
MUST_CHECK
enum status member_set_join_rule(struct store *store, int64_t rule,
                                 struct set_range range,
                                 struct member_block *blocks);

/* Within a change. An empty one is no longer stored. */
MUST_CHECK
enum status member_set_write(struct store *store, struct member_set set,
                             int64_t number, const struct member_block *block);

/* Another number after a block of that number was written, of any set and by
 * anybody in this process; also after others were, now and then. */
uint64_t member_set_stamp(int64_t number);

/* All of its blocks as they are stored, ascending. */
typedef enum status (*member_block_taker)(void *context, int64_t number,
                                          struct text packed);
MUST_CHECK
enum status member_set_each(struct store *store, struct member_set set,
                            member_block_taker take, void *context);

/* How many members it has. */
MUST_CHECK
enum status member_set_count(struct store *store, struct member_set set,
                             int64_t *n_out);

/* Numbers of blocks that have members, ascending. */
MUST_CHECK
enum status member_set_blocks(struct store *store, struct member_set set,
                              struct row_list *numbers);

MUST_CHECK
enum status member_set_has(struct store *store, struct member_set set,
                           int64_t resource, bool *has_out);

/* The collections of a device: its labels and what limits them. */
MUST_CHECK
enum status member_holders(struct store *store, int64_t resource,
                           struct row_set *collections);

/* Makes collection_member known to SQL of the connection. */
MUST_CHECK
enum status member_table_register(struct store *store);
