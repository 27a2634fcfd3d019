/*
 * New objects of an import that are not stored yet. Several in one statement
 * cost half as much as each in its own.
 *
 * Nothing may read the table for them before they are stored; whoever looks for
 * an object by a value asks pending_has() first.
 */
#pragma once

#include "provider/object/object_private.h"

struct pending_row {
    struct object_values values;
    json_t *named; /* what the values borrow from */
    int64_t row;
};

struct pending {
    struct pending_row *of; /* [NEW_ROWS], from the first one on */
    size_t n;
};
void pending_clear(struct pending *pending);

/* The place of the next one, empty: it counts once n is increased. */
MUST_CHECK
enum status pending_next(struct pending *pending, struct pending_row **row_out);
void pending_row_clear(struct pending_row *row);

/* Does one of them have this text, without regard to case? */
bool pending_has(const struct pending *pending, size_t property,
                 struct text value);

/* None is left. A failure is of the whole import, never of a row: those that
 * could fail for their own sake do not wait. */
MUST_CHECK
enum status pending_store(struct pending *pending, struct store *store,
                          const struct object_class *class);

/* Binds a row and its stored properties from a parameter on; returns the next
 * parameter. */
int pending_bind(struct store_stmt *stmt, int index,
                 const struct object_class *class,
                 const struct object_values *values, int64_t row);
