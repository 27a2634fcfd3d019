/*
 * The keyed sum over all rows of the store; for this room only.
 *
 * Each row counts as SHA-256 over a secret, its table and its columns, and a
 * table is the sum of its rows modulo 2^256: adding, changing and removing a
 * row costs one or two hashes, in any order. Nobody without the secret can find
 * rows with the same sum, and the sums themselves never leave the process. A
 * change is added to the sums as SQLite makes it (preupdate hook), so no code
 * that writes can forget to, and a new table is covered at once.
 *
 * Left out: the audit, which has a chain of its own, and the seal.
 */
#pragma once

#include <openssl/evp.h>
#include <sqlite3.h>

#include "provider/base/buf.h"
#include "provider/store/seal_key.h"

enum {
    SUM_TABLES_MAX = 320, /* 150, and 100 that a site describes */
    SUM_NAME_BYTES = 48,
    SUM_HASH_BYTES = 32,
    SUM_TAG_CHARS = 16,
    SUM_TAGS_MAX_BYTES = 32 * 1024,
};

struct sum {
    char table[SUM_NAME_BYTES];
    uint64_t n_rows;
    uint64_t limbs[4];           /* the lowest first */
    char tag[SUM_TAG_CHARS + 1]; /* of these; "": not made yet */
};

struct sums {
    struct sum items[SUM_TABLES_MAX]; /* [n], by name */
    size_t n;
};

/* Hashes rows: a secret and the memory it needs. */
struct sum_hasher {
    unsigned char secret[SEAL_SECRET_BYTES];
    EVP_MD_CTX *digest; /* owned */
    struct buf row;     /* owned */
};
MUST_CHECK
enum status sum_hasher_open(struct sum_hasher *hasher,
                            const struct seal_key *key);
void sum_hasher_close(struct sum_hasher *hasher);

/* Is the table included? */
bool sum_counts(const char *table);

/* In a preupdate hook: applies the change to the sums. The hashes of the row
 * before and after it are set if there was, and is, one. */
struct sum_step {
    unsigned char before[SUM_HASH_BYTES];
    unsigned char after[SUM_HASH_BYTES];
};
MUST_CHECK
enum status sums_follow(struct sums *sums, struct sum_hasher *hasher,
                        sqlite3 *db, int operation, const char *table,
                        struct sum_step *step_out);

/* The row of a statement that selects all columns of the table. */
MUST_CHECK
enum status sum_hash_row(struct sum_hasher *hasher, const char *table,
                         sqlite3_stmt *stmt,
                         unsigned char hash_out[SUM_HASH_BYTES]);
/* The same where others stand behind the n columns of the table. */
MUST_CHECK
enum status sum_hash_columns(struct sum_hasher *hasher, const char *table,
                             sqlite3_stmt *stmt, int n,
                             unsigned char hash_out[SUM_HASH_BYTES]);
void sum_add(struct sum *sum, const unsigned char hash[SUM_HASH_BYTES]);

/* Adds the sum of some rows to that of their table. */
MUST_CHECK
enum status sums_add(struct sums *sums, const struct sum *part);

/* Adds up all rows as they are; of one table (replacing its sum), or all. */
MUST_CHECK
enum status sums_scan_table(struct sums *sums, struct sum_hasher *hasher,
                            sqlite3 *db, const char *table);
/* The same where stmt selects them. */
MUST_CHECK
enum status sums_scan_rows(struct sums *sums, struct sum_hasher *hasher,
                           const char *table, sqlite3_stmt *stmt);
MUST_CHECK
enum status sums_scan(struct sums *sums, struct sum_hasher *hasher,
                      sqlite3 *db);

/* Copies only the sums in use. */
void sums_copy(struct sums *into, const struct sums *from);

/* Keeps the table's sum as it is, unless one is kept already; putting back
 * restores all that are kept. */
MUST_CHECK
enum status sums_keep(struct sums *kept, struct sums *sums, const char *table);
MUST_CHECK
enum status sums_put_back(struct sums *sums, const struct sums *kept);

/* Does the sum equal one of those? An empty table's does if none is named. */
bool sums_has(const struct sums *sums, const struct sum *sum);
bool sums_are_equal(const struct sums *a, const struct sums *b);

/* One hash over all sums and the schema, in hexadecimal. */
MUST_CHECK
enum status sums_root(const struct sums *sums, struct sum_hasher *hasher,
                      const unsigned char schema[SUM_HASH_BYTES],
                      char hex_out[2 * SUM_HASH_BYTES + 1]);

/* Tables, views, triggers and indexes, as in the schema. */
MUST_CHECK
enum status sums_schema(struct sum_hasher *hasher, sqlite3 *db,
                        unsigned char schema_out[SUM_HASH_BYTES]);

/*
 * "admin=1f.. assignment=..": a short keyed hash of each sum, and of the
 * schema, to tell which table was changed; they prove nothing.
 */
void sums_write_tags(struct sums *sums, struct sum_hasher *hasher,
                     const unsigned char schema[SUM_HASH_BYTES],
                     struct buf *out);

/* The names whose tags differ between two such texts, separated by commas. */
void sums_name_differences(struct text before, struct text after,
                           struct buf *out);
