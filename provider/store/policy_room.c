#include "provider/store/policy_room.h"

#include <stdio.h>

#include "provider/base/mutant.h"
#include "provider/store/policy_sql.h"

enum status policy_room_check(struct store *store, const char *author,
                              size_t n_bytes, int64_t now_s)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    if (MUTANT("a11-version-rate"))
        return STATUS_OK;
    TRY(store_row_with(store, SQL_POLICY_VERSION_RATE,
                       STORE_ARGS(STORE_TEXT(text_of(author)),
                                  STORE_INT(now_s - POLICY_RATE_S)),
                       &stmt));
    if (store_int(stmt, 0) >= POLICY_RATE_VERSIONS)
        return STATUS_LIMIT;
    return store_int(stmt, 1) + (int64_t)n_bytes <= POLICY_RATE_BYTES
               ? STATUS_OK
               : STATUS_LIMIT;
}

static enum status is_over(struct store *store, bool *is_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(store, SQL_POLICY_VERSION_ROOM, STORE_NO_ARGS, &stmt));
    *is_out = store_int(stmt, 0) > POLICY_VERSIONS_MAX ||
              store_int(stmt, 1) > POLICY_KEPT_MAX_BYTES;
    return STATUS_OK;
}

/* The oldest that may be removed; number 0: there is none. */
static enum status find_oldest(struct store *store, int64_t *number_out,
                               char digest_out[POLICY_DIGEST_BYTES])
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *number_out = 0;
    found =
        store_row_with(store, SQL_POLICY_VERSION_OLDEST, STORE_NO_ARGS, &stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    *number_out = store_int(stmt, 0);
    snprintf(digest_out, POLICY_DIGEST_BYTES, "%.*s",
             (int)store_text(stmt, 1).size, store_text(stmt, 1).data);
    return STATUS_OK;
}

static enum status drop_version(struct store *store, int64_t number,
                                const char *digest)
{
    TRY(store_run_with(store, SQL_POLICY_VERSION_REMOVE,
                       STORE_ARGS(STORE_INT(number))));
    return policy_files_drop(store, digest);
}

enum status policy_room_make(struct store *store)
{
    for (;;) {
        char digest[POLICY_DIGEST_BYTES];
        int64_t number;
        bool is_much;

        TRY(is_over(store, &is_much));
        if (!is_much)
            return STATUS_OK;
        TRY(find_oldest(store, &number, digest));
        if (number == 0)
            return STATUS_OK;
        TRY(drop_version(store, number, digest));
    }
}
