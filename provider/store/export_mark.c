#include "provider/store/export_mark.h"

#include "provider/store/export_mark_sql.h"

enum status export_mark_put(struct store *store, struct text user,
                            int64_t position)
{
    return store_run_with(store, SQL_EXPORT_MARK_PUT,
                          STORE_ARGS(STORE_TEXT(user), STORE_INT(position)));
}

enum status export_mark_find(struct store *store, struct text user,
                             int64_t *position_out)
{
    const enum status found =
        store_int_with(store, SQL_EXPORT_MARK_FIND,
                       STORE_ARGS(STORE_TEXT(user)), position_out);

    if (found != STATUS_END)
        return found;
    *position_out = 0;
    return STATUS_OK;
}
