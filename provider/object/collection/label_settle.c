#include "provider/object/collection/label_settle.h"

#include <stdlib.h>

#include "provider/object/collection/label_settle_sql.h"
#include "provider/object/collection/wide_label.h"
#include "provider/object/query/label_due.h"

/* What holds any device of a block. Zeroed: nothing. */
struct settled {
    struct row_set collections; /* ascending */
    struct row_list limits;     /* rows; 0: none */
    struct member_block *held;  /* owned: [capacity] */
    size_t capacity;
    size_t *places; /* owned: of the limits */
};

static void settled_clear(struct settled *settled)
{
    row_set_clear(&settled->collections);
    row_list_clear(&settled->limits);
    free(settled->held);
    free(settled->places);
}

static enum status make_room(struct settled *settled)
{
    const size_t n = settled->collections.rows.n;
    const size_t capacity = n ? 2 * n : 64;
    struct member_block *grown;

    if (n < settled->capacity)
        return STATUS_OK;
    grown = reallocarray(settled->held, capacity, sizeof(*grown));
    if (!grown)
        return STATUS_NO_MEMORY;
    settled->held = grown;
    settled->capacity = capacity;
    return STATUS_OK;
}

static enum status add(struct settled *settled, struct store_stmt *stmt)
{
    TRY(make_room(settled));
    TRY(member_block_unpack(store_text(stmt, 2),
                            &settled->held[settled->collections.rows.n]));
    TRY(row_list_add(&settled->limits, store_int(stmt, 1)));
    return row_set_add(&settled->collections, store_int(stmt, 0));
}

static enum status find_limits(struct settled *settled)
{
    const size_t n = settled->limits.n;

    settled->places = calloc(n + 1, sizeof(*settled->places));
    if (!settled->places)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        settled->places[i] =
            row_set_find(&settled->collections, settled->limits.of[i]);
    return STATUS_OK;
}

static enum status read_estate(struct store *store, int64_t number,
                               struct settled *settled)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(store, SQL_SETTLE_ESTATE,
                           STORE_ARGS(STORE_INT(number)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(add(settled, stmt));
    return found == STATUS_END ? find_limits(settled) : found;
}

static enum status store_labels(struct store *store,
                                const struct settled *settled, int64_t number,
                                uint64_t words)
{
    const struct wide_estate estate = {
        .collections = settled->collections.rows.of,
        .limits = settled->places,
        .held = settled->held,
        .n = settled->collections.rows.n,
    };
    struct wide_labels *labels = calloc(1, sizeof(*labels));
    enum status stored;

    if (!labels)
        return STATUS_NO_MEMORY;
    stored = wide_labels_store(labels, store, &estate, number, words);
    wide_labels_clear(labels);
    free(labels);
    return stored;
}

enum status labels_settle(struct store *store, int64_t number)
{
    SCOPED(settled_clear) struct settled settled = {.capacity = 0};
    uint64_t words;

    TRY(label_due_read(store, number, &words));
    TRY(read_estate(store, number, &settled));
    TRY(store_labels(store, &settled, number, words));
    return label_due_write(store, number, 0);
}
