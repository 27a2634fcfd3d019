#include "provider/object/guard/ahead.h"

#include "provider/object/guard/ahead_sql.h"
#include "provider/object/guard/lock.h"

static enum status forget(struct store *store, int64_t now_s)
{
    TRY(store_run_with(
        store, SQL_AHEAD_LOCKS,
        STORE_ARGS(STORE_INT(now_s), STORE_INT((int64_t)LOCK_S))));
    return store_run_with(store, SQL_AHEAD_SESSIONS,
                          STORE_ARGS(STORE_INT(now_s)));
}

enum status ahead_forget(struct store *store, int64_t now_s)
{
    TRY(store_write_begin(store));
    if (forget(store, now_s) == STATUS_OK)
        return store_write_commit(store);
    store_write_rollback(store);
    return STATUS_UNAVAILABLE;
}
