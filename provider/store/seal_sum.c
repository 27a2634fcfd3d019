#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include "provider/store/seal_sum.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "provider/base/hex.h"
#include "provider/store/seal_sql.h"

enum {
    ROW_MAX_BYTES = 64 * 1024 * 1024,
    SQL_BYTES = SUM_NAME_BYTES + 32,
};

enum status sum_hasher_open(struct sum_hasher *hasher,
                            const struct seal_key *key)
{
    hasher->row = buf_make(ROW_MAX_BYTES);
    hasher->digest = EVP_MD_CTX_new();
    if (!hasher->digest ||
        EVP_DigestInit_ex(hasher->digest, EVP_sha256(), NULL) != 1)
        return STATUS_NO_MEMORY;
    return seal_key_derive(key, "smsprovider rows 1", hasher->secret);
}

void sum_hasher_close(struct sum_hasher *hasher)
{
    EVP_MD_CTX_free(hasher->digest);
    hasher->digest = NULL;
    buf_wipe(&hasher->row);
    explicit_bzero(hasher->secret, sizeof(hasher->secret));
}

bool sum_counts(const char *table)
{
    return strncmp(table, "sqlite_", 7) != 0 && strcmp(table, "audit") != 0 &&
           strcmp(table, "audit_head") != 0 && strcmp(table, "seal") != 0;
}

/* ---- Canonical bytes ---- */

static void put_u64(struct buf *out, uint64_t value)
{
    const uint64_t bytes = htobe64(value);

    buf_append(out, &bytes, sizeof(bytes));
}

static void put_bytes(struct buf *out, const void *data, size_t size)
{
    put_u64(out, size);
    if (size > 0)
        buf_append(out, data, size);
}

/* In one piece: there are dozens in a row. */
static void put_head(struct buf *out, int kind, uint64_t value)
{
    const uint64_t bytes = htobe64(value);
    char head[1 + sizeof(bytes)];

    head[0] = (char)('0' + kind);
    memcpy(head + 1, &bytes, sizeof(bytes));
    buf_append(out, head, sizeof(head));
}

static void put_real(struct buf *out, double real)
{
    buf_append_char(out, '0' + SQLITE_FLOAT);
    buf_append(out, &real, sizeof(real));
}

static void put_long(struct buf *out, int kind, sqlite3_value *value)
{
    const void *data = sqlite3_value_blob(value);
    const size_t size = (size_t)sqlite3_value_bytes(value);

    put_head(out, kind, size);
    if (size > 0)
        buf_append(out, data, size);
}

/* Kind and value, so that no two rows have the same input. */
static void put_value(struct buf *out, sqlite3_value *value)
{
    const int kind = sqlite3_value_type(value);

    switch (kind) {
    case SQLITE_INTEGER:
        put_head(out, kind, (uint64_t)sqlite3_value_int64(value));
        break;
    case SQLITE_FLOAT:
        put_real(out, sqlite3_value_double(value));
        break;
    case SQLITE_TEXT:
    case SQLITE_BLOB:
        put_long(out, kind, value);
        break;
    default:
        buf_append_char(out, (char)('0' + kind));
        break;
    }
}

/* The kind of the bytes comes first: 'r'ow, 's'chema, sum of a 't'able, .. */
static void begin(struct sum_hasher *hasher, char what)
{
    buf_clear(&hasher->row);
    buf_append_char(&hasher->row, what);
}

static enum status end(struct sum_hasher *hasher,
                       unsigned char hash_out[SUM_HASH_BYTES])
{
    const struct text row = buf_text(&hasher->row);

    TRY(buf_status(&hasher->row));
    return EVP_DigestInit_ex(hasher->digest, NULL, NULL) == 1 &&
                   EVP_DigestUpdate(hasher->digest, hasher->secret,
                                    sizeof(hasher->secret)) == 1 &&
                   EVP_DigestUpdate(hasher->digest, row.data, row.size) == 1 &&
                   EVP_DigestFinal_ex(hasher->digest, hash_out, NULL) == 1
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

static void begin_row(struct sum_hasher *hasher, const char *table)
{
    begin(hasher, 'r');
    put_bytes(&hasher->row, table, strlen(table));
}

/* Nulls behind the last value are left out, so that a column that is added to a
 * table, null in every row, leaves its sum as it was: values[0 .. end_at). No
 * two rows of one schema have the same bytes for that. */
static void put_column(struct buf *out, sqlite3_value *value, size_t *end_at)
{
    put_value(out, value);
    if (sqlite3_value_type(value) != SQLITE_NULL)
        *end_at = buf_text(out).size;
}

static enum status end_row(struct sum_hasher *hasher, size_t end_at,
                           unsigned char hash_out[SUM_HASH_BYTES])
{
    TRY(buf_status(&hasher->row)); /* which the next line forgets */
    buf_truncate(&hasher->row, end_at);
    return end(hasher, hash_out);
}

/* ---- Adding up ---- */

static void add_limbs(struct sum *sum, const uint64_t limbs[4])
{
    unsigned carry = 0;

    for (size_t i = 0; i < 4; i++) {
        const uint64_t made = sum->limbs[i] + carry;

        carry = made < carry;
        sum->limbs[i] = made + limbs[i];
        carry += sum->limbs[i] < limbs[i];
    }
    sum->tag[0] = '\0';
}

void sum_add(struct sum *sum, const unsigned char hash[SUM_HASH_BYTES])
{
    uint64_t limbs[4];

    memcpy(limbs, hash, sizeof(limbs));
    add_limbs(sum, limbs);
    sum->n_rows++;
}

static void take_away(struct sum *sum, const unsigned char hash[SUM_HASH_BYTES])
{
    unsigned borrow = 0;

    for (size_t i = 0; i < 4; i++) {
        uint64_t limb, made;
        unsigned lent;

        memcpy(&limb, hash + 8 * i, sizeof(limb));
        made = sum->limbs[i] - limb;
        lent = sum->limbs[i] < limb;
        sum->limbs[i] = made - borrow;
        borrow = lent + (made < borrow);
    }
    sum->n_rows--;
    sum->tag[0] = '\0';
}

/* An empty table counts as a missing one: which were touched since the start
 * must not matter. */
static bool is_empty(const struct sum *sum)
{
    return sum->n_rows == 0 && !sum->limbs[0] && !sum->limbs[1] &&
           !sum->limbs[2] && !sum->limbs[3];
}

/* Makes room: tables that were dropped stay in the sums, empty. */
static bool forget_empty(struct sums *sums)
{
    size_t n = 0;

    for (size_t i = 0; i < sums->n; i++)
        if (!is_empty(&sums->items[i]))
            sums->items[n++] = sums->items[i];
    if (n == sums->n)
        return false;
    sums->n = n;
    return true;
}

/* The sum of the table, added if missing; NULL: too many tables. */
static struct sum *find(struct sums *sums, const char *table)
{
    size_t at = 0, end = sums->n;

    while (at < end) {
        const size_t middle = at + (end - at) / 2;

        if (strcmp(sums->items[middle].table, table) < 0)
            at = middle + 1;
        else
            end = middle;
    }
    if (at < sums->n && strcmp(sums->items[at].table, table) == 0)
        return &sums->items[at];
    if (sums->n == SUM_TABLES_MAX && forget_empty(sums))
        return find(sums, table);
    if (sums->n == SUM_TABLES_MAX || strlen(table) >= SUM_NAME_BYTES)
        return NULL;
    memmove(&sums->items[at + 1], &sums->items[at],
            (sums->n - at) * sizeof(sums->items[0]));
    sums->n++;
    sums->items[at] = (struct sum){0};
    memcpy(sums->items[at].table, table, strlen(table) + 1);
    return &sums->items[at];
}

void sums_copy(struct sums *into, const struct sums *from)
{
    memcpy(into->items, from->items, from->n * sizeof(from->items[0]));
    into->n = from->n;
}

enum status sums_add(struct sums *sums, const struct sum *part)
{
    struct sum *sum = find(sums, part->table);

    if (!sum)
        return STATUS_LIMIT;
    add_limbs(sum, part->limbs);
    sum->n_rows += part->n_rows;
    return STATUS_OK;
}

enum status sums_keep(struct sums *kept, struct sums *sums, const char *table)
{
    const struct sum *sum;
    struct sum *old;

    for (size_t i = 0; i < kept->n; i++)
        if (strcmp(kept->items[i].table, table) == 0)
            return STATUS_OK;
    if (kept->n == SUM_TABLES_MAX) /* empty ones are kept too */
        return STATUS_LIMIT;
    sum = find(sums, table);
    old = find(kept, table);
    if (!sum || !old)
        return STATUS_LIMIT;
    *old = *sum;
    return STATUS_OK;
}

enum status sums_put_back(struct sums *sums, const struct sums *kept)
{
    for (size_t i = 0; i < kept->n; i++) {
        struct sum *sum = find(sums, kept->items[i].table);

        if (!sum)
            return STATUS_LIMIT;
        *sum = kept->items[i];
    }
    return STATUS_OK;
}

bool sums_has(const struct sums *sums, const struct sum *sum)
{
    for (size_t i = 0; i < sums->n; i++)
        if (strcmp(sums->items[i].table, sum->table) == 0)
            return sums->items[i].n_rows == sum->n_rows &&
                   memcmp(sums->items[i].limbs, sum->limbs,
                          sizeof(sum->limbs)) == 0;
    return is_empty(sum);
}

bool sums_are_equal(const struct sums *a, const struct sums *b)
{
    for (size_t i = 0; i < a->n; i++)
        if (!sums_has(b, &a->items[i]))
            return false;
    for (size_t i = 0; i < b->n; i++)
        if (!sums_has(a, &b->items[i]))
            return false;
    return true;
}

/* ---- Following a change ---- */

typedef int (*preupdate_value)(sqlite3 *db, int column, sqlite3_value **out);

static enum status hash_change(struct sum_hasher *hasher, sqlite3 *db,
                               const char *table, preupdate_value get,
                               unsigned char hash_out[SUM_HASH_BYTES])
{
    const int n = sqlite3_preupdate_count(db);
    size_t end_at;

    begin_row(hasher, table);
    end_at = buf_text(&hasher->row).size;
    for (int column = 0; column < n; column++) {
        sqlite3_value *value = NULL;

        if (get(db, column, &value) != SQLITE_OK || !value)
            return STATUS_NO_MEMORY;
        put_column(&hasher->row, value, &end_at);
    }
    return end_row(hasher, end_at, hash_out);
}

enum status sums_follow(struct sums *sums, struct sum_hasher *hasher,
                        sqlite3 *db, int operation, const char *table,
                        struct sum_step *step_out)
{
    struct sum *sum = find(sums, table);

    if (!sum)
        return STATUS_LIMIT;
    if (operation != SQLITE_INSERT) {
        TRY(hash_change(hasher, db, table, sqlite3_preupdate_old,
                        step_out->before));
        take_away(sum, step_out->before);
    }
    if (operation != SQLITE_DELETE) {
        TRY(hash_change(hasher, db, table, sqlite3_preupdate_new,
                        step_out->after));
        sum_add(sum, step_out->after);
    }
    return STATUS_OK;
}

/* ---- Adding up existing rows ---- */

static void stmt_drop(sqlite3_stmt **stmt)
{
    sqlite3_finalize(*stmt);
}

enum status sum_hash_columns(struct sum_hasher *hasher, const char *table,
                             sqlite3_stmt *stmt, int n,
                             unsigned char hash_out[SUM_HASH_BYTES])
{
    size_t end_at;

    begin_row(hasher, table);
    end_at = buf_text(&hasher->row).size;
    for (int column = 0; column < n; column++)
        put_column(&hasher->row, sqlite3_column_value(stmt, column), &end_at);
    return end_row(hasher, end_at, hash_out);
}

enum status sum_hash_row(struct sum_hasher *hasher, const char *table,
                         sqlite3_stmt *stmt,
                         unsigned char hash_out[SUM_HASH_BYTES])
{
    return sum_hash_columns(hasher, table, stmt, sqlite3_column_count(stmt),
                            hash_out);
}

static enum status code_status(int code)
{
    return code == SQLITE_NOMEM       ? STATUS_NO_MEMORY
           : code == SQLITE_INTERRUPT ? STATUS_LIMIT
                                      : STATUS_UNAVAILABLE;
}

static enum status prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out)
{
    const int code = sqlite3_prepare_v2(db, sql, -1, out, NULL);

    return code == SQLITE_OK ? STATUS_OK : code_status(code);
}

enum status sums_scan_rows(struct sums *sums, struct sum_hasher *hasher,
                           const char *table, sqlite3_stmt *stmt)
{
    struct sum *sum = find(sums, table);
    unsigned char hash[SUM_HASH_BYTES];
    int code;

    if (!sum)
        return STATUS_LIMIT;
    memset(sum->limbs, 0, sizeof(sum->limbs));
    sum->n_rows = 0;
    sum->tag[0] = '\0';
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        TRY(sum_hash_row(hasher, table, stmt, hash));
        sum_add(sum, hash);
    }
    return code == SQLITE_DONE ? STATUS_OK : code_status(code);
}

enum status sums_scan_table(struct sums *sums, struct sum_hasher *hasher,
                            sqlite3 *db, const char *table)
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    char sql[SQL_BYTES];

    snprintf(sql, sizeof(sql), SQL_SUM_ROWS, table);
    TRY(prepare(db, sql, &stmt));
    return sums_scan_rows(sums, hasher, table, stmt);
}

enum status sums_scan(struct sums *sums, struct sum_hasher *hasher, sqlite3 *db)
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    int code;

    memset(sums, 0, sizeof(*sums));
    TRY(prepare(db, SQL_SUM_TABLES, &stmt));
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);

        if (name && sum_counts(name))
            TRY(sums_scan_table(sums, hasher, db, name));
    }
    return code == SQLITE_DONE ? STATUS_OK : code_status(code);
}

/* ---- What is written down ---- */

static void put_sum(struct buf *out, const struct sum *sum)
{
    put_bytes(out, sum->table, strlen(sum->table));
    put_u64(out, sum->n_rows);
    for (size_t i = 0; i < 4; i++)
        put_u64(out, sum->limbs[i]);
}

enum status sums_root(const struct sums *sums, struct sum_hasher *hasher,
                      const unsigned char schema[SUM_HASH_BYTES],
                      char hex_out[2 * SUM_HASH_BYTES + 1])
{
    unsigned char hash[SUM_HASH_BYTES];

    begin(hasher, 'a');
    buf_append(&hasher->row, schema, SUM_HASH_BYTES);
    for (size_t i = 0; i < sums->n; i++)
        if (!is_empty(&sums->items[i]))
            put_sum(&hasher->row, &sums->items[i]);
    TRY(end(hasher, hash));
    hex_write(hash, sizeof(hash), hex_out);
    return STATUS_OK;
}

enum status sums_schema(struct sum_hasher *hasher, sqlite3 *db,
                        unsigned char schema_out[SUM_HASH_BYTES])
{
    SCOPED(stmt_drop) sqlite3_stmt *stmt = NULL;
    int code;

    TRY(prepare(db, SQL_SUM_SCHEMA, &stmt));
    begin(hasher, 's');
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
        for (int column = 0; column < 4; column++)
            put_value(&hasher->row, sqlite3_column_value(stmt, column));
    if (code != SQLITE_DONE)
        return code_status(code);
    return end(hasher, schema_out);
}

static enum status make_tag(struct sum_hasher *hasher,
                            char tag_out[SUM_TAG_CHARS + 1])
{
    unsigned char hash[SUM_HASH_BYTES];

    TRY(end(hasher, hash));
    hex_write(hash, SUM_TAG_CHARS / 2, tag_out);
    return STATUS_OK;
}

static void put_tag(struct buf *out, const char *name, const char *tag)
{
    buf_append_string(out, name);
    buf_append_char(out, '=');
    buf_append_string(out, tag);
    buf_append_char(out, ' ');
}

/* Most tables are as they were when the last tag was made. */
static void put_tag_of(struct buf *out, struct sum *sum,
                       struct sum_hasher *hasher)
{
    if (!sum->tag[0]) {
        begin(hasher, 't');
        put_sum(&hasher->row, sum);
        if (make_tag(hasher, sum->tag) != STATUS_OK)
            return;
    }
    put_tag(out, sum->table, sum->tag);
}

void sums_write_tags(struct sums *sums, struct sum_hasher *hasher,
                     const unsigned char schema[SUM_HASH_BYTES],
                     struct buf *out)
{
    char tag[SUM_TAG_CHARS + 1];

    begin(hasher, 'g');
    buf_append(&hasher->row, schema, SUM_HASH_BYTES);
    if (make_tag(hasher, tag) == STATUS_OK)
        put_tag(out, "(schema)", tag);
    for (size_t i = 0; i < sums->n; i++)
        if (!is_empty(&sums->items[i]))
            put_tag_of(out, &sums->items[i], hasher);
}

/* Takes "name=tag " from the front; false at the end. */
static bool next_tag(struct text *tags, struct text *tag_out)
{
    const char *end_of_tag =
        tags->size ? memchr(tags->data, ' ', tags->size) : NULL;

    if (!end_of_tag)
        return false;
    tag_out->data = tags->data;
    tag_out->size = (size_t)(end_of_tag - tags->data) + 1;
    tags->data += tag_out->size;
    tags->size -= tag_out->size;
    return true;
}

static bool has_tag(struct text tags, struct text tag)
{
    struct text other;

    while (next_tag(&tags, &other))
        if (text_equal(other, tag))
            return true;
    return false;
}

static void name_missing(struct text tags, struct text others, struct buf *out)
{
    struct text tag;

    while (next_tag(&tags, &tag)) {
        const char *sign = memchr(tag.data, '=', tag.size);
        const int length = sign ? (int)(sign - tag.data) : 0;
        char name[SUM_NAME_BYTES + 2];

        if (has_tag(others, tag) || length >= SUM_NAME_BYTES)
            continue;
        snprintf(name, sizeof(name), "%.*s", length, tag.data);
        if (out->size > 0 &&
            memmem(buf_text(out).data, out->size, name, strlen(name)))
            continue; /* named already */
        buf_append_format(out, "%s%s", out->size ? ", " : "", name);
    }
}

void sums_name_differences(struct text before, struct text after,
                           struct buf *out)
{
    name_missing(before, after, out);
    name_missing(after, before, out);
}
