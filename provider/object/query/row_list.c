#include "provider/object/query/row_list.h"

#include <stdlib.h>

enum { ROWS_MAX = 64 * 1024 * 1024, SLOTS_MIN = 64 };

void row_list_clear(struct row_list *rows)
{
    free(rows->of);
    *rows = (struct row_list){0};
}

enum status row_list_add(struct row_list *rows, int64_t row)
{
    if (rows->n == rows->capacity) {
        const size_t capacity = rows->capacity ? 2 * rows->capacity : 64;
        int64_t *grown = NULL;

        if (capacity <= ROWS_MAX)
            grown = realloc(rows->of, capacity * sizeof(*grown));
        if (!grown)
            return STATUS_NO_MEMORY;
        rows->of = grown;
        rows->capacity = capacity;
    }
    rows->of[rows->n++] = row;
    return STATUS_OK;
}

static enum status add_all(struct store_stmt *stmt, struct row_list *rows)
{
    enum status found;

    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(row_list_add(rows, store_int(stmt, 0)));
    return found == STATUS_END ? STATUS_OK : found;
}

enum status row_list_select(struct store *store, const char *sql,
                            struct store_args args, struct row_list *rows)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare_with(store, sql, args, &stmt));
    return add_all(stmt, rows);
}

/* ---- The set ---- */

void row_set_clear(struct row_set *set)
{
    row_list_clear(&set->rows);
    free(set->slots);
    *set = (struct row_set){0};
}

/* Where the row stands in the slots, or would; never full. */
static size_t slot_of(const struct row_set *set, int64_t row)
{
    size_t at = (size_t)((uint64_t)row * UINT64_C(0x9E3779B97F4A7C15) >> 20);

    for (;; at++) {
        const uint32_t slot = set->slots[at % set->n_slots];

        if (slot == 0 || set->rows.of[slot - 1] == row)
            return at % set->n_slots;
    }
}

size_t row_set_find(const struct row_set *set, int64_t row)
{
    const uint32_t slot = set->n_slots ? set->slots[slot_of(set, row)] : 0;

    return slot ? slot - 1 : SIZE_MAX;
}

static enum status grow(struct row_set *set)
{
    const size_t n = set->n_slots ? 2 * set->n_slots : SLOTS_MIN;
    uint32_t *slots = calloc(n, sizeof(*slots));

    if (!slots)
        return STATUS_NO_MEMORY;
    free(set->slots);
    set->slots = slots;
    set->n_slots = n;
    for (size_t i = 0; i < set->rows.n; i++)
        slots[slot_of(set, set->rows.of[i])] = (uint32_t)i + 1;
    return STATUS_OK;
}

enum status row_set_add(struct row_set *set, int64_t row)
{
    size_t slot;

    if (2 * set->rows.n >= set->n_slots)
        TRY(grow(set));
    slot = slot_of(set, row);
    if (set->slots[slot])
        return STATUS_OK;
    TRY(row_list_add(&set->rows, row));
    set->slots[slot] = (uint32_t)set->rows.n;
    return STATUS_OK;
}
