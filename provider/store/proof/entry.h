/*
 * An entry of a B-tree: the values by which it is sought, in the order that
 * SQLite keeps them in, and a keyed hash by which two sets of entries are
 * compared.
 *
 * The secret is new in each check, so nobody can choose other entries with the
 * same sum of hashes beforehand.
 */
#pragma once

#include <sqlite3.h>

#include "provider/base/buf.h"

enum {
    ENTRY_COLUMNS_MAX = 16,
    ENTRY_MAX_BYTES = 64 * 1024 * 1024,
    ENTRY_SECRET_BYTES = 16,
};

struct entry_column {
    int at; /* the column of the row that is selected */
    bool is_nocase;
    bool is_descending;
};

struct entry_shape {
    size_t n;
    size_t n_keys; /* of them, which order the entries */
    struct entry_column columns[ENTRY_COLUMNS_MAX];
};

struct entry_value {
    int kind;       /* SQLITE_INTEGER, .. */
    int64_t number; /* of an integer */
    double real;
    size_t at, size; /* of a text or bytes, in the entry's own bytes */
};

struct entry {
    struct buf bytes; /* owned: the values, so that no two entries are alike */
    struct entry_value values[ENTRY_COLUMNS_MAX];
};

/* Of entries in any order. */
struct entry_sum {
    uint64_t n;
    uint64_t hash;
};

struct entry entry_make(void);
void entry_clear(struct entry *entry);

/* The columns at which the statement stands. */
MUST_CHECK
enum status entry_read(struct entry *entry, const struct entry_shape *shape,
                       sqlite3_stmt *stmt);

/* Does it stand before the other, and is it not alike in its keys? */
bool entry_is_before(const struct entry *entry, const struct entry *other,
                     const struct entry_shape *shape);

void entry_sum_add(struct entry_sum *sum, const struct entry *entry,
                   const unsigned char secret[ENTRY_SECRET_BYTES]);
