/*
 * A block as bytes: for each number, which of the lists is its own, from 1 on,
 * or 0; then the lists, each after the number of its bytes.
 */
#include "provider/object/query/label_block.h"

#include <assert.h>
#include <string.h>

#include "provider/store/bytes_function.h"

/* ---- Numbers ---- */

enum {
    NUMBER_BITS = 7,
    NUMBER_MORE = 0x80,
    NUMBER_MASK = 0x7f,
    NUMBER_BYTES = 5, /* at most */
};

static void put_number(struct buf *out, uint32_t number)
{
    char *bytes = buf_reserve(out, NUMBER_BYTES);
    size_t n = 0;

    if (!bytes)
        return;
    for (; number > NUMBER_MASK; number >>= NUMBER_BITS)
        bytes[n++] = (char)((number & NUMBER_MASK) | NUMBER_MORE);
    bytes[n++] = (char)number;
    buf_added(out, n);
}

/* False: there is none, it has more than 32 bits or more bytes than it needs:
 * a number is written in one way only. */
static bool take_number(struct text *from, uint32_t *number_out)
{
    uint64_t number = 0;

    for (unsigned bits = 0; from->size > 0 && bits < 32; bits += NUMBER_BITS) {
        const unsigned char byte = (unsigned char)*from->data;

        from->data++;
        from->size--;
        number |= (uint64_t)(byte & NUMBER_MASK) << bits;
        if (byte & NUMBER_MORE)
            continue;
        *number_out = (uint32_t)number;
        return number <= UINT32_MAX && (byte != 0 || bits == 0);
    }
    return false;
}

/* ---- Lists ---- */

enum status label_walk_next(struct label_walk *walk)
{
    uint32_t difference;

    if (walk->rest.size == 0)
        return STATUS_END;
    if (!take_number(&walk->rest, &difference) || difference == 0)
        return STATUS_INVALID;
    walk->row += difference;
    return walk->row <= UINT32_MAX ? STATUS_OK : STATUS_INVALID;
}

void label_list_append(struct buf *list, int64_t last, int64_t row)
{
    assert(row > last && row <= UINT32_MAX);
    put_number(list, (uint32_t)(row - last));
}

/* ---- Reading ---- */

/* The list that rest begins with, and what is behind it; false: it is cut off.
 */
static bool take_list(struct text *rest, struct text *list_out)
{
    uint32_t size;

    if (!take_number(rest, &size) || size > rest->size)
        return false;
    *list_out = (struct text){rest->data, size};
    rest->data += size;
    rest->size -= size;
    return true;
}

/* What is behind the numbers. */
static struct text lists_of(struct text packed)
{
    return (struct text){packed.data + LABELS_ROWS, packed.size - LABELS_ROWS};
}

static unsigned char number_of(struct text packed, size_t place)
{
    return (unsigned char)packed.data[place];
}

enum status label_block_read(struct text packed, struct label_block *block_out)
{
    struct text lists[LABELS_ROWS];
    struct text rest;
    size_t n = 0;

    memset(block_out, 0, sizeof(*block_out));
    if (packed.size == 0)
        return STATUS_OK;
    if (packed.size < LABELS_ROWS)
        return STATUS_INVALID;
    for (rest = lists_of(packed); rest.size > 0; n++)
        if (n == LABELS_ROWS || !take_list(&rest, &lists[n]))
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

/* Of one device; empty: it has none. */
static enum status find_device(struct text packed, size_t place,
                               struct text *list_out)
{
    struct text rest;
    size_t number;

    *list_out = (struct text){NULL, 0};
    if (packed.size < LABELS_ROWS)
        return STATUS_INVALID;
    number = number_of(packed, place);
    rest = lists_of(packed);
    for (size_t i = 0; i < number; i++)
        if (!take_list(&rest, list_out))
            return STATUS_INVALID;
    return STATUS_OK;
}

static enum status sql_labels(const struct store_value *args, struct buf *out)
{
    struct label_walk walk = {{NULL, 0}, 0};
    enum status found;

    TRY(find_device(args[0].bytes, (size_t)args[1].integer % LABELS_ROWS,
                    &walk.rest));
    if (walk.rest.size == 0)
        return STATUS_END;
    buf_expect(out, walk.rest.size * LABEL_BYTES);
    while ((found = label_walk_next(&walk)) == STATUS_OK)
        label_append(out, walk.row);
    return found == STATUS_END ? STATUS_OK : found;
}

enum status label_block_register(struct store *store)
{
    return store_register_bytes(store, "sms_labels", 2, sql_labels);
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
        put_number(packed_out, (uint32_t)lists[i].size);
        buf_append_text(packed_out, lists[i]);
    }
    return buf_status(packed_out);
}
