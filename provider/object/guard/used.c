#include "provider/object/guard/used.h"

#include <stdlib.h>

#include "provider/base/mutant.h"
#include "provider/object/guard/used_sql.h"

/* Of one connection. */
struct used {
    uint64_t stamp; /* of what it was read from; 0: nothing is known */
    struct row_list rows;
    struct row_list types; /* [rows.n] */
};

static void forget(struct used *used)
{
    row_list_clear(&used->rows);
    row_list_clear(&used->types);
    used->stamp = 0;
}

static void used_drop(void *thing)
{
    forget(thing);
    free(thing);
}

static struct used *used_of(struct store *store)
{
    struct used *used = store_kept(store, used_drop);

    if (used)
        return used;
    used = calloc(1, sizeof(*used));
    if (used)
        store_keep(store, used, used_drop);
    return used;
}

/* What the statement reads; a count of members is of no account. */
static uint64_t stamp_of(const struct store *store)
{
    return store_shape_of(store, store_table_bit("assignment_collection") |
                                     store_table_bit("app_deployment") |
                                     store_table_bit("advertisement") |
                                     store_table_bit("settings_assignment") |
                                     store_table_bit("collection"));
}

static enum status read_all(struct store *store, struct used *used)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_USED_COLLECTIONS, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        TRY(row_list_add(&used->rows, store_int(stmt, 0)));
        TRY(row_list_add(&used->types, store_int(stmt, 1)));
    }
    return found == STATUS_END ? STATUS_OK : found;
}

static enum status add_beside(const struct used *from, int type,
                              const struct row_set *held, struct row_set *used)
{
    for (size_t i = 0; i < from->rows.n; i++)
        if (from->types.of[i] == type &&
            row_set_find(held, from->rows.of[i]) == SIZE_MAX)
            TRY(row_set_add(used, from->rows.of[i]));
    return STATUS_OK;
}

/* Half of it is not kept. */
static enum status refresh(struct store *store, struct used *used,
                           uint64_t stamp)
{
    enum status status;

    if (used->stamp && (used->stamp == stamp || MUTANT("g6-used-stay")))
        return STATUS_OK;
    forget(used);
    status = read_all(store, used);
    if (status == STATUS_OK)
        used->stamp = stamp;
    return status;
}

enum status used_beside(struct store *store, int type,
                        const struct row_set *held, struct row_set *used)
{
    const uint64_t stamp = stamp_of(store);
    struct used *known = used_of(store);

    if (!known)
        return STATUS_NO_MEMORY;
    TRY(refresh(store, known, stamp));
    TRY(add_beside(known, type, held, used));
    if (!stamp) /* nobody follows the tables */
        forget(known);
    return STATUS_OK;
}
