#include "provider/store/kept_watch.h"

#include "provider/base/mutant.h"
#include "provider/store/kept_watch_sql.h"

enum { DAY_S = 24 * 60 * 60 };

static enum status put(struct store *store, const struct kept_watch *watch)
{
    return store_run_with(
        store, SQL_KEPT_WATCH_PUT,
        STORE_ARGS(STORE_TEXT(watch->name), STORE_TEXT(watch->user),
                   STORE_TEXT(watch->class_name), STORE_TEXT(watch->filter),
                   STORE_INT(watch->serial), STORE_INT(watch->answer),
                   STORE_INT(watch->position), STORE_INT(watch->after),
                   STORE_INT(watch->used_s), STORE_BLOB(watch->rows),
                   STORE_BLOB(watch->keys), STORE_BLOB(watch->other_rows),
                   STORE_BLOB(watch->other_keys)));
}

static enum status make_room(struct store *store,
                             const struct kept_watch *watch)
{
    TRY(store_run_with(
        store, SQL_KEPT_WATCH_CUT_OLD,
        STORE_ARGS(STORE_INT(watch->used_s - KEPT_WATCH_DAYS * DAY_S))));
    TRY(store_run_with(
        store, SQL_KEPT_WATCH_CUT_USER,
        STORE_ARGS(STORE_TEXT(watch->user), STORE_INT(KEPT_WATCHES_USER_MAX))));
    return store_run_with(store, SQL_KEPT_WATCH_CUT_ALL,
                          STORE_ARGS(STORE_INT(KEPT_WATCHES_MAX)));
}

enum status kept_watch_put(struct store *store, const struct kept_watch *watch)
{
    TRY(put(store, watch));
    return make_room(store, watch);
}

enum status kept_watch_find(struct store *store, struct text name,
                            struct text user, struct store_stmt **stmt_out,
                            struct kept_watch *watch_out)
{
    const enum status found = store_row_with(
        store, SQL_KEPT_WATCH_FIND,
        STORE_ARGS(STORE_TEXT(name), STORE_TEXT(user)), stmt_out);

    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_NOT_FOUND : found;
    *watch_out = (struct kept_watch){
        .name = name,
        .user = user,
        .class_name = store_text(*stmt_out, 0),
        .filter = store_text(*stmt_out, 1),
        .serial = store_int(*stmt_out, 2),
        .answer = store_int(*stmt_out, 3),
        .position = store_int(*stmt_out, 4),
        .after = store_int(*stmt_out, 5),
        .used_s = store_int(*stmt_out, 6),
        .rows = store_text(*stmt_out, 7),
        .keys = store_text(*stmt_out, 8),
        .other_rows = store_text(*stmt_out, 9),
        .other_keys = store_text(*stmt_out, 10),
    };
    return STATUS_OK;
}

enum status kept_watches_forget(struct store *store)
{
    return store_run_with(store, SQL_KEPT_WATCH_FORGET, STORE_NO_ARGS);
}
