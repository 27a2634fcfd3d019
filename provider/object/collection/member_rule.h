/*
 * What the rules of a collection want, block by block and everywhere.
 */
#pragma once

#include "provider/object/collection/rules_read.h"
#include "provider/object/query/member_set.h"

/* The block's devices that the rules want and the limit allows (C9). */
MUST_CHECK
enum status member_rules_want(struct store *store,
                              const struct member_rules *rules, int64_t number,
                              struct member_block *wanted);

/* What its rules find or name by themselves, of a root all that there is, in
 * some blocks: named[n]. */
MUST_CHECK
enum status member_rules_name(struct store *store,
                              const struct member_rules *rules, int64_t number,
                              size_t n, struct member_block *named);

/* Adds the numbers of blocks in which the rules want anything. */
MUST_CHECK
enum status member_rules_blocks(struct store *store,
                                const struct member_rules *rules,
                                struct row_set *numbers);

/* Adds the numbers of blocks in which the collection has other members than its
 * rules want, ascending; of a built-in root all blocks. */
MUST_CHECK
enum status member_rules_differ(struct store *store,
                                const struct member_rules *rules,
                                struct row_list *numbers);

/* Adds the numbers of all blocks of resources, and of those in which anything
 * has members, ascending. */
MUST_CHECK
enum status member_rules_all_blocks(struct store *store,
                                    struct row_list *numbers);
