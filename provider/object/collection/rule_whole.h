/*
 * What queries found among all resources: many collections of a site have rules
 * of the same text, and none needs to be run again while nothing that it reads
 * changes. Heavy ones, which run in parts, are in rule_memo.h.
 */
#pragma once

#include "provider/object/collection/rule_memo.h"

enum { WHOLES_MAX = 8192, WHOLES_MAX_BYTES = 32 * 1024 * 1024 };

/* Of one connection. Zeroed: nothing. */
struct rule_wholes {
    struct rule_whole {
        struct text wql; /* owned */
        bool is_user;
        uint64_t stamp;
        struct row_list found;
    } of[WHOLES_MAX]; /* each text at one place */
    size_t n_bytes;
};
void rule_wholes_clear(struct rule_wholes *wholes);

/* Adds what the query found, if that is known. */
MUST_CHECK
enum status rule_whole_find(const struct rule_wholes *wholes,
                            const struct memo_key *key, struct row_list *found,
                            bool *is_known_out);

/* Keeps found[first ..] if there is room and memory. */
void rule_whole_keep(struct rule_wholes *wholes, const struct memo_key *key,
                     const struct row_list *found, size_t first);
