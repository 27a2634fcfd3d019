/*
 * What the rules of a collection name, read once for an evaluation.
 */
#pragma once

#include "provider/object/query/row_list.h"

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
    int64_t limit;   /* 0: none */
    unsigned all;    /* built-in roots: bit i: every resource of kind i */
    bool has_names;  /* direct rules name devices that may come or be renamed */
    bool has_direct; /* there are direct rules */
    struct row_list direct;   /* resources, ascending */
    struct row_list queries;  /* rules; what they found is stored */
    struct row_list includes; /* collections */
    struct row_list excludes; /* collections */
};
void member_rules_clear(struct member_rules *rules);

/*
 * resource: only this one is asked about; 0: all. What does not depend on it is
 * remembered by the connection that writes, until a collection or a rule
 * changes, and be that undone.
 */
MUST_CHECK
enum status member_rules_read(struct store *store, int64_t collection,
                              int64_t resource, struct member_rules *rules);

/* Adds all that some collections depend on, and the query rules of all. */
MUST_CHECK
enum status member_rules_sources(struct store *store, struct row_set *sources,
                                 struct row_set *queries);
