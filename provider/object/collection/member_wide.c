#include "provider/object/collection/member_wide.h"

#include <stdlib.h>
#include <string.h>

#include "provider/object/object_private.h"

void member_wide_clear(struct member_wide *wide)
{
    row_set_clear(&wide->numbers);
    free(wide->blocks);
    free(wide->is_met);
    *wide = (struct member_wide){0};
}

/* ---- One block ---- */

static enum status grow(struct member_wide *wide)
{
    const size_t capacity = wide->capacity ? 2 * wide->capacity : 16;
    struct member_block *blocks =
        reallocarray(wide->blocks, capacity, sizeof(*blocks));
    bool *is_met;

    if (!blocks)
        return STATUS_NO_MEMORY;
    wide->blocks = blocks;
    is_met = reallocarray(wide->is_met, capacity, sizeof(*is_met));
    if (!is_met)
        return STATUS_NO_MEMORY;
    wide->is_met = is_met;
    wide->capacity = capacity;
    return STATUS_OK;
}

/* It is there afterwards. */
static enum status place_of(struct member_wide *wide, int64_t number,
                            size_t *place_out)
{
    const struct row_list *rows = &wide->numbers.rows;
    size_t place = wide->last;

    if (place >= rows->n || rows->of[place] != number)
        place = row_set_find(&wide->numbers, number);
    if (place == SIZE_MAX) {
        place = rows->n;
        if (place == wide->capacity)
            TRY(grow(wide));
        TRY(row_set_add(&wide->numbers, number));
        wide->blocks[place] = (struct member_block){{0}};
    }
    *place_out = wide->last = place;
    return STATUS_OK;
}

enum status member_wide_put(struct member_wide *wide, int64_t resource)
{
    size_t place;

    TRY(place_of(wide, block_number(resource), &place));
    block_put(&wide->blocks[place], block_offset(resource));
    return STATUS_OK;
}

const struct member_block *member_wide_block(const struct member_wide *wide,
                                             int64_t number)
{
    const size_t place = row_set_find(&wide->numbers, number);

    return place == SIZE_MAX ? NULL : &wide->blocks[place];
}

static bool is_empty(const struct member_block *block)
{
    const struct member_block nothing = {{0}};

    return memcmp(block, &nothing, sizeof(nothing)) == 0;
}

/* ---- With a stored set ---- */

static void meet_none(struct member_wide *wide)
{
    if (wide->numbers.rows.n)
        memset(wide->is_met, 0, wide->numbers.rows.n * sizeof(*wide->is_met));
}

static enum status join_block(void *context, int64_t number, struct text packed)
{
    struct member_wide *wide = context;
    size_t place;

    TRY(place_of(wide, number, &place));
    return member_block_join(&wide->blocks[place], packed);
}

enum status member_wide_join(struct store *store, struct member_wide *wide,
                             struct member_set set)
{
    return member_set_each(store, set, join_block, wide);
}

/* The block of the same number, if it is known: then it is met by the packed
 * one. */
static enum status meet(struct member_wide *wide, int64_t number,
                        struct text packed, struct member_block *packed_out,
                        struct member_block **known_out)
{
    const size_t place = row_set_find(&wide->numbers, number);

    *known_out = NULL;
    if (place == SIZE_MAX)
        return STATUS_OK;
    wide->is_met[place] = true;
    *known_out = &wide->blocks[place];
    return member_block_unpack(packed, packed_out);
}

static enum status keep_block(void *context, int64_t number, struct text packed)
{
    struct member_block block;
    struct member_block *known;

    TRY(meet(context, number, packed, &block, &known));
    if (known)
        member_block_keep(known, &block);
    return STATUS_OK;
}

enum status member_wide_keep(struct store *store, struct member_wide *wide,
                             struct member_set set)
{
    meet_none(wide);
    TRY(member_set_each(store, set, keep_block, wide));
    for (size_t i = 0; i < wide->numbers.rows.n; i++)
        if (!wide->is_met[i])
            wide->blocks[i] = (struct member_block){{0}};
    return STATUS_OK;
}

static enum status drop_block(void *context, int64_t number, struct text packed)
{
    struct member_block block;
    struct member_block *known;

    TRY(meet(context, number, packed, &block, &known));
    for (size_t i = 0; known && i < BLOCK_WORDS; i++)
        known->words[i] &= ~block.words[i];
    return STATUS_OK;
}

enum status member_wide_drop(struct store *store, struct member_wide *wide,
                             struct member_set set)
{
    return member_set_each(store, set, drop_block, wide);
}

/* ---- Differences ---- */

struct comparison {
    struct member_wide *wide;
    struct row_list *numbers;
};

static enum status compare_block(void *context, int64_t number,
                                 struct text packed)
{
    const struct comparison *with = context;
    const size_t place = row_set_find(&with->wide->numbers, number);
    struct member_block block;

    TRY(member_block_unpack(packed, &block));
    if (place == SIZE_MAX)
        return row_list_add(with->numbers, number);
    with->wide->is_met[place] = true;
    return memcmp(&block, &with->wide->blocks[place], sizeof(block)) == 0
               ? STATUS_OK
               : row_list_add(with->numbers, number);
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

enum status member_wide_differ(struct store *store, struct member_wide *wide,
                               struct member_set set, struct row_list *numbers)
{
    struct comparison with = {wide, numbers};

    meet_none(wide);
    TRY(member_set_each(store, set, compare_block, &with));
    for (size_t i = 0; i < wide->numbers.rows.n; i++)
        if (!wide->is_met[i] && !is_empty(&wide->blocks[i]))
            TRY(row_list_add(numbers, wide->numbers.rows.of[i]));
    if (numbers->n)
        qsort(numbers->of, numbers->n, sizeof(*numbers->of), by_number);
    return STATUS_OK;
}
