/*
 * LIKE, whose cost is bounded: % is any run, _ one character, and with sets
 * [abc] and [a-f] one of, [^a-f] one not of (W6). The case of ASCII is ignored.
 *
 * One match may cost value times pattern, long before SQLite asks anybody
 * whether the statement may go on. So the steps are counted, and the store is
 * asked every so many.
 */
#pragma once

#include "provider/base/text.h"
#include "provider/store/store.h"

enum { LIKE_LOOK_STEPS = 16 * 1024 };

struct like {
    bool has_sets;
    struct store *store; /* borrowed; NULL: it may cost anything */
    uint64_t n_steps;    /* done: comparisons of two characters, or less */
    uint64_t n_unseen;   /* of these since the store was asked */
    bool is_cut;         /* the store said no: the answer is none */
};

bool like_matches(struct like *like, struct text pattern, struct text value);
