#include "provider/store/used_token.h"

#include "provider/base/mutant.h"
#include "provider/store/used_token_sql.h"

/* Their number; counting them each time would cost. */
static const char number_name[] = "used_tokens";

/* A few at a time: as many as are added at once, and more. */
static enum status forget_old(struct store *store, int64_t now_s,
                              int64_t *n_tokens)
{
    TRY(store_run_with(store, SQL_USED_TOKEN_FORGET,
                       STORE_ARGS(STORE_INT(now_s))));
    *n_tokens -= store_n_changed(store);
    return STATUS_OK;
}

enum status used_token_put(struct store *store, struct text key,
                           int64_t until_s, int64_t now_s)
{
    int64_t n_tokens;
    bool is_used;

    if (MUTANT("e5-token-forgotten"))
        return STATUS_OK;
    TRY(store_find_with(store, SQL_USED_TOKEN_FIND, STORE_ARGS(STORE_BLOB(key)),
                        &is_used));
    if (is_used)
        return STATUS_CONFLICT;
    TRY(store_number(store, number_name, &n_tokens));
    TRY(forget_old(store, now_s, &n_tokens));
    if (n_tokens >= USED_TOKENS_MAX)
        return STATUS_LIMIT;
    TRY(store_run_with(store, SQL_USED_TOKEN_PUT,
                       STORE_ARGS(STORE_BLOB(key), STORE_INT(until_s))));
    return store_set_number(store, number_name, n_tokens + 1);
}
