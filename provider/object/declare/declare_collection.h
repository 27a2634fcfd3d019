/*
 * Collections while they are declared, shared by the files that do it.
 */
#pragma once

#include "provider/object/collection/members.h"
#include "provider/object/declare/declare_private.h"

/* Rules as the store has them. */
struct declared_rules {
    struct row_list includes;
    struct row_list excludes;
    struct buf devices; /* queries and names of devices, as one text */
};

/* One collection on the way. */
struct declared_collection {
    int64_t row;
    int64_t limit;            /* as it was, 0: none, it is new */
    bool refreshes_otherwise; /* at other times than it did */
    int64_t *others; /* owned: rows of the limit, then of each rule's other
                        collection or 0: [1 + n_rules]; NULL: unchanged */
    struct declared_rules had; /* rules as they were */
};

/* All collections being declared. */
struct declaring {
    struct declare *declare;
    const struct policy_collection *all;
    size_t n;
    struct declared_collection *items; /* [n], owned */
};

/* What of rules is compared as text may be so long. */
enum { CANONICAL_MAX_BYTES = 16 * 1024 * 1024 };

/* The rules of a collection as they are stored now. */
MUST_CHECK
enum status declared_rules_read(struct declare *declare, int64_t row,
                                struct declared_rules *rules_out);
void declared_rules_clear(struct declared_rules *rules);

/* Stores rules that are resolved, and what their queries find; others as in
 * struct declared_collection. */
MUST_CHECK
enum status declared_rules_store(struct declare *declare,
                                 const struct policy_collection *collection,
                                 int64_t row, const int64_t *others);

/* May the caller make or change the collection so? Asks as the same act over
 * RPC would be asked for. */
MUST_CHECK
enum status guard_collection(struct declaring *run,
                             const struct policy_collection *collection,
                             const struct declared_collection *item);
