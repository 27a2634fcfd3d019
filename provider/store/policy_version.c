#include "provider/store/policy_version.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "provider/base/datetime.h"
#include "provider/store/policy_sql.h"

enum { HASH_BYTES = 32 };

/* ---- Files ---- */

static enum status hash_text(struct text text, unsigned char hash[HASH_BYTES])
{
    return EVP_Digest(text.data ? text.data : "", text.size, hash, NULL,
                      EVP_sha256(), NULL) == 1
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

/* The row of a text, added if new. */
static enum status put_text(struct store *store, struct text text,
                            int64_t *row_out)
{
    unsigned char hash[HASH_BYTES];
    const struct text key = {(const char *)hash, sizeof(hash)};
    enum status status;

    TRY(hash_text(text, hash));
    status = store_int_with(store, SQL_POLICY_TEXT_FIND,
                            STORE_ARGS(STORE_BLOB(key)), row_out);
    if (status != STATUS_END)
        return status;
    TRY(store_run_with(store, SQL_POLICY_TEXT_ADD,
                       STORE_ARGS(STORE_BLOB(key),
                                  STORE_INT((int64_t)text.size),
                                  STORE_TEXT(text))));
    *row_out = store_last_row(store);
    return STATUS_OK;
}

enum status policy_files_put(struct store *store, const char *digest,
                             const struct policy_file *files, size_t n_files)
{
    for (size_t i = 0; i < n_files; i++) {
        int64_t row;

        TRY(put_text(store, files[i].text, &row));
        TRY(store_run_with(store, SQL_POLICY_FILE_PUT,
                           STORE_ARGS(STORE_TEXT(text_of(digest)),
                                      STORE_TEXT(files[i].name),
                                      STORE_INT(row))));
    }
    return STATUS_OK;
}

enum status policy_files_visit(struct store *store, const char *digest,
                               enum status (*visit)(void *context,
                                                    struct policy_file file),
                               void *context)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    size_t n = 0;

    TRY(store_prepare_with(store, SQL_POLICY_FILE_LIST,
                           STORE_ARGS(STORE_TEXT(text_of(digest))), &stmt));
    while ((found = store_step(stmt)) == STATUS_OK) {
        TRY(visit(context, (struct policy_file){store_text(stmt, 0),
                                                store_text(stmt, 1)}));
        n++;
    }
    if (found != STATUS_END)
        return found;
    return n > 0 ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status policy_files_drop(struct store *store, const char *digest)
{
    TRY(store_run_with(store, SQL_POLICY_FILE_DROP,
                       STORE_ARGS(STORE_TEXT(text_of(digest)))));
    return store_run_with(store, SQL_POLICY_TEXT_SWEEP, STORE_NO_ARGS);
}

/* ---- Versions ---- */

static void copy(char *out, size_t size, struct text text)
{
    snprintf(out, size, "%.*s", (int)text.size, text.size ? text.data : "");
}

static void read_version(struct store_stmt *stmt, struct policy_version *into)
{
    into->number = store_int(stmt, 0);
    into->time_s = store_int(stmt, 1);
    copy(into->author, sizeof(into->author), store_text(stmt, 2));
    copy(into->approver, sizeof(into->approver), store_text(stmt, 3));
    copy(into->origin, sizeof(into->origin), store_text(stmt, 4));
    copy(into->message, sizeof(into->message), store_text(stmt, 5));
    copy(into->digest, sizeof(into->digest), store_text(stmt, 6));
}

enum status policy_version_add(struct store *store,
                               struct policy_version *version)
{
    TRY(store_run_with(store, SQL_POLICY_VERSION_ADD,
                       STORE_ARGS(STORE_INT(version->time_s),
                                  STORE_TEXT(text_of(version->author)),
                                  STORE_TEXT(text_of(version->approver)),
                                  STORE_TEXT(text_of(version->origin)),
                                  STORE_TEXT(text_of(version->message)),
                                  STORE_TEXT(text_of(version->digest)))));
    version->number = store_last_row(store);
    return STATUS_OK;
}

enum status policy_version_find(struct store *store, int64_t number,
                                struct policy_version *version_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(
        store, SQL_POLICY_VERSION_FIND, STORE_ARGS(STORE_INT(number)), &stmt);

    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_NOT_FOUND : found;
    read_version(stmt, version_out);
    return STATUS_OK;
}

enum status policy_version_newest(struct store *store, const char *origin,
                                  struct policy_version *version_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *version_out = (struct policy_version){0};
    found = store_row_with(
        store, SQL_POLICY_VERSION_NEWEST,
        STORE_ARGS(STORE_TEXT(text_of(origin ? origin : ""))), &stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_OK : found;
    read_version(stmt, version_out);
    return STATUS_OK;
}

static void put_time(struct json_writer *w, int64_t time_s)
{
    char text[DATETIME_BYTES];

    datetime_write(time_s, text);
    writer_put_string(w, "time", text);
}

void policy_version_put(const struct policy_version *version,
                        struct json_writer *w)
{
    writer_put_int(w, "version", version->number);
    put_time(w, version->time_s);
    writer_put_string(w, "author", version->author);
    if (version->approver[0])
        writer_put_string(w, "approver", version->approver);
    writer_put_string(w, "origin", version->origin);
    writer_put_string(w, "digest", version->digest);
    writer_put_string(w, "message", version->message);
}

/* One row more than the page holds shows that another page follows. */
static enum status list_rows(struct store *store, int64_t after, int64_t limit,
                             int64_t *next_out, struct json_writer *w)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct policy_version version = {0};
    enum status found;

    *next_out = 0;
    TRY(store_prepare_with(store, SQL_POLICY_VERSION_LIST,
                           STORE_ARGS(STORE_INT(after), STORE_INT(limit + 1)),
                           &stmt));
    for (int64_t n = 0; (found = store_step(stmt)) == STATUS_OK; n++) {
        if (n == limit) {
            *next_out = version.number;
            break;
        }
        read_version(stmt, &version);
        writer_object_begin(w);
        policy_version_put(&version, w);
        writer_put_bool(w, "current", version.number == store_int(stmt, 7));
        writer_object_end(w);
    }
    return found == STATUS_END ? STATUS_OK : found;
}

/* A history with removed versions must not look complete. */
static enum status write_gone(struct store *store, struct json_writer *w)
{
    int64_t n;

    TRY(store_int_with(store, SQL_POLICY_VERSION_GONE, STORE_NO_ARGS, &n));
    if (n > 0)
        writer_put_int(w, "gone", n);
    return STATUS_OK;
}

enum status policy_version_list(struct store *store, int64_t after,
                                int64_t limit, struct json_writer *result)
{
    int64_t next;

    if (limit < 1 || limit > POLICY_LIST_MAX || after < 0)
        return STATUS_INVALID;
    writer_object_begin(result);
    writer_key(result, "items");
    writer_array_begin(result);
    TRY(list_rows(store, after, limit, &next, result));
    writer_array_end(result);
    if (next)
        writer_put_int(result, "next", next);
    else
        TRY(write_gone(store, result));
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- Pending ---- */

static enum status check_room(struct store *store,
                              const struct policy_version *version)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_row_with(store, SQL_POLICY_WAITING_ROOM,
                       STORE_ARGS(STORE_TEXT(text_of(version->digest)),
                                  STORE_TEXT(text_of(version->author))),
                       &stmt));
    if (!store_is_null(stmt, 2) &&
        !text_equal(store_text(stmt, 2), text_of(version->author)))
        return STATUS_CONFLICT;
    return store_int(stmt, 0) < POLICY_WAITING_MAX &&
                   store_int(stmt, 1) < POLICY_WAITING_AUTHOR_MAX
               ? STATUS_OK
               : STATUS_LIMIT;
}

enum status policy_waiting_put(struct store *store,
                               const struct policy_waiting *waiting)
{
    const struct policy_version *version = &waiting->version;

    TRY(check_room(store, version));
    return store_run_with(store, SQL_POLICY_WAITING_PUT,
                          STORE_ARGS(STORE_TEXT(text_of(version->digest)),
                                     STORE_INT(version->time_s),
                                     STORE_TEXT(text_of(version->author)),
                                     STORE_TEXT(text_of(version->origin)),
                                     STORE_TEXT(text_of(version->message)),
                                     STORE_TEXT(text_of(waiting->plan_digest)),
                                     STORE_TEXT(text_of(waiting->evidence)),
                                     STORE_INT(waiting->until_s)));
}

enum status policy_waiting_find(struct store *store, struct text digest,
                                struct policy_waiting *waiting_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found = store_row_with(
        store, SQL_POLICY_WAITING_FIND, STORE_ARGS(STORE_TEXT(digest)), &stmt);

    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_NOT_FOUND : found;
    read_version(stmt, &waiting_out->version);
    copy(waiting_out->plan_digest, sizeof(waiting_out->plan_digest),
         store_text(stmt, 7));
    copy(waiting_out->evidence, sizeof(waiting_out->evidence),
         store_text(stmt, 8));
    waiting_out->until_s = store_int(stmt, 9);
    return STATUS_OK;
}

enum status policy_waiting_drop(struct store *store, const char *digest)
{
    TRY(store_run_with(store, SQL_POLICY_WAITING_REMOVE,
                       STORE_ARGS(STORE_TEXT(text_of(digest)))));
    return policy_files_drop(store, digest);
}

enum status policy_waiting_list(struct store *store, struct json_writer *w)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, SQL_POLICY_WAITING_LIST, &stmt));
    writer_array_begin(w);
    while ((found = store_step(stmt)) == STATUS_OK) {
        writer_object_begin(w);
        writer_put_text(w, "digest", store_text(stmt, 0));
        writer_put_text(w, "author", store_text(stmt, 1));
        put_time(w, store_int(stmt, 2));
        writer_put_text(w, "message", store_text(stmt, 3));
        writer_object_end(w);
    }
    writer_array_end(w);
    return found == STATUS_END ? STATUS_OK : found;
}
