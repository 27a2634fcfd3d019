/*
 * What the rules of a collection name, read once for an evaluation.
 */
#pragma once

#include "provider/object/query/member_set.h"

/* How a rule is kept in collection_rule.kind. */
enum member_rule {
    MEMBER_DIRECT =
        1, /* resource, or device: the name of one that may be created later */
    MEMBER_QUERY,   /* wql; what it found stands in rule_block */
    MEMBER_INCLUDE, /* other */
    MEMBER_EXCLUDE, /* other */
};

struct member_rules {
    int64_t collection;
    int64_t limit;  /* 0: none */
    unsigned all;   /* built-in roots: bit i: every resource of kind i */
    bool has_names; /* direct rules name devices that may come or be renamed */
    struct row_list direct;   /* resources, ascending */
    struct row_list queries;  /* rules; what they found is stored */
    struct row_list includes; /* collections */
    struct row_list excludes; /* collections */
};
void member_rules_clear(struct member_rules *rules);

/* resource: only this one is asked about; 0: all. */
MUST_CHECK
enum status member_rules_read(struct store *store, int64_t collection,
                              int64_t resource, struct member_rules *rules);

/* The block's devices that the rules want and the limit allows (C9). */
MUST_CHECK
enum status member_rules_want(struct store *store,
                              const struct member_rules *rules, int64_t number,
                              struct member_block *wanted);

/* What its rules find or name by themselves, of a root all that there is. */
MUST_CHECK
enum status member_rules_name(struct store *store,
                              const struct member_rules *rules, int64_t number,
                              struct member_block *named);

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
