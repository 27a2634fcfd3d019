#include "provider/object/query/limits.h"

#include <stdlib.h>

#include "provider/base/mutant.h"
#include "provider/object/query/limits_sql.h"

/* Of one connection. */
struct limits {
    uint64_t stamp;       /* of the collections that it was read from */
    struct row_set known; /* collections */
    struct row_list of;   /* their limits: [known.rows.n] */
};

static void forget(struct limits *limits)
{
    row_set_clear(&limits->known);
    row_list_clear(&limits->of);
}

static void limits_drop(void *thing)
{
    forget(thing);
    free(thing);
}

/* NULL: nothing is remembered, for lack of memory. */
static struct limits *limits_of(struct store *store)
{
    struct limits *limits = store_kept(store, limits_drop);

    if (limits)
        return limits;
    limits = calloc(1, sizeof(*limits));
    if (limits)
        store_keep(store, limits, limits_drop);
    return limits;
}

static enum status look_up(struct store *store, int64_t collection,
                           int64_t *limit_out)
{
    const enum status found = store_int_with(
        store, SQL_LIMIT_FIND, STORE_ARGS(STORE_INT(collection)), limit_out);

    if (found == STATUS_END)
        *limit_out = 0;
    return found == STATUS_END ? STATUS_OK : found;
}

/* All or nothing: both lists are of the same collections. */
static void remember(struct limits *limits, int64_t collection, int64_t limit)
{
    if (row_list_add(&limits->of, limit) != STATUS_OK ||
        row_set_add(&limits->known, collection) != STATUS_OK)
        forget(limits);
}

enum status limit_read(struct store *store, int64_t collection,
                       int64_t *limit_out)
{
    const uint64_t stamp = store_shape_of(store, store_table_bit("collection"));
    struct limits *limits = stamp ? limits_of(store) : NULL;
    size_t place;

    if (!limits)
        return look_up(store, collection, limit_out);
    if (limits->stamp != stamp && !MUTANT("m10-limits-stay"))
        forget(limits);
    limits->stamp = stamp;
    place = row_set_find(&limits->known, collection);
    if (place != SIZE_MAX) {
        *limit_out = limits->of.of[place];
        return STATUS_OK;
    }
    TRY(look_up(store, collection, limit_out));
    remember(limits, collection, *limit_out);
    return STATUS_OK;
}
