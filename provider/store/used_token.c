#include "provider/store/used_token.h"

#include "provider/base/mutant.h"

/* How many are there; counting them each time would cost. */
static const char number_name[] = "used_tokens";

/* A few at a time: as many as come at once, and more. */
static enum status forget_old(struct store *store, int64_t now_s,
                              int64_t *n_tokens)
{
    static const char sql[] =
        "DELETE FROM used_token WHERE key IN"
        " (SELECT key FROM used_token WHERE until_s < ?1 LIMIT 16)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, now_s);
    TRY(store_run(stmt));
    *n_tokens -= store_n_changed(store);
    return STATUS_OK;
}

/* STATUS_CONFLICT: it is there. */
static enum status check_new(struct store *store, struct text key)
{
    static const char sql[] = "SELECT 1 FROM used_token WHERE key = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_blob(stmt, 1, key);
    found = store_step(stmt);
    if (found == STATUS_OK)
        return STATUS_CONFLICT;
    return found == STATUS_END ? STATUS_OK : found;
}

enum status used_token_put(struct store *store, struct text key,
                           int64_t until_s, int64_t now_s)
{
    static const char sql[] =
        "INSERT INTO used_token (key, until_s) VALUES (?1, ?2)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    int64_t n_tokens;

    if (MUTANT("e5-token-forgotten"))
        return STATUS_OK;
    TRY(check_new(store, key));
    TRY(store_number(store, number_name, &n_tokens));
    TRY(forget_old(store, now_s, &n_tokens));
    if (n_tokens >= USED_TOKENS_MAX)
        return STATUS_LIMIT;
    TRY(store_prepare(store, sql, &stmt));
    store_bind_blob(stmt, 1, key);
    store_bind_int(stmt, 2, until_s);
    TRY(store_run(stmt));
    return store_set_number(store, number_name, n_tokens + 1);
}
