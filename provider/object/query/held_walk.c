#include "provider/object/query/held_walk.h"

#include "provider/object/query/held_walk_sql.h"
#include "provider/object/query/order_sql.h"

bool held_place_read(struct text key, struct held_place *place_out)
{
    size_t n = 0;

    while (n < key.size && key.data[n] != '.')
        n++;
    place_out->collection = (struct text){key.data, n};
    return n > 0 && n < key.size &&
           place_number((struct text){key.data + n + 1, key.size - n - 1},
                        &place_out->resource);
}

void held_walk_clear(struct held_walk *walk)
{
    store_done(&walk->stmt);
}

enum status held_walk_begin(struct store *store, struct held_place from,
                            bool is_descending, struct held_walk *walk_out)
{
    *walk_out =
        (struct held_walk){.from = from, .is_descending = is_descending};
    return store_prepare_with(store,
                              is_descending ? SQL_HELD_DOWN : SQL_HELD_UP,
                              STORE_ARGS(STORE_TEXT(from.collection),
                                         STORE_INT((int64_t)RBAC_OP_READ)),
                              &walk_out->stmt);
}

enum status held_walk_next(struct held_walk *walk)
{
    const int64_t first = walk->is_descending ? INT64_MAX : INT64_MIN;

    TRY(store_step(walk->stmt));
    walk->collection = store_int(walk->stmt, 0);
    walk->after = text_equal(store_text(walk->stmt, 1), walk->from.collection)
                      ? walk->from.resource
                      : first;
    return STATUS_OK;
}
