#include "provider/object/query/member_set.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "provider/object/object_private.h"
#include "provider/object/query/label_due.h"
#include "provider/object/query/limits.h"
#include "provider/object/query/member_set_sql.h"
#include "provider/object/query/set_map.h"
#include "provider/store/pair_table.h"

/* ---- A block in memory ---- */

struct member_block member_block_whole(void)
{
    struct member_block block;

    memset(&block, 0xFF, sizeof(block));
    return block;
}

void member_block_keep(struct member_block *block,
                       const struct member_block *other)
{
    for (size_t i = 0; i < BLOCK_WORDS; i++)
        block->words[i] &= other->words[i];
}

size_t block_count(const struct member_block *block)
{
    size_t n = 0;

    for (size_t i = 0; i < BLOCK_WORDS; i++)
        n += (size_t)__builtin_popcountll(block->words[i]);
    return n;
}

size_t block_read(const struct member_block *block,
                  uint16_t offsets_out[BLOCK_ROWS])
{
    size_t n = 0;

    for (size_t i = 0; i < BLOCK_WORDS; i++)
        for (uint64_t word = block->words[i]; word; word &= word - 1)
            offsets_out[n++] =
                (uint16_t)(i * 64 + (size_t)__builtin_ctzll(word));
    return n;
}

size_t block_members(const struct member_block *block, int64_t number,
                     int64_t after, int64_t members_out[BLOCK_ROWS])
{
    const int64_t base = number * BLOCK_ROWS;
    const int64_t from = after < base ? 0 : after - base + 1;
    size_t n = 0;

    for (size_t i = (size_t)from / 64; i < BLOCK_WORDS; i++) {
        uint64_t word = block->words[i];

        if (i == (size_t)from / 64)
            word &= UINT64_MAX << from % 64;
        for (; word; word &= word - 1)
            members_out[n++] =
                base + (int64_t)(i * 64) + (int64_t)__builtin_ctzll(word);
    }
    return n;
}

/* ---- A block as stored ---- */

/*
 * One byte: all of them. An even number of bytes below that of a bitmap: a list
 * of offsets, ascending, two bytes each, low byte first. Else a bitmap, words
 * low byte first.
 */
enum { BITMAP_BYTES = BLOCK_ROWS / 8, LIST_MAX = BITMAP_BYTES / 2 - 1 };

static size_t pack_list(const struct member_block *block,
                        unsigned char bytes[BITMAP_BYTES])
{
    uint16_t offsets[BLOCK_ROWS];
    const size_t n = block_read(block, offsets);

    for (size_t i = 0; i < n; i++) {
        bytes[2 * i] = (unsigned char)offsets[i];
        bytes[2 * i + 1] = (unsigned char)(offsets[i] >> 8);
    }
    return 2 * n;
}

static size_t pack(const struct member_block *block,
                   unsigned char bytes[BITMAP_BYTES])
{
    const size_t n = block_count(block);

    if (n <= LIST_MAX)
        return pack_list(block, bytes);
    if (n == BLOCK_ROWS) {
        bytes[0] = 1;
        return 1;
    }
    for (size_t i = 0; i < BITMAP_BYTES; i++)
        bytes[i] = (unsigned char)(block->words[i / 8] >> i % 8 * 8);
    return BITMAP_BYTES;
}

static enum status unpack_list(const unsigned char *bytes, size_t size,
                               struct member_block *block)
{
    for (size_t i = 0; i + 1 < size; i += 2) {
        const size_t offset = bytes[i] | (size_t)bytes[i + 1] << 8;

        if (offset >= BLOCK_ROWS)
            return STATUS_INVALID;
        block_put(block, offset);
    }
    return STATUS_OK;
}

enum status member_block_unpack(struct text packed, struct member_block *block)
{
    const unsigned char *bytes = (const unsigned char *)packed.data;

    memset(block, 0, sizeof(*block));
    if (packed.size == 1) {
        memset(block, 0xFF, sizeof(*block));
        return STATUS_OK;
    }
    if (packed.size > BITMAP_BYTES || packed.size % 2 != 0)
        return STATUS_INVALID;
    if (packed.size < BITMAP_BYTES)
        return unpack_list(bytes, packed.size, block);
    for (size_t i = 0; i < BITMAP_BYTES; i++)
        block->words[i / 8] |= (uint64_t)bytes[i] << i % 8 * 8;
    return STATUS_OK;
}

static bool list_has(const unsigned char *bytes, size_t size, size_t offset)
{
    size_t low = 0;
    size_t high = size / 2;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const size_t found = bytes[2 * middle] | (size_t)bytes[2 * middle + 1]
                                                     << 8;

        if (found == offset)
            return true;
        if (found < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool packed_has(struct text packed, size_t offset)
{
    const unsigned char *bytes = (const unsigned char *)packed.data;

    if (packed.size == 1)
        return true;
    if (packed.size == BITMAP_BYTES)
        return bytes[offset / 8] >> offset % 8 & 1;
    return list_has(bytes, packed.size, offset);
}

enum status member_block_join(struct member_block *into, struct text packed)
{
    struct member_block block;

    TRY(member_block_unpack(packed, &block));
    for (size_t i = 0; i < BLOCK_WORDS; i++)
        into->words[i] |= block.words[i];
    return STATUS_OK;
}

/* ---- Sets ---- */

static const struct set_sql {
    const char *read;
    const char *write;
    const char *drop;
    const char *blocks; /* NULL: by its map */
    const char *all;
} set_sql[] = {
    [SET_OF_COLLECTION] = {SQL_SET_READ_COLLECTION, SQL_SET_WRITE_COLLECTION,
                           SQL_SET_DROP_COLLECTION, NULL, NULL},
    [SET_OF_RULE] = {SQL_SET_READ_RULE, SQL_SET_WRITE_RULE, SQL_SET_DROP_RULE,
                     SQL_SET_BLOCKS_RULE, SQL_SET_ALL_RULE},
    [SET_OF_DELETION] = {SQL_SET_READ_DELETION, SQL_SET_WRITE_DELETION,
                         SQL_SET_DROP_DELETION, SQL_SET_BLOCKS_DELETION,
                         SQL_SET_ALL_DELETION},
};

enum status member_set_read(struct store *store, struct member_set set,
                            int64_t number, struct member_block *block)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(
        store, set_sql[set.kind].read,
        STORE_ARGS(STORE_INT(set.owner), STORE_INT(number)), &stmt);

    memset(block, 0, sizeof(*block));
    if (found == STATUS_END)
        return STATUS_OK;
    TRY(found);
    return member_block_unpack(store_text(stmt, 0), block);
}

enum status member_set_join_rule(struct store *store, int64_t rule,
                                 struct set_range range,
                                 struct member_block *blocks)
{
    const int64_t last = range.first + (int64_t)range.n - 1;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare_with(
        store, SQL_SET_SOME_RULE,
        STORE_ARGS(STORE_INT(rule), STORE_INT(range.first), STORE_INT(last)),
        &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(member_block_join(&blocks[store_int(stmt, 0) - range.first],
                              store_text(stmt, 1)));
    return found == STATUS_END ? STATUS_OK : found;
}

/* Copies that nobody keeps count too: whoever remembers a block reads it once
 * more than needed. */
enum { STAMPS = 256 };
static atomic_uint_fast64_t n_written[STAMPS];

uint64_t member_set_stamp(int64_t number)
{
    return atomic_load(&n_written[(uint64_t)number % STAMPS]);
}

enum status member_set_write(struct store *store, struct member_set set,
                             int64_t number, const struct member_block *block)
{
    unsigned char bytes[BITMAP_BYTES];
    const size_t size = pack(block, bytes);
    const struct text packed = {(const char *)bytes, size};

    atomic_fetch_add(&n_written[(uint64_t)number % STAMPS], 1);
    if (size == 0)
        return store_run_with(
            store, set_sql[set.kind].drop,
            STORE_ARGS(STORE_INT(set.owner), STORE_INT(number)));
    if (set.kind == SET_OF_COLLECTION)
        TRY(set_map_note(store, set.owner, number));
    return store_run_with(store, set_sql[set.kind].write,
                          STORE_ARGS(STORE_INT(set.owner), STORE_INT(number),
                                     STORE_BLOB(packed)));
}

static enum status each_of_map(struct store *store, int64_t collection,
                               member_block_taker take, void *context)
{
    struct set_walk walk = set_walk_from(collection, 0);
    enum status found = STATUS_OK;

    while (found == STATUS_OK) {
        SCOPED(store_done) struct store_stmt *stmt = NULL;
        int64_t number;

        found = set_walk_next(store, &walk, &number, &stmt);
        if (found == STATUS_OK)
            TRY(take(context, number, store_text(stmt, 0)));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

enum status member_set_each(struct store *store, struct member_set set,
                            member_block_taker take, void *context)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    if (!set_sql[set.kind].all)
        return each_of_map(store, set.owner, take, context);
    TRY(store_prepare_with(store, set_sql[set.kind].all,
                           STORE_ARGS(STORE_INT(set.owner)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        TRY(take(context, store_int(stmt, 0), store_text(stmt, 1)));
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status add_count(void *context, int64_t number, struct text packed)
{
    int64_t *n = context;
    struct member_block block;

    (void)number;
    TRY(member_block_unpack(packed, &block));
    *n += (int64_t)block_count(&block);
    return STATUS_OK;
}

enum status member_set_count(struct store *store, struct member_set set,
                             int64_t *n_out)
{
    *n_out = 0;
    return member_set_each(store, set, add_count, n_out);
}

static enum status add_number(void *context, int64_t number, struct text packed)
{
    (void)packed;
    return row_list_add(context, number);
}

enum status member_set_blocks(struct store *store, struct member_set set,
                              struct row_list *numbers)
{
    if (!set_sql[set.kind].blocks)
        return each_of_map(store, set.owner, add_number, numbers);
    return row_list_select(store, set_sql[set.kind].blocks,
                           STORE_ARGS(STORE_INT(set.owner)), numbers);
}

enum status member_set_has(struct store *store, struct member_set set,
                           int64_t resource, bool *has_out)
{
    struct member_block block;

    TRY(member_set_read(store, set, block_number(resource), &block));
    *has_out = block_has(&block, block_offset(resource));
    return STATUS_OK;
}

/* ---- The collections of a device ---- */

/* Above a collection, until one that is known. */
static enum status add_limits(struct store *store, int64_t collection,
                              struct row_set *collections)
{
    int64_t at = collection;

    while (row_set_find(collections, at) == SIZE_MAX) {
        TRY(row_set_add(collections, at));
        TRY(limit_read(store, at, &at));
        if (!at)
            return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status read_labels(struct store *store, int64_t resource,
                               struct row_list *labels)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(
        store, SQL_SET_LABELS, STORE_ARGS(STORE_INT(resource)), &stmt);
    struct text packed;

    if (found == STATUS_END)
        return STATUS_OK;
    TRY(found);
    packed = store_text(stmt, 0);
    for (size_t i = 0; i < label_count(LABELS_COLLECTIONS, packed); i++)
        TRY(row_list_add(labels, label_at(packed, i)));
    return STATUS_OK;
}

/* The labels do not say it yet, the sets do. */
static enum status read_holders(struct store *store, int64_t resource,
                                struct row_list *holders)
{
    return row_list_select(
        store, SQL_SET_HOLDERS,
        STORE_ARGS(STORE_INT(block_number(resource)), STORE_INT(resource)),
        holders);
}

enum status member_holders(struct store *store, int64_t resource,
                           struct row_set *collections)
{
    SCOPED(row_list_clear) struct row_list labels = {0};
    uint64_t due;

    TRY(label_due_read(store, block_number(resource), &due));
    TRY((due >> block_offset(resource) / 64 & 1 ? read_holders : read_labels)(
        store, resource, &labels));
    for (size_t i = 0; i < labels.n; i++)
        TRY(add_limits(store, labels.of[i], collections));
    return STATUS_OK;
}

/* ---- As a table ---- */

static enum status table_has(void *store, int64_t collection, int64_t resource,
                             bool *has_out)
{
    const struct member_set set = {SET_OF_COLLECTION, collection};

    return member_set_has(store, set, resource, has_out);
}

_Static_assert((int)BLOCK_ROWS <= (int)PAIR_PAGE,
               "a page has room for a block");

/* Of the next block that has any. */
static enum status table_members(void *store, int64_t collection, int64_t after,
                                 struct pair_page *page)
{
    struct set_walk walk =
        set_walk_from(collection, after < 0 ? 0 : block_number(after));

    while (page->n == 0) {
        SCOPED(store_done) struct store_stmt *stmt = NULL;
        int64_t number;
        const enum status found = set_walk_next(store, &walk, &number, &stmt);
        struct member_block block;

        if (found == STATUS_END)
            return STATUS_OK;
        TRY(found);
        TRY(member_block_unpack(store_text(stmt, 0), &block));
        page->n = block_members(&block, number, after, page->of);
    }
    return STATUS_OK;
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static enum status table_holders(struct store *store, int64_t resource,
                                 int64_t after, struct pair_page *page)
{
    SCOPED(row_set_clear) struct row_set all = {0};

    TRY(member_holders(store, resource, &all));
    if (all.rows.n)
        qsort(all.rows.of, all.rows.n, sizeof(*all.rows.of), by_number);
    for (size_t i = 0; i < all.rows.n && page->n < PAIR_PAGE; i++)
        if (all.rows.of[i] > after)
            page->of[page->n++] = all.rows.of[i];
    return STATUS_OK;
}

static enum status table_owners(void *store, int64_t resource, int64_t after,
                                struct pair_page *page)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    if (resource)
        return table_holders(store, resource, after, page);
    TRY(store_prepare_with(store, SQL_SET_COLLECTIONS,
                           STORE_ARGS(STORE_INT(after)), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        page->of[page->n++] = store_int(stmt, 0);
    return found == STATUS_END ? STATUS_OK : found;
}

/* sms_holds(members, resource): is it in the block, as stored? */
static bool sql_holds(void *context, const struct store_value *args,
                      size_t n_args)
{
    (void)context;
    return n_args == 2 &&
           packed_has(args[0].bytes, block_offset(args[1].integer));
}

enum status member_table_register(struct store *store)
{
    static const struct pair_table table = {
        .name = "collection_member",
        .owner = "collection",
        .member = "resource",
        .members = table_members,
        .has = table_has,
        .owners = table_owners,
    };

    TRY(store_register(store, "sms_holds", 2, sql_holds, NULL));
    return pair_table_register(store, &table, store);
}
