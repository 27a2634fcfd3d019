/*
 * Rows of the store, gathered before they are processed: as a list, and as a
 * set that keeps the order in which they came.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/store/store.h"

struct row_list {
    int64_t *of; /* owned: SCOPED(row_list_clear) */
    size_t n;
    size_t capacity;
};
void row_list_clear(struct row_list *rows);

MUST_CHECK
enum status row_list_add(struct row_list *rows, int64_t row);

/* Adds the first column of what sql selects. */
MUST_CHECK
enum status row_list_select(struct store *store, const char *sql,
                            struct store_args args, struct row_list *rows);

/* Each row once, at the place where it was first added. */
struct row_set {
    struct row_list rows;
    uint32_t *slots; /* owned: 1 + place, 0: free; hashed by row */
    size_t n_slots;
};
void row_set_clear(struct row_set *set);

MUST_CHECK
enum status row_set_add(struct row_set *set, int64_t row);

/* The place of a row; SIZE_MAX if it is not there. */
size_t row_set_find(const struct row_set *set, int64_t row);
