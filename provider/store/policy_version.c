#include "provider/store/policy_version.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "provider/base/datetime.h"

enum { HASH_BYTES = 32 };

/* ---- Files ---- */

static enum status hash_text(struct text text, unsigned char hash[HASH_BYTES])
{
    return EVP_Digest(text.data ? text.data : "", text.size, hash, NULL,
                      EVP_sha256(), NULL) == 1
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

/* The row of a text, which is made when it is new. */
static enum status put_text(struct store *store, struct text text,
                            int64_t *row_out)
{
    static const char find[] = "SELECT row FROM policy_text WHERE sha256 = ?1";
    static const char add[] =
        "INSERT INTO policy_text (sha256, size, text) VALUES (?1, ?2, ?3)";
    SCOPED(store_done) struct store_stmt *found = NULL;
    SCOPED(store_done) struct store_stmt *added = NULL;
    unsigned char hash[HASH_BYTES];
    const struct text key = {(const char *)hash, sizeof(hash)};
    enum status status;

    TRY(hash_text(text, hash));
    TRY(store_prepare(store, find, &found));
    store_bind_blob(found, 1, key);
    status = store_step(found);
    if (status == STATUS_OK) {
        *row_out = store_int(found, 0);
        return STATUS_OK;
    }
    if (status != STATUS_END)
        return status;
    TRY(store_prepare(store, add, &added));
    store_bind_blob(added, 1, key);
    store_bind_int(added, 2, (int64_t)text.size);
    store_bind_text(added, 3, text);
    TRY(store_run(added));
    *row_out = store_last_row(store);
    return STATUS_OK;
}

enum status policy_files_put(struct store *store, const char *digest,
                             const struct policy_file *files, size_t n_files)
{
    static const char sql[] = "INSERT OR IGNORE INTO policy_file"
                              " (digest, name, text) VALUES (?1, ?2, ?3)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    for (size_t i = 0; i < n_files; i++) {
        int64_t row;

        TRY(put_text(store, files[i].text, &row));
        store_bind_text(stmt, 1, text_of(digest));
        store_bind_text(stmt, 2, files[i].name);
        store_bind_int(stmt, 3, row);
        TRY(store_run(stmt));
    }
    return STATUS_OK;
}

enum status policy_files_visit(struct store *store, const char *digest,
                               enum status (*visit)(void *context,
                                                    struct policy_file file),
                               void *context)
{
    static const char sql[] =
        "SELECT f.name, t.text FROM policy_file f"
        " JOIN policy_text t ON t.row = f.text WHERE f.digest = ?1"
        " ORDER BY f.name";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    size_t n = 0;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(digest));
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
    static const char files[] =
        "DELETE FROM policy_file WHERE digest = ?1 AND NOT EXISTS"
        " (SELECT 1 FROM policy_version v WHERE v.digest = ?1) AND NOT EXISTS"
        " (SELECT 1 FROM policy_waiting w WHERE w.digest = ?1)";
    static const char texts[] = "DELETE FROM policy_text WHERE row NOT IN"
                                " (SELECT text FROM policy_file)";
    SCOPED(store_done) struct store_stmt *drop = NULL;
    SCOPED(store_done) struct store_stmt *sweep = NULL;

    TRY(store_prepare(store, files, &drop));
    store_bind_text(drop, 1, text_of(digest));
    TRY(store_run(drop));
    TRY(store_prepare(store, texts, &sweep));
    return store_run(sweep);
}

/* ---- Versions ---- */

#define VERSION_COLUMNS                                                        \
    "number, time_s, author, approver, origin, message, digest"

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
    static const char sql[] =
        "INSERT INTO policy_version (time_s, author, approver, origin,"
        " message, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, version->time_s);
    store_bind_text(stmt, 2, text_of(version->author));
    store_bind_text(stmt, 3, text_of(version->approver));
    store_bind_text(stmt, 4, text_of(version->origin));
    store_bind_text(stmt, 5, text_of(version->message));
    store_bind_text(stmt, 6, text_of(version->digest));
    TRY(store_run(stmt));
    version->number = store_last_row(store);
    return STATUS_OK;
}

enum status policy_version_find(struct store *store, int64_t number,
                                struct policy_version *version_out)
{
    static const char sql[] =
        "SELECT " VERSION_COLUMNS " FROM policy_version WHERE number = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, number);
    found = store_step(stmt);
    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_NOT_FOUND : found;
    read_version(stmt, version_out);
    return STATUS_OK;
}

enum status policy_version_newest(struct store *store, const char *origin,
                                  struct policy_version *version_out)
{
    static const char sql[] = "SELECT " VERSION_COLUMNS
                              " FROM policy_version WHERE ?1 IN ('', origin)"
                              " ORDER BY number DESC LIMIT 1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    *version_out = (struct policy_version){0};
    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(origin ? origin : ""));
    found = store_step(stmt);
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

/* One more row than the page holds says that another page follows. */
static enum status list_rows(struct store *store, int64_t after, int64_t limit,
                             int64_t *next_out, struct json_writer *w)
{
    static const char sql[] =
        "SELECT " VERSION_COLUMNS ", (SELECT max(number) FROM policy_version)"
        " FROM policy_version WHERE ?1 = 0"
        " OR number < ?1 ORDER BY number DESC LIMIT ?2";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    struct policy_version version = {0};
    enum status found;

    *next_out = 0;
    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, after);
    store_bind_int(stmt, 2, limit + 1);
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

/* A history that was made room in must not look like a whole one. */
static enum status write_gone(struct store *store, struct json_writer *w)
{
    static const char sql[] =
        "SELECT ifnull(max(number) - count(*), 0) FROM policy_version";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    TRY(store_step(stmt));
    if (store_int(stmt, 0) > 0)
        writer_put_int(w, "gone", store_int(stmt, 0));
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

/* ---- What waits ---- */

static enum status check_room(struct store *store,
                              const struct policy_version *version)
{
    static const char sql[] =
        "SELECT count(*), ifnull(sum(author = ?2), 0), (SELECT author FROM"
        " policy_waiting WHERE digest = ?1) FROM policy_waiting"
        " WHERE digest <> ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(version->digest));
    store_bind_text(stmt, 2, text_of(version->author));
    TRY(store_step(stmt));
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
    static const char sql[] =
        "INSERT OR REPLACE INTO policy_waiting (digest, time_s, author, origin,"
        " message, plan_digest, evidence, until_s)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    const struct policy_version *version = &waiting->version;
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(check_room(store, version));
    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(version->digest));
    store_bind_int(stmt, 2, version->time_s);
    store_bind_text(stmt, 3, text_of(version->author));
    store_bind_text(stmt, 4, text_of(version->origin));
    store_bind_text(stmt, 5, text_of(version->message));
    store_bind_text(stmt, 6, text_of(waiting->plan_digest));
    store_bind_text(stmt, 7, text_of(waiting->evidence));
    store_bind_int(stmt, 8, waiting->until_s);
    return store_run(stmt);
}

enum status policy_waiting_find(struct store *store, struct text digest,
                                struct policy_waiting *waiting_out)
{
    static const char sql[] =
        "SELECT 0, time_s, author, '', origin, message, digest, plan_digest,"
        " evidence, until_s"
        " FROM policy_waiting WHERE digest = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, digest);
    found = store_step(stmt);
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
    static const char sql[] = "DELETE FROM policy_waiting WHERE digest = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_text(stmt, 1, text_of(digest));
    TRY(store_run(stmt));
    return policy_files_drop(store, digest);
}

enum status policy_waiting_list(struct store *store, struct json_writer *w)
{
    static const char sql[] = "SELECT digest, author, time_s, message"
                              " FROM policy_waiting ORDER BY time_s, digest";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, sql, &stmt));
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
