#include "provider/object/collection/arrival_due.h"

#include "provider/base/mutant.h"
#include "provider/object/collection/arrival_due_sql.h"

enum status arrival_read(struct store *store, const char *sql,
                         struct wave *wave, bool *is_any_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(store, sql, STORE_NO_ARGS, &stmt);

    *is_any_out = found == STATUS_OK;
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    wave->first = store_int(stmt, 0);
    wave->last = store_int(stmt, 1);
    wave->rule = store_int(stmt, 2);
    return STATUS_OK;
}

/* ---- They come ---- */

/* Not if they would miss rules that were asked about others of their block. */
static bool may_join(const struct wave *wave, int64_t first)
{
    return wave->rule == 0 || MUTANT("r1-joins-late") ||
           block_number(first) > block_number(wave->first);
}

enum status arrival_request(struct store *store, int64_t first, int64_t last)
{
    struct wave wave;
    bool is_any;

    TRY(arrival_read(store, SQL_WAITING_LAST, &wave, &is_any));
    if (is_any && first > wave.first && may_join(&wave, first))
        return store_run_with(
            store, SQL_WAITING_EXTEND,
            STORE_ARGS(STORE_INT(wave.first), STORE_INT(last)));
    return store_run_with(store, SQL_WAITING_PUT,
                          STORE_ARGS(STORE_INT(first), STORE_INT(last)));
}

enum status arrival_waits(struct store *store, int64_t device, bool *is_out)
{
    return store_find_with(store, SQL_WAITING_WAITS,
                           STORE_ARGS(STORE_INT(device)), is_out);
}

enum status arrival_block(struct store *store, int64_t number,
                          struct member_block *waiting_out)
{
    const int64_t first = number * BLOCK_ROWS;
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *waiting_out = (struct member_block){{0}};
    TRY(store_prepare_with(
        store, SQL_WAITING_WITHIN,
        STORE_ARGS(STORE_INT(first), STORE_INT(first + BLOCK_ROWS - 1)),
        &stmt));
    while ((found = store_step(stmt)) == STATUS_OK)
        for (int64_t row = store_int(stmt, 0); row <= store_int(stmt, 1); row++)
            block_put(waiting_out, block_offset(row));
    return found == STATUS_END ? STATUS_OK : found;
}
