/*
 * Statements that rules share: rules that differ only in the values they
 * compare with have the same statement, and of many rules there are few.
 */
#pragma once

#include "provider/base/text.h"
#include "provider/store/store.h"

enum { SHAPES_MAX = 1024 };

struct rule_shape {
    struct text sql;         /* owned */
    struct store_stmt *stmt; /* owned */
};

/* Of one connection. Zeroed: none. */
struct rule_shapes {
    struct rule_shape of[2 * SHAPES_MAX]; /* open addressing */
    size_t n;
};

void rule_shapes_clear(struct rule_shapes *shapes);

/* Has it room for one more? What was lent is to be forgotten before they are
 * cleared. */
bool rule_shapes_are_full(const struct rule_shapes *shapes);

/* The statement with this text, lent until they are cleared; its values are
 * those of its last use. As store_prepare_own if there is none yet. */
MUST_CHECK
enum status rule_shape_lend(struct rule_shapes *shapes, struct store *store,
                            struct text sql, struct store_stmt **stmt_out);
