#include "provider/store/audit_chain.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/hex.h"
#include "provider/base/log.h"
#include "provider/store/audit_sql.h"
#include "provider/store/store_private.h"

enum {
    AUDIT_REQUESTS_VERSION = 4, /* of the store: has the later columns */
};

bool audit_column_is_number(int column)
{
    return column == COLUMN_ID || column == COLUMN_WALL ||
           column == COLUMN_MONO || column == COLUMN_SESSION ||
           column == COLUMN_MESSAGE;
}

/* ---- Hashes ---- */

static void put_u64(unsigned char bytes[8], uint64_t value)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(value >> (56 - 8 * i));
}

static void digest_drop(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

static bool add_column(EVP_MD_CTX *digest, const struct audit_entry *entry,
                       int column)
{
    unsigned char head[8];

    if (audit_column_is_number(column)) {
        put_u64(head, (uint64_t)entry->numbers[column]);
        return EVP_DigestUpdate(digest, head, sizeof(head)) == 1;
    }
    put_u64(head, entry->texts[column].size);
    return EVP_DigestUpdate(digest, head, sizeof(head)) == 1 &&
           EVP_DigestUpdate(digest, entry->texts[column].data,
                            entry->texts[column].size) == 1;
}

/* Records that were made before there were more columns have none of them. */
static int n_hashed(const struct audit_entry *entry)
{
    for (int column = N_FIRST_COLUMNS; column < N_COLUMNS; column++)
        if (entry->texts[column].size > 0)
            return N_COLUMNS;
    return N_FIRST_COLUMNS;
}

/*
 * SHA-256 over the previous hash, then every column: numbers as 8 bytes, texts
 * after their length as 8 bytes, so that no two records have the same input.
 * Columns of a later version count unless all of them are empty; the number of
 * columns follows from the bytes.
 */
enum status audit_entry_sum(const unsigned char before[AUDIT_SUM_BYTES],
                            const struct audit_entry *entry,
                            unsigned char hash_out[AUDIT_SUM_BYTES])
{
    SCOPED(digest_drop) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    const int n = n_hashed(entry);
    bool ok = digest && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1 &&
              EVP_DigestUpdate(digest, before, AUDIT_SUM_BYTES) == 1;

    for (int column = 0; ok && column < n; column++)
        ok = add_column(digest, entry, column);
    if (!ok || EVP_DigestFinal_ex(digest, hash_out, NULL) != 1)
        return STATUS_NO_MEMORY;
    return STATUS_OK;
}

void audit_sum_write(const unsigned char hash[AUDIT_SUM_BYTES],
                     char hash_out[AUDIT_HASH_BYTES])
{
    hex_write_upper(hash, AUDIT_SUM_BYTES, hash_out);
}

/* Zeros for anything that is not a hash: then nothing fits. */
void audit_sum_read(const char hash[AUDIT_HASH_BYTES],
                    unsigned char hash_out[AUDIT_SUM_BYTES])
{
    memset(hash_out, 0, AUDIT_SUM_BYTES);
    for (size_t i = 0; i < AUDIT_SUM_BYTES; i++) {
        const char two[3] = {hash[2 * i], hash[2 * i] ? hash[2 * i + 1] : '\0',
                             '\0'};
        unsigned value;

        if (sscanf(two, "%2x", &value) != 1)
            return;
        hash_out[i] = (unsigned char)value;
    }
}

/* ---- The head ---- */

static enum status read_head(struct store *store, int64_t *id_out,
                             unsigned char hash_out[AUDIT_SUM_BYTES])
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;
    struct text hash;

    found = store_row_with(store, SQL_AUDIT_HEAD_FIND, STORE_NO_ARGS, &stmt);
    if (found == STATUS_OK) {
        hash = store_text(stmt, 1);
        if (hash.size == AUDIT_SUM_BYTES) {
            memcpy(hash_out, hash.data, AUDIT_SUM_BYTES);
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
                              const unsigned char hash[AUDIT_SUM_BYTES])
{
    const struct text bytes = {(const char *)hash, AUDIT_SUM_BYTES};

    return store_run_with(store, SQL_AUDIT_HEAD_PUT,
                          STORE_ARGS(STORE_INT(id), STORE_BLOB(bytes)));
}

/* ---- Appending ---- */

static enum status write_entry(struct store *store,
                               const struct audit_entry *entry,
                               const unsigned char hash[AUDIT_SUM_BYTES])
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;

    TRY(store_prepare(store, SQL_AUDIT_ADD, &stmt));
    for (int column = 0; column < N_COLUMNS; column++) {
        if (audit_column_is_number(column))
            store_bind_int(stmt, column + 1, entry->numbers[column]);
        else
            store_bind_text(stmt, column + 1, entry->texts[column]);
    }
    store_bind_blob(stmt, COLUMN_HASH + 1,
                    (struct text){(const char *)hash, AUDIT_SUM_BYTES});
    return store_run(stmt);
}

/* A record without an updated head would make every later one refused. */
static enum status append(struct store *store, const struct audit_entry *entry,
                          const unsigned char hash[AUDIT_SUM_BYTES])
{
    TRY(write_entry(store, entry, hash));
    return write_head(store, entry->numbers[COLUMN_ID], hash);
}

enum status audit_chain_append(struct store *store, struct audit_entry *entry)
{
    unsigned char hash[AUDIT_SUM_BYTES];
    enum status status;
    int64_t last;

    TRY(read_head(store, &last, hash));
    entry->numbers[COLUMN_ID] = last + 1;
    TRY(audit_entry_sum(hash, entry, hash));
    TRY(store_part_begin(store));
    status = append(store, entry, hash);
    if (status == STATUS_OK)
        status = store_part_keep(store);
    if (status != STATUS_OK && store_part_undo(store) != STATUS_OK)
        store->is_torn = true;
    return status;
}

/* ---- Verifying ---- */

void audit_entry_read(struct store_stmt *stmt, struct audit_entry *entry)
{
    for (int column = 0; column < N_COLUMNS; column++) {
        if (audit_column_is_number(column))
            entry->numbers[column] = store_int(stmt, column);
        else
            entry->texts[column] = store_text(stmt, column);
    }
}

/* Does the record on the statement follow the previous one? */
static enum status fits(struct store_stmt *stmt, int64_t id,
                        unsigned char hash[AUDIT_SUM_BYTES], bool *fits_out)
{
    struct audit_entry entry = {0};
    struct text stored;

    audit_entry_read(stmt, &entry);
    TRY(audit_entry_sum(hash, &entry, hash));
    stored = store_text(stmt, COLUMN_HASH);
    *fits_out = entry.numbers[COLUMN_ID] == id &&
                stored.size == AUDIT_SUM_BYTES &&
                memcmp(stored.data, hash, AUDIT_SUM_BYTES) == 0;
    return STATUS_OK;
}

/* The hash of a record, which the next one continues; zeros for 0. */
static enum status hash_of(struct store *store, int64_t id,
                           unsigned char hash_out[AUDIT_SUM_BYTES])
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    enum status found;

    memset(hash_out, 0, AUDIT_SUM_BYTES);
    if (id == 0)
        return STATUS_OK;
    found =
        store_row_with(store, SQL_AUDIT_HASH, STORE_ARGS(STORE_INT(id)), &stmt);
    if (found == STATUS_OK && store_text(stmt, 0).size == AUDIT_SUM_BYTES)
        memcpy(hash_out, store_text(stmt, 0).data, AUDIT_SUM_BYTES);
    return found == STATUS_END ? STATUS_OK : found; /* then nothing fits */
}

/* The hash that the first record after the id continues. */
static enum status hash_before(struct store *store,
                               const struct audit_start *start, int64_t id,
                               unsigned char hash_out[AUDIT_SUM_BYTES])
{
    if (start && start->id > 0 && start->id == id) {
        audit_sum_read(start->hash, hash_out);
        return STATUS_OK;
    }
    return hash_of(store, id, hash_out);
}

enum status audit_select_after(struct store *store, int64_t after,
                               int64_t n_max, struct store_stmt **stmt_out)
{
    const char *sql = store->version < AUDIT_REQUESTS_VERSION
                          ? SQL_AUDIT_AFTER_FIRST
                          : SQL_AUDIT_AFTER;

    return store_prepare_with(
        store, sql, STORE_ARGS(STORE_INT(after), STORE_INT(n_max)), stmt_out);
}

/* Walks the records after an id, which must be intact up to the head. */
static enum status verify_after(struct store *store,
                                const struct audit_start *start, int64_t after,
                                int64_t *n_out, int64_t *broken_out)
{
    const bool is_first = after == (start ? start->id : 0);
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    unsigned char head[AUDIT_SUM_BYTES];
    unsigned char hash[AUDIT_SUM_BYTES];
    enum status found = STATUS_END;
    int64_t last;
    int64_t n = after;
    bool is_whole = true;

    TRY(read_head(store, &last, head));
    TRY(hash_before(store, start, after, hash));
    /* From the beginning: with what stands before the first one, too. */
    TRY(audit_select_after(store, is_first ? INT64_MIN : after, -1, &stmt));
    while (is_whole && (found = store_step(stmt)) == STATUS_OK) {
        TRY(fits(stmt, n + 1, hash, &is_whole));
        n += is_whole ? 1 : 0;
    }
    if (is_whole && found != STATUS_END)
        return found;
    if (is_whole && (n != last || memcmp(head, hash, AUDIT_SUM_BYTES) != 0))
        is_whole = false; /* truncated, or extended by another program */
    *n_out = n - after;
    *broken_out = is_whole ? 0 : n + 1;
    return STATUS_OK;
}

enum status audit_verify(struct store *store, const struct audit_start *start,
                         int64_t n_last, int64_t *n_out, int64_t *broken_out)
{
    const int64_t first = start ? start->id : 0;
    unsigned char head[AUDIT_SUM_BYTES];
    int64_t last;

    TRY(read_head(store, &last, head));
    return verify_after(store, start,
                        last - first > n_last ? last - n_last : first, n_out,
                        broken_out);
}

enum status audit_hash_at(struct store *store, int64_t id,
                          char hash_out[AUDIT_HASH_BYTES])
{
    unsigned char hash[AUDIT_SUM_BYTES];

    TRY(hash_of(store, id, hash));
    audit_sum_write(hash, hash_out);
    return STATUS_OK;
}

enum status audit_head(struct store *store, int64_t *id_out,
                       char hash_out[AUDIT_HASH_BYTES])
{
    unsigned char hash[AUDIT_SUM_BYTES];

    TRY(read_head(store, id_out, hash));
    audit_sum_write(hash, hash_out);
    return STATUS_OK;
}

enum status audit_first(struct store *store, int64_t *id_out,
                        int64_t *wall_ms_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    const enum status found =
        store_row_with(store, SQL_AUDIT_FIRST, STORE_NO_ARGS, &stmt);

    if (found != STATUS_OK)
        return found == STATUS_END ? STATUS_NOT_FOUND : found;
    *id_out = store_int(stmt, 0);
    *wall_ms_out = store_int(stmt, 1);
    return STATUS_OK;
}

enum status audit_time_at(struct store *store, int64_t id, int64_t *wall_ms_out)
{
    const enum status found = store_int_with(
        store, SQL_AUDIT_TIME, STORE_ARGS(STORE_INT(id)), wall_ms_out);

    return found == STATUS_END ? STATUS_NOT_FOUND : found;
}

/* ---- Removing from the beginning ---- */

enum status audit_delete_up_to(struct store *store, int64_t id)
{
    return store_run_with(store, SQL_AUDIT_REMOVE, STORE_ARGS(STORE_INT(id)));
}

static bool may_go(struct store_stmt *stmt, const struct audit_removal *removal)
{
    return store_int(stmt, COLUMN_ID) <= removal->last &&
           store_int(stmt, COLUMN_WALL) < removal->before_ms;
}

enum status audit_remove(struct store *store,
                         const struct audit_removal *removal,
                         struct audit_start *start, int64_t *n_out,
                         int64_t *broken_out)
{
    SCOPED(store_done) struct store_stmt *stmt = NULL;
    unsigned char hash[AUDIT_SUM_BYTES];
    enum status found = STATUS_END;
    int64_t id = start->id;
    bool is_whole = true;

    if (!store->is_writing)
        return STATUS_INVALID;
    TRY(hash_before(store, start, id, hash));
    TRY(audit_select_after(store, INT64_MIN, removal->n_max, &stmt));
    while ((found = store_step(stmt)) == STATUS_OK && may_go(stmt, removal)) {
        TRY(fits(stmt, id + 1, hash, &is_whole));
        if (!is_whole)
            break;
        id++;
        audit_sum_write(hash, start->hash);
    }
    if (found != STATUS_OK && found != STATUS_END)
        return found;
    store_done(&stmt);
    *broken_out = is_whole ? 0 : id + 1;
    *n_out = id - start->id;
    start->id = id;
    return *n_out > 0 ? audit_delete_up_to(store, id) : STATUS_OK;
}
