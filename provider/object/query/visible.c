#include "provider/object/query/visible.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/own.h"
#include "provider/object/query/member_set.h"
#include "provider/object/query/visible_sql.h"
#include "provider/object/resource.h"
#include "provider/store/pair_table.h"

/* ---- Making it ---- */

static bool is_readable(const struct visible *visible, uint32_t collection)
{
    return visible->filter->may_read(visible->filter->context,
                                     RBAC_TYPE_COLLECTION,
                                     RBAC_OP_READ_RESOURCE, &collection, 1);
}

static bool is_shown(const struct visible *visible, uint32_t collection)
{
    return visible->filter->may_read(visible->filter->context,
                                     RBAC_TYPE_COLLECTION, RBAC_OP_READ,
                                     &collection, 1);
}

static enum status make_room(struct store *store, const char *range,
                             struct visible_part *part)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    int64_t last;

    TRY(store_row_with(store, range, STORE_NO_ARGS, &stmt));
    part->first = block_number(store_int(stmt, 0));
    last = block_number(store_int(stmt, 1));
    part->n_blocks = last < part->first ? 0 : (size_t)(last - part->first + 1);
    part->blocks = calloc(part->n_blocks + 1, sizeof(*part->blocks));
    part->are_made = calloc(part->n_blocks + 1, sizeof(*part->are_made));
    return part->blocks && part->are_made ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status make_rooms(struct visible *visible)
{
    static const char *const ranges[] = {
        [RESOURCE_DEVICE] = SQL_VISIBLE_DEVICES,
        [RESOURCE_USER] = SQL_VISIBLE_USERS,
        [RESOURCE_GROUP] = SQL_VISIBLE_GROUPS,
    };

    for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
        TRY(make_room(visible->store, ranges[i], &visible->parts[i]));
    return store_int_with(visible->store, SQL_VISIBLE_N_DEVICES, STORE_NO_ARGS,
                          &visible->n_devices);
}

/* NULL: no resource of such a number exists. */
static struct visible_part *part_of(struct visible *visible, int64_t number,
                                    size_t *at_out)
{
    struct visible_part *part =
        &visible->parts[resource_kind(number * BLOCK_ROWS)];
    const int64_t at = number - part->first;

    *at_out = (size_t)at;
    return at < 0 || (uint64_t)at >= part->n_blocks ? NULL : part;
}

static enum status join_block(void *context, int64_t number, struct text packed)
{
    size_t at;
    struct visible_part *part = part_of(context, number, &at);

    return part ? member_block_join(&part->blocks[at], packed)
                : STATUS_INVALID; /* a member that is no resource */
}

static enum status join_collection(struct visible *visible, int64_t row)
{
    const struct member_set set = {SET_OF_COLLECTION, row};

    return member_set_each(visible->store, set, join_block, visible);
}

/* Of a collection that is gone nothing is visible. */
static enum status read_top(struct visible *visible, int64_t row,
                            struct visible_top *top)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(visible->store, SQL_VISIBLE_TOP,
                                             STORE_ARGS(STORE_INT(row)), &stmt);

    *top = (struct visible_top){.collection = row};
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    top->is_of_devices = store_int(stmt, 0) == COLLECTION_OF_DEVICES;
    top->n_devices = top->is_of_devices ? store_int(stmt, 1) : 0;
    return STATUS_OK;
}

/* Few are joined block by block, when one is asked about. */
static enum status add_top(struct visible *visible, int64_t row)
{
    const size_t n_before = visible->n_tops++;

    if (n_before < VISIBLE_TOPS_MAX)
        return read_top(visible, row, &visible->tops[n_before]);
    for (size_t i = 0; n_before == VISIBLE_TOPS_MAX && i < n_before; i++)
        TRY(join_collection(visible, visible->tops[i].collection));
    return join_collection(visible, row);
}

enum seen { SIGHT_UNKNOWN = 0, SIGHT_NONE, SIGHT_JOINED };

/* The topmost readable ones hold what those below hold, readable or not: these
 * are not asked about. */
static enum status look_at(struct visible *visible, uint32_t i,
                           unsigned char *sights)
{
    const struct object_map *map = visible->filter->map;
    const uint32_t limit = map->limits[i];

    sights[i] = SIGHT_JOINED;
    if (limit != RBAC_NONE && sights[limit] == SIGHT_JOINED)
        return STATUS_OK;
    if (is_readable(visible, i))
        return add_top(visible, map->of[MAP_COLLECTION].row_of[i]);
    sights[i] = SIGHT_NONE;
    return STATUS_OK;
}

/* The topmost of those above that was not looked at, or the one itself. */
static uint32_t next_above(const struct object_map *map,
                           const unsigned char *sights, uint32_t i)
{
    size_t n_left = map->of[MAP_COLLECTION].n_indexes; /* of a circle */

    while (n_left-- > 0 && map->limits[i] != RBAC_NONE &&
           sights[map->limits[i]] == SIGHT_UNKNOWN)
        i = map->limits[i];
    return i;
}

static enum status join_readable(struct visible *visible)
{
    const struct object_map *map = visible->filter->map;
    const size_t n = map->of[MAP_COLLECTION].n_indexes;
    SCOPED(memory_drop) unsigned char *sights = calloc(n + 1, 1);

    if (!sights)
        return STATUS_NO_MEMORY;
    for (uint32_t i = 0; i < n; i++)
        while (sights[i] == SIGHT_UNKNOWN)
            TRY(look_at(visible, next_above(map, sights, i), sights));
    return STATUS_OK;
}

static enum status make(struct visible *visible)
{
    if (visible->is_made)
        return visible->failed;
    visible->is_made = true;
    visible->failed = make_rooms(visible);
    if (visible->failed == STATUS_OK)
        visible->failed = join_readable(visible);
    return visible->failed;
}

/* ---- One block ---- */

static enum status join_tops(const struct visible *visible, int64_t number,
                             struct member_block *block)
{
    const bool are_devices =
        resource_kind(number * BLOCK_ROWS) == RESOURCE_DEVICE;

    for (size_t i = 0; i < visible->n_tops; i++) {
        const struct visible_top *top = &visible->tops[i];
        const struct member_set set = {SET_OF_COLLECTION, top->collection};
        struct member_block held;

        if (are_devices && !top->is_of_devices)
            continue;
        TRY(member_set_read(visible->store, set, number, &held));
        for (size_t w = 0; w < BLOCK_WORDS; w++)
            block->words[w] |= held.words[w];
    }
    return STATUS_OK;
}

/* Nothing but members of the collection that a query is limited to. */
static enum status keep_limit(const struct visible *visible, int64_t number,
                              struct member_block *block)
{
    const struct member_set set = {SET_OF_COLLECTION, visible->limit_to};
    struct member_block members;

    if (!visible->limit_to)
        return STATUS_OK;
    TRY(member_set_read(visible->store, set, number, &members));
    member_block_keep(block, &members);
    return STATUS_OK;
}

static enum status make_block(const struct visible *visible, int64_t number,
                              struct member_block *block)
{
    if (visible->n_tops <= VISIBLE_TOPS_MAX)
        TRY(join_tops(visible, number, block));
    return keep_limit(visible, number, block);
}

/* NULL: no resource of such a number exists. */
static enum status block_at(struct visible *visible, int64_t number,
                            const struct member_block **block_out)
{
    struct visible_part *part;
    size_t at;

    *block_out = NULL;
    TRY(make(visible));
    part = part_of(visible, number, &at);
    if (!part)
        return STATUS_OK;
    if (!part->are_made[at])
        visible->failed = make_block(visible, number, &part->blocks[at]);
    part->are_made[at] = true;
    *block_out = &part->blocks[at];
    return visible->failed;
}

enum status visible_count(struct visible *visible, int64_t *n_out)
{
    const struct visible_part *part = &visible->parts[RESOURCE_DEVICE];

    *n_out = 0;
    TRY(make(visible));
    for (size_t i = 0; i < part->n_blocks; i++) {
        const struct member_block *block;

        TRY(block_at(visible, part->first + (int64_t)i, &block));
        *n_out += (int64_t)block_count(block);
    }
    return STATUS_OK;
}

enum status visible_size(struct visible *visible, int64_t *n_out)
{
    size_t n_counted = 0;

    *n_out = 0;
    TRY(make(visible));
    if (visible->limit_to || visible->n_tops > VISIBLE_TOPS_MAX)
        return visible_count(visible, n_out);
    for (size_t i = 0; i < visible->n_tops; i++) {
        *n_out += visible->tops[i].n_devices;
        n_counted += visible->tops[i].n_devices > 0;
    }
    return n_counted > 1 ? visible_count(visible, n_out) : STATUS_OK;
}

/* ---- Members that are visible ---- */

struct held_count {
    struct visible *visible;
    int64_t n;
};

static enum status count_block(void *context, int64_t number,
                               struct text packed)
{
    struct held_count *count = context;
    const struct member_block *seen;
    struct member_block members;

    TRY(block_at(count->visible, number, &seen));
    if (!seen)
        return STATUS_INVALID; /* a member that is no resource */
    TRY(member_block_unpack(packed, &members));
    member_block_keep(&members, seen);
    count->n += (int64_t)block_count(&members);
    return STATUS_OK;
}

enum status visible_count_held(struct visible *visible, int64_t *n_out)
{
    const struct object_map *map = visible->filter->map;
    const size_t n = map->of[MAP_COLLECTION].n_indexes;
    struct held_count count = {.visible = visible};

    TRY(make(visible));
    for (uint32_t i = 0; i < n; i++) {
        const struct member_set set = {SET_OF_COLLECTION,
                                       map->of[MAP_COLLECTION].row_of[i]};

        if (is_shown(visible, i))
            TRY(member_set_each(visible->store, set, count_block, &count));
    }
    *n_out = count.n;
    return STATUS_OK;
}

/* ---- For SQL ---- */

static enum status has_resource(struct visible *visible, int64_t resource,
                                bool *has_out)
{
    const struct member_block *block;

    *has_out = false;
    TRY(block_at(visible, block_number(resource), &block));
    *has_out = block && block_has(block, block_offset(resource));
    return STATUS_OK;
}

/* sms_sees(resource) */
static bool sql_sees(void *context, const struct store_value *args,
                     size_t n_args)
{
    bool has;

    return n_args == 1 &&
           has_resource(context, args[0].integer, &has) == STATUS_OK && has;
}

static bool has_collection(const struct visible *visible, int64_t row)
{
    const uint32_t index =
        object_map_index(visible->filter->map, MAP_COLLECTION, row);

    return index != RBAC_NONE && is_shown(visible, index);
}

/* Rows in the map ascend. */
static enum status shown_members(const struct visible *visible, int64_t after,
                                 struct pair_page *page)
{
    const struct object_map *map = visible->filter->map;
    const size_t n = map->of[MAP_COLLECTION].n_indexes;

    for (uint32_t i = 0; i < n && page->n < PAIR_PAGE; i++) {
        const int64_t row = map->of[MAP_COLLECTION].row_of[i];

        if (row > after && is_shown(visible, i))
            page->of[page->n++] = row;
    }
    return STATUS_OK;
}

static enum status table_has(void *context, int64_t operation, int64_t resource,
                             bool *has_out)
{
    struct visible *visible = context;

    *has_out = false;
    if (operation == RBAC_OP_READ)
        *has_out = has_collection(visible, resource);
    if (operation != RBAC_OP_READ_RESOURCE)
        return STATUS_OK;
    return has_resource(visible, resource, has_out);
}

/* Of devices, those of the next block that has any. */
static enum status table_members(void *context, int64_t operation,
                                 int64_t after, struct pair_page *page)
{
    struct visible *visible = context;
    const struct visible_part *part = &visible->parts[RESOURCE_DEVICE];
    int64_t at;

    if (operation == RBAC_OP_READ)
        return shown_members(visible, after, page);
    if (operation != RBAC_OP_READ_RESOURCE)
        return STATUS_OK;
    TRY(make(visible));
    at = after < 0 ? 0 : block_number(after) - part->first;
    for (at = at < 0 ? 0 : at; (uint64_t)at < part->n_blocks && page->n == 0;
         at++) {
        const int64_t number = part->first + at;
        const struct member_block *block;

        TRY(block_at(visible, number, &block));
        page->n = block_members(block, number, after, page->of);
    }
    return STATUS_OK;
}

static enum status table_owners(void *context, int64_t resource, int64_t after,
                                struct pair_page *page)
{
    (void)context;
    (void)resource;
    if (after < RBAC_OP_READ)
        page->of[page->n++] = RBAC_OP_READ;
    if (after < RBAC_OP_READ_RESOURCE)
        page->of[page->n++] = RBAC_OP_READ_RESOURCE;
    return STATUS_OK;
}

static enum status put_table(struct visible *visible, struct store *store)
{
    static const struct pair_table table = {
        .name = "sms_visible",
        .owner = "operation",
        .member = "resource",
        .members = table_members,
        .has = table_has,
        .owners = table_owners,
    };

    return pair_table_register(store, &table, visible);
}

enum status visible_begin(struct visible *visible, struct store *store,
                          const struct object_filter *filter)
{
    *visible = (struct visible){.store = store, .filter = filter};
    TRY(store_register(store, "sms_sees", 1, NULL, NULL));
    TRY(put_table(visible, store));
    return store_register(store, "sms_sees", 1, sql_sees, visible);
}

void visible_end(struct visible *visible)
{
    /* Cannot fail: both are registered. */
    enum status ended =
        store_register(visible->store, "sms_sees", 1, NULL, NULL);

    ended = put_table(NULL, visible->store);
    (void)ended;
    for (size_t i = 0; i < N_RESOURCE_KINDS; i++) {
        free(visible->parts[i].blocks);
        free(visible->parts[i].are_made);
    }
    *visible = (struct visible){0};
}
