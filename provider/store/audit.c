#include "provider/store/audit.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/clock.h"
#include "provider/base/datetime.h"
#include "provider/base/log.h"
#include "provider/store/store_private.h"

enum { HASH_BYTES = 32 };

static const char *const outcomes[] = {
    [AUDIT_NONE] = "",         [AUDIT_DONE] = "done",
    [AUDIT_DENIED] = "denied", [AUDIT_REFUSED] = "refused",
    [AUDIT_FAILED] = "failed",
};

const char *audit_outcome_name(enum audit_outcome outcome)
{
    return outcomes[outcome];
}

enum audit_outcome audit_outcome_read(struct text name)
{
    for (size_t i = 1; i < ARRAY_SIZE(outcomes); i++)
        if (text_equal(name, text_of(outcomes[i])))
            return (enum audit_outcome)i;
    return AUDIT_NONE;
}

/* ---- Columns: one order for the table, the chain and the reply ---- */

enum {
    COLUMN_ID,
    COLUMN_WALL,
    COLUMN_MONO,
    COLUMN_BOOT,
    COLUMN_EVENT,
    COLUMN_USER,
    COLUMN_METHOD,
    COLUMN_LEVEL,
    COLUMN_PEER,
    COLUMN_SESSION,
    COLUMN_CLASS,
    COLUMN_KEY,
    COLUMN_OPERATION,
    COLUMN_OUTCOME,
    COLUMN_REASON,
    COLUMN_GRANT,
    COLUMN_DETAIL,
    COLUMN_MESSAGE,
    N_COLUMNS,
    COLUMN_HASH = N_COLUMNS,
};

#define AUDIT_COLUMNS                                                          \
    "id, wall_ms, mono_ms, boot, event, user, method, level, peer, session,"   \
    " class, key, operation, outcome, reason, grant, detail, message_id, hash"

static bool is_number(int column)
{
    return column == COLUMN_ID || column == COLUMN_WALL ||
           column == COLUMN_MONO || column == COLUMN_SESSION ||
           column == COLUMN_MESSAGE;
}

/* One record, in the order of the columns. */
struct entry {
    int64_t numbers[N_COLUMNS];
    struct text texts[N_COLUMNS];
};

/* ---- The chain ---- */

static void put_u64(unsigned char bytes[8], uint64_t value)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(value >> (56 - 8 * i));
}

static void digest_drop(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

static bool add_column(EVP_MD_CTX *digest, const struct entry *entry,
                       int column)
{
    unsigned char head[8];

    if (is_number(column)) {
        put_u64(head, (uint64_t)entry->numbers[column]);
        return EVP_DigestUpdate(digest, head, sizeof(head)) == 1;
    }
    put_u64(head, entry->texts[column].size);
    return EVP_DigestUpdate(digest, head, sizeof(head)) == 1 &&
           EVP_DigestUpdate(digest, entry->texts[column].data,
                            entry->texts[column].size) == 1;
}

/*
 * SHA-256 over the hash before, then every column: numbers as 8 bytes, texts
 * behind their length as 8 bytes, so that no two records read the same.
 */
static enum status hash_entry(const unsigned char before[HASH_BYTES],
                              const struct entry *entry,
                              unsigned char hash_out[HASH_BYTES])
{
    SCOPED(digest_drop) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool ok = digest && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1 &&
              EVP_DigestUpdate(digest, before, HASH_BYTES) == 1;

    for (int column = 0; ok && column < N_COLUMNS; column++)
        ok = add_column(digest, entry, column);
    if (!ok || EVP_DigestFinal_ex(digest, hash_out, NULL) != 1)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

static enum status read_head(struct store *store, int64_t *id_out,
                             unsigned char hash_out[HASH_BYTES])
{
    static const char sql[] = "SELECT id, hash FROM audit_head";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    struct text hash;

    TRY(store_prepare(store, sql, &stmt));
    found = store_step(stmt);
    if (found == STATUS_OK) {
        hash = store_text(stmt, 1);
        if (hash.size == HASH_BYTES) {
            memcpy(hash_out, hash.data, HASH_BYTES);
            *id_out = store_int(stmt, 0);
            return STATUS_OK;
        }
    } else if (found != STATUS_END) {
        return found;
    }
    log_error("audit.no_head why=%s", "the end of the chain is unknown");
    return STATUS_UNAVAILABLE;
}

static enum status write_head(struct store *store, int64_t id,
                              const unsigned char hash[HASH_BYTES])
{
    static const char sql[] = "UPDATE audit_head SET id = ?1, hash = ?2";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, id);
    store_bind_blob(stmt, 2, (struct text){(const char *)hash, HASH_BYTES});
    return store_run(stmt);
}

/* ---- Appending ---- */

static void fill_entry(struct entry *entry, const struct store *store,
                       const struct audit_record *record)
{
    entry->numbers[COLUMN_WALL] = clock_wall_ms();
    entry->numbers[COLUMN_MONO] = clock_mono_ms();
    entry->texts[COLUMN_BOOT] = text_of(store->boot_id);
    entry->texts[COLUMN_EVENT] = text_of(record->event);
    entry->texts[COLUMN_USER] = record->user;
    entry->texts[COLUMN_METHOD] = record->method;
    entry->texts[COLUMN_LEVEL] = record->level;
    entry->texts[COLUMN_PEER] = record->peer;
    entry->numbers[COLUMN_SESSION] = (int64_t)record->session;
    entry->texts[COLUMN_CLASS] = record->class_name;
    entry->texts[COLUMN_KEY] = record->key;
    entry->texts[COLUMN_OPERATION] = record->operation;
    entry->texts[COLUMN_OUTCOME] = text_of(audit_outcome_name(record->outcome));
    entry->texts[COLUMN_REASON] = record->reason;
    entry->texts[COLUMN_GRANT] = record->grant;
    entry->texts[COLUMN_DETAIL] = record->detail;
    entry->numbers[COLUMN_MESSAGE] = record->message_id;
}

static enum status write_entry(struct store *store, const struct entry *entry,
                               const unsigned char hash[HASH_BYTES])
{
    static const char sql[] =
        "INSERT INTO audit (" AUDIT_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5,"
        " ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, sql, &stmt));
    for (int column = 0; column < N_COLUMNS; column++) {
        if (is_number(column))
            store_bind_int(stmt, column + 1, entry->numbers[column]);
        else
            store_bind_text(stmt, column + 1, entry->texts[column]);
    }
    store_bind_blob(stmt, COLUMN_HASH + 1,
                    (struct text){(const char *)hash, HASH_BYTES});
    return store_run(stmt);
}

/* A record without the head that names it would refuse every later one. */
static enum status append(struct store *store, const struct entry *entry,
                          const unsigned char hash[HASH_BYTES])
{
    TRY(write_entry(store, entry, hash));
    return write_head(store, entry->numbers[COLUMN_ID], hash);
}

enum status audit_append(struct store *store, const struct audit_record *record,
                         int64_t *id_out)
{
    unsigned char hash[HASH_BYTES];
    enum status status;
    struct entry entry = {0};
    int64_t last;

    if (!store->is_writing || record->outcome == AUDIT_NONE)
        return STATUS_INVALID;
    TRY(read_head(store, &last, hash));
    fill_entry(&entry, store, record);
    entry.numbers[COLUMN_ID] = last + 1;
    TRY(hash_entry(hash, &entry, hash));
    TRY(store_part_begin(store));
    status = append(store, &entry, hash);
    if (status == STATUS_OK)
        status = store_part_keep(store);
    if (status != STATUS_OK && store_part_undo(store) != STATUS_OK)
        store->is_torn = true;
    TRY(status);
    *id_out = last + 1;
    return STATUS_OK;
}

/* ---- Listing ---- */

/* RFC 3339 with milliseconds. */
static void write_time(struct json_writer *result, int64_t wall_ms)
{
    char seconds[DATETIME_BYTES];
    char text[DATETIME_BYTES + 8];

    datetime_write(wall_ms / 1000, seconds);
    snprintf(text, sizeof(text), "%.19s.%03dZ", seconds,
             (int)((wall_ms % 1000 + 1000) % 1000));
    writer_put_string(result, "time", text);
}

static void write_item(struct store_stmt *stmt, struct json_writer *result)
{
    static const struct {
        int column;
        const char *name;
    } texts[] = {
        {COLUMN_EVENT, "event"},   {COLUMN_USER, "user"},
        {COLUMN_METHOD, "method"}, {COLUMN_LEVEL, "level"},
        {COLUMN_PEER, "peer"},     {COLUMN_CLASS, "class"},
        {COLUMN_KEY, "key"},       {COLUMN_OPERATION, "operation"},
        {COLUMN_REASON, "reason"}, {COLUMN_GRANT, "grant"},
    };

    writer_object_begin(result);
    writer_put_int(result, "id", store_int(stmt, COLUMN_ID));
    write_time(result, store_int(stmt, COLUMN_WALL));
    writer_put_int(result, "monotonic_ms", store_int(stmt, COLUMN_MONO));
    writer_put_text(result, "boot", store_text(stmt, COLUMN_BOOT));
    writer_put_text(result, "outcome", store_text(stmt, COLUMN_OUTCOME));
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        const struct text value = store_text(stmt, texts[i].column);

        if (value.size)
            writer_put_text(result, texts[i].name, value);
    }
    if (store_int(stmt, COLUMN_SESSION))
        writer_put_int(result, "session", store_int(stmt, COLUMN_SESSION));
    if (store_int(stmt, COLUMN_MESSAGE))
        writer_put_int(result, "message_id", store_int(stmt, COLUMN_MESSAGE));
    if (store_text(stmt, COLUMN_DETAIL).size) {
        writer_key(result, "detail");
        writer_text(result, store_text(stmt, COLUMN_DETAIL));
    }
    writer_object_end(result);
}

static enum status select_records(struct store *store,
                                  const struct audit_query *query,
                                  struct store_stmt **stmt_out)
{
    static const char sql[] =
        "SELECT " AUDIT_COLUMNS " FROM audit"
        " WHERE id < ?1 AND wall_ms >= ?2 AND wall_ms < ?3"
        " AND (?4 = '' OR user = ?4) AND (?5 = '' OR outcome = ?5)"
        " AND (?6 = '' OR event = ?6) ORDER BY id DESC";

    TRY(store_prepare(store, sql, stmt_out));
    store_bind_int(*stmt_out, 1, query->after ? query->after : INT64_MAX);
    store_bind_int(*stmt_out, 2, query->since_s * 1000);
    store_bind_int(*stmt_out, 3,
                   query->until_s ? query->until_s * 1000 : INT64_MAX);
    store_bind_text(*stmt_out, 4, query->user);
    store_bind_text(*stmt_out, 5, query->outcome);
    store_bind_text(*stmt_out, 6, query->event);
    return STATUS_OK;
}

static bool is_in_time(int64_t s)
{
    return s >= 0 && s <= INT64_MAX / 1000;
}

enum status audit_list(struct store *store, const struct audit_query *query,
                       struct json_writer *result)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    int64_t last = 0;
    int64_t n = 0;

    if (query->limit < 1 || query->limit > AUDIT_LIST_MAX || query->after < 0 ||
        !is_in_time(query->since_s) || !is_in_time(query->until_s))
        return STATUS_INVALID;
    TRY(select_records(store, query, &stmt));
    writer_object_begin(result);
    writer_key(result, "items");
    writer_array_begin(result);
    while ((found = store_step(stmt)) == STATUS_OK && n < query->limit) {
        write_item(stmt, result);
        last = store_int(stmt, COLUMN_ID);
        n++;
    }
    if (found != STATUS_OK && found != STATUS_END)
        return found;
    writer_array_end(result);
    if (found == STATUS_OK) /* one more is there */
        writer_put_int(result, "next", last);
    writer_object_end(result);
    return STATUS_OK;
}

/* ---- Verifying ---- */

static void read_entry(struct store_stmt *stmt, struct entry *entry)
{
    for (int column = 0; column < N_COLUMNS; column++) {
        if (is_number(column))
            entry->numbers[column] = store_int(stmt, column);
        else
            entry->texts[column] = store_text(stmt, column);
    }
}

/* Does the record on the statement follow what came before? */
static enum status fits(struct store_stmt *stmt, int64_t id,
                        unsigned char hash[HASH_BYTES], bool *fits_out)
{
    struct entry entry = {0};
    struct text stored;

    read_entry(stmt, &entry);
    TRY(hash_entry(hash, &entry, hash));
    stored = store_text(stmt, COLUMN_HASH);
    *fits_out = entry.numbers[COLUMN_ID] == id && stored.size == HASH_BYTES &&
                memcmp(stored.data, hash, HASH_BYTES) == 0;
    return STATUS_OK;
}

/* The hash of a record, from which the ones after it go on; zeros for 0. */
static enum status hash_of(struct store *store, int64_t id,
                           unsigned char hash_out[HASH_BYTES])
{
    static const char sql[] = "SELECT hash FROM audit WHERE id = ?1";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    memset(hash_out, 0, HASH_BYTES);
    if (id == 0)
        return STATUS_OK;
    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, id);
    found = store_step(stmt);
    if (found == STATUS_OK && store_text(stmt, 0).size == HASH_BYTES)
        memcpy(hash_out, store_text(stmt, 0).data, HASH_BYTES);
    return found == STATUS_END ? STATUS_OK : found; /* then nothing fits */
}

/* Walks the records after an id, which must be whole up to the head. */
static enum status verify_after(struct store *store, int64_t after,
                                int64_t *n_out, int64_t *broken_out)
{
    static const char sql[] =
        "SELECT " AUDIT_COLUMNS " FROM audit WHERE id > ?1 ORDER BY id";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    unsigned char head[HASH_BYTES];
    unsigned char hash[HASH_BYTES];
    enum status found = STATUS_END;
    int64_t last;
    int64_t n = after;
    bool is_whole = true;

    TRY(read_head(store, &last, head));
    TRY(hash_of(store, after, hash));
    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, after > 0 ? after : INT64_MIN);
    while (is_whole && (found = store_step(stmt)) == STATUS_OK) {
        TRY(fits(stmt, n + 1, hash, &is_whole));
        n += is_whole ? 1 : 0;
    }
    if (is_whole && found != STATUS_END)
        return found;
    if (is_whole && (n != last || memcmp(head, hash, HASH_BYTES) != 0))
        is_whole = false; /* cut off, or prolonged behind our back */
    *n_out = n - after;
    *broken_out = is_whole ? 0 : n + 1;
    return STATUS_OK;
}

enum status audit_verify(struct store *store, int64_t *n_out,
                         int64_t *broken_out)
{
    return verify_after(store, 0, n_out, broken_out);
}

enum status audit_verify_tail(struct store *store, int64_t n_last,
                              int64_t *n_out, int64_t *broken_out)
{
    unsigned char head[HASH_BYTES];
    int64_t last;

    TRY(read_head(store, &last, head));
    return verify_after(store, last > n_last ? last - n_last : 0, n_out,
                        broken_out);
}

static void write_hash(const unsigned char hash[HASH_BYTES],
                       char hash_out[AUDIT_HASH_BYTES])
{
    for (size_t i = 0; i < HASH_BYTES; i++)
        snprintf(hash_out + 2 * i, 3, "%02X", hash[i]);
}

enum status audit_hash_at(struct store *store, int64_t id,
                          char hash_out[AUDIT_HASH_BYTES])
{
    unsigned char hash[HASH_BYTES];

    TRY(hash_of(store, id, hash));
    write_hash(hash, hash_out);
    return STATUS_OK;
}

enum status audit_head(struct store *store, int64_t *id_out,
                       char hash_out[AUDIT_HASH_BYTES])
{
    unsigned char hash[HASH_BYTES];

    TRY(read_head(store, id_out, hash));
    write_hash(hash, hash_out);
    return STATUS_OK;
}

/* ---- What was asked ---- */

enum status audit_visit_requests(
    struct store *store, int64_t since_s,
    enum status (*visit)(void *context, const struct audit_request *request),
    void *context)
{
    static const char sql[] =
        "SELECT user, class, key, operation, level, count(*), max(wall_ms),"
        " CASE WHEN json_valid(detail) THEN ifnull(json_extract(detail,"
        " '$.method'), '') ELSE '' END AS method"
        " FROM audit WHERE wall_ms >= ?1 AND event GLOB 'object.*'"
        " AND outcome IN ('done', 'denied') AND class <> '' AND operation <> ''"
        " AND user <> '' GROUP BY user, class, key, operation, level, method";
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    TRY(store_prepare(store, sql, &stmt));
    store_bind_int(stmt, 1, since_s > 0 ? since_s * 1000 : 0);
    while ((found = store_step(stmt)) == STATUS_OK) {
        const struct audit_request request = {
            .user = store_text(stmt, 0),
            .class_name = store_text(stmt, 1),
            .key = store_text(stmt, 2),
            .operation = store_text(stmt, 3),
            .level = store_text(stmt, 4),
            .times = store_int(stmt, 5),
            .last_s = store_int(stmt, 6) / 1000,
            .method = store_text(stmt, 7),
        };

        TRY(visit(context, &request));
    }
    return found == STATUS_END ? STATUS_OK : found;
}
