#include "provider/object/query/set_map.h"

#include "provider/object/query/set_map_sql.h"

enum { PART_BLOCKS = 16 };

struct set_walk set_walk_from(int64_t collection, int64_t number)
{
    return (struct set_walk){collection, number, number};
}

/* The next blocks that are noted. */
static enum status find_part(struct store *store, struct set_walk *walk)
{
    int64_t part;

    TRY(store_int_with(store, SQL_SET_MAP_NEXT,
                       STORE_ARGS(STORE_INT(walk->collection),
                                  STORE_INT(walk->next / PART_BLOCKS)),
                       &part));
    walk->end = (part + 1) * PART_BLOCKS;
    if (walk->next < part * PART_BLOCKS)
        walk->next = part * PART_BLOCKS;
    return STATUS_OK;
}

enum status set_walk_next(struct store *store, struct set_walk *walk,
                          int64_t *number_out, struct store_stmt **stmt_out)
{
    enum status found = STATUS_END;

    while (found == STATUS_END) {
        if (walk->next >= walk->end)
            TRY(find_part(store, walk));
        *number_out = walk->next++;
        found = store_row_with(
            store, SQL_SET_MAP_READ,
            STORE_ARGS(STORE_INT(walk->collection), STORE_INT(*number_out)),
            stmt_out);
    }
    return found;
}

enum status set_map_note(struct store *store, int64_t collection,
                         int64_t number)
{
    return store_run_with(
        store, SQL_SET_MAP_NOTE,
        STORE_ARGS(STORE_INT(collection), STORE_INT(number / PART_BLOCKS)));
}

enum status set_map_forget(struct store *store, int64_t collection)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct set_walk walk = set_walk_from(collection, 0);
    int64_t number;
    const enum status found = set_walk_next(store, &walk, &number, &stmt);

    if (found == STATUS_OK)
        return STATUS_INVALID;
    if (found != STATUS_END)
        return found;
    return store_run_with(store, SQL_SET_MAP_FORGET,
                          STORE_ARGS(STORE_INT(collection)));
}
