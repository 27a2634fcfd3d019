/*
 * A block as bytes: for each number, which of the lists is its own, from 1 on,
 * or 0; then the lists, each after the number of its labels.
 */
#include "provider/object/query/label_block.h"

#include <string.h>

/* ---- Reading ---- */

/* The list at an offset, and the offset behind it; false: it is cut off. */
static bool list_at(struct text packed, size_t *at, struct text *list_out)
{
    size_t left = packed.size - *at;
    struct text rest;
    size_t n;

    if (left < LABEL_BYTES)
        return false;
    rest = (struct text){packed.data + *at, left};
    n = label_at(rest, 0);
    left -= LABEL_BYTES;
    if (n > left / LABEL_BYTES)
        return false;
    *list_out = (struct text){packed.data + *at + LABEL_BYTES, n * LABEL_BYTES};
    *at += LABEL_BYTES + n * LABEL_BYTES;
    return true;
}

static unsigned char number_of(struct text packed, size_t place)
{
    return (unsigned char)packed.data[place];
}

enum status label_block_read(struct text packed, struct label_block *block_out)
{
    struct text lists[LABELS_ROWS];
    size_t at = LABELS_ROWS;
    size_t n = 0;

    memset(block_out, 0, sizeof(*block_out));
    if (packed.size == 0)
        return STATUS_OK;
    while (at < packed.size && n < LABELS_ROWS)
        if (!list_at(packed, &at, &lists[n++]))
            return STATUS_INVALID;
    if (at != packed.size)
        return STATUS_INVALID;
    for (size_t i = 0; i < LABELS_ROWS; i++) {
        const size_t number = number_of(packed, i);

        if (number > n)
            return STATUS_INVALID;
        if (number)
            block_out->of[i] = lists[number - 1];
    }
    return STATUS_OK;
}

/* Of one device: nothing where the block is invalid. */
static struct text sql_labels(const struct store_value *args)
{
    const struct text packed = args[0].bytes;
    struct text list = {NULL, 0};
    size_t at = LABELS_ROWS;
    size_t number;

    if (packed.size < LABELS_ROWS)
        return list;
    number = number_of(packed, (size_t)args[1].integer % LABELS_ROWS);
    if (number > LABELS_ROWS)
        return list;
    for (size_t i = 0; i < number; i++)
        if (!list_at(packed, &at, &list))
            return (struct text){NULL, 0};
    return list;
}

enum status label_block_register(struct store *store)
{
    return store_register_part(store, "sms_labels", 2, sql_labels);
}

/* ---- Writing ---- */

static size_t find_list(const struct text *lists, size_t n, struct text list)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(lists[i], list))
            return i;
    return n;
}

enum status label_block_write(const struct label_block *block,
                              struct buf *packed_out)
{
    unsigned char numbers[LABELS_ROWS] = {0};
    struct text lists[LABELS_ROWS];
    size_t n = 0;

    for (size_t i = 0; i < LABELS_ROWS; i++) {
        size_t number;

        if (block->of[i].size == 0)
            continue;
        number = find_list(lists, n, block->of[i]);
        if (number == n)
            lists[n++] = block->of[i];
        numbers[i] = (unsigned char)(number + 1);
    }
    if (n == 0)
        return STATUS_OK;
    buf_append(packed_out, numbers, sizeof(numbers));
    for (size_t i = 0; i < n; i++) {
        label_append(packed_out, (int64_t)(lists[i].size / LABEL_BYTES));
        buf_append_text(packed_out, lists[i]);
    }
    return buf_status(packed_out);
}
