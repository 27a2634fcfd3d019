/*
 * What heavy query rules found, block by block, for as long as nothing changes
 * that they read: collections often ask the same, and each would read every
 * device again.
 */
#pragma once

#include "provider/object/query/member_set.h"

enum { MEMOS_MAX = 16 };

/* Of one connection. Zeroed: it knows nothing. */
struct rule_memos {
    struct rule_memo {
        struct text wql; /* owned */
        bool is_user;
        uint64_t stamp; /* store_stamp() of the rule's statement */
        uint64_t used;
        struct memo_part *parts; /* owned: [n_parts] */
        size_t n_parts;
        size_t capacity;
    } of[MEMOS_MAX];
    uint64_t clock;
};
void rule_memos_clear(struct rule_memos *memos);

/* A rule's text, and the state of what it reads; 0: it is not known. */
struct memo_key {
    struct text wql;
    bool is_user;
    uint64_t stamp;
};

/* Devices of one block. */
struct memo_range {
    int64_t first;
    int64_t last;
};

/* Is the rule known to be heavy? */
bool rule_memo_has(struct rule_memos *memos, const struct memo_key *key);

/* Adds what the rule found in a range, if that is known. */
MUST_CHECK
enum status rule_memo_find(struct rule_memos *memos, const struct memo_key *key,
                           const struct memo_range *range,
                           struct row_list *found, bool *is_known_out);

/* found->of[first ..] were found in a range. Without memory, that
 * is not kept. */
void rule_memo_keep(struct rule_memos *memos, const struct memo_key *key,
                    const struct memo_range *range,
                    const struct row_list *found, size_t first);
