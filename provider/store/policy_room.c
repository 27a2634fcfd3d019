#include "provider/store/policy_room.h"

#include <stdio.h>

#include "provider/base/mutant.h"

enum status policy_room_check(struct store *store, const char *author,
                              size_t n_bytes, int64_t now_s)
{
    static const char sql[] =
        "SELECT (SELECT count(*) FROM policy_version WHERE author = ?1"
        " AND time_s > ?2 AND origin <> 'directory'),"
        " (SELECT ifnull(sum(t.size), 0) FROM policy_text"
        " t WHERE t.row IN (SELECT f.text FROM policy_file f"
        " JOIN policy_version v ON v.digest = f.digest WHERE v.author = ?1"
        " AND v.time_s > ?2 AND v.origin <> 'directory'))";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    if (MUTANT("a11-version-rate"))
        return STATUS_OK;
    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(author));
    store_bind_int(stmt, 2, now_s - POLICY_RATE_S);
    TRY(store_step(stmt));
    if (store_int(stmt, 0) >= POLICY_RATE_VERSIONS)
        return STATUS_LIMIT;
    return store_int(stmt, 1) + (int64_t)n_bytes <= POLICY_RATE_BYTES
               ? STATUS_OK
               : STATUS_LIMIT;
}

static enum status is_over(struct store *store, bool *is_out)
{
    static const char sql[] = "SELECT (SELECT count(*) FROM policy_version),"
                              " (SELECT ifnull(sum(size), 0) FROM policy_text)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    TRY(store_step(stmt));
    *is_out = store_int(stmt, 0) > POLICY_VERSIONS_MAX ||
              store_int(stmt, 1) > POLICY_KEPT_MAX_BYTES;
    return STATUS_OK;
}

/* The oldest that may go; number 0: there is none. */
static enum status find_oldest(struct store *store, int64_t *number_out,
                               char digest_out[POLICY_DIGEST_BYTES])
{
    static const char sql[] =
        "SELECT number, digest FROM policy_version WHERE number NOT IN"
        " (SELECT max(number) FROM policy_version UNION ALL"
        " SELECT ifnull(max(number), 0) FROM policy_version"
        " WHERE origin = 'directory') ORDER BY number LIMIT 1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *number_out = 0;
    TRY(store_prepare(store, sql, &stmt));
    found = store_step(stmt);
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
    static const char sql[] = "DELETE FROM policy_version WHERE number = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, number);
    TRY(store_run(stmt));
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
