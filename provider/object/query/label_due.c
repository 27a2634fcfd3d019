#include "provider/object/query/label_due.h"

#include "provider/object/query/label_due_sql.h"

enum status label_due_read(struct store *store, int64_t number,
                           uint64_t *words_out)
{
    int64_t words = 0;
    const enum status found = store_int_with(
        store, SQL_LABEL_DUE_READ, STORE_ARGS(STORE_INT(number)), &words);

    *words_out = found == STATUS_OK ? (uint64_t)words : 0;
    return found == STATUS_END ? STATUS_OK : found;
}

enum status label_due_write(struct store *store, int64_t number, uint64_t words)
{
    if (words == 0)
        return store_run_with(store, SQL_LABEL_DUE_DROP,
                              STORE_ARGS(STORE_INT(number)));
    return store_run_with(
        store, SQL_LABEL_DUE_WRITE,
        STORE_ARGS(STORE_INT(number), STORE_INT((int64_t)words)));
}

enum status label_due_next(struct store *store, int64_t *number_out,
                           bool *is_any_out)
{
    const enum status found =
        store_int_with(store, SQL_LABEL_DUE_NEXT, STORE_NO_ARGS, number_out);

    *is_any_out = found == STATUS_OK;
    return found == STATUS_END ? STATUS_OK : found;
}
