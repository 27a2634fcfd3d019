#include "provider/store/proof/entry.h"

#include <endian.h>
#include <string.h>

struct entry entry_make(void)
{
    return (struct entry){.bytes = buf_make(ENTRY_MAX_BYTES)};
}

void entry_clear(struct entry *entry)
{
    buf_free(&entry->bytes);
}

/* ---- Reading ---- */

static void put_head(struct buf *out, int kind, uint64_t value)
{
    char head[1 + sizeof(value)];

    head[0] = (char)kind;
    memcpy(head + 1, &value, sizeof(value));
    buf_append(out, head, sizeof(head));
}

static void read_long(struct entry *entry, struct entry_value *value,
                      sqlite3_stmt *stmt, int column)
{
    const void *data = sqlite3_column_blob(stmt, column);

    value->size = (size_t)sqlite3_column_bytes(stmt, column);
    put_head(&entry->bytes, value->kind, value->size);
    value->at = entry->bytes.size;
    if (value->size > 0)
        buf_append(&entry->bytes, data, value->size);
}

static void read_value(struct entry *entry, struct entry_value *value,
                       sqlite3_stmt *stmt, int column)
{
    uint64_t bits;

    value->kind = sqlite3_column_type(stmt, column);
    switch (value->kind) {
    case SQLITE_INTEGER:
        value->number = sqlite3_column_int64(stmt, column);
        put_head(&entry->bytes, value->kind, (uint64_t)value->number);
        break;
    case SQLITE_FLOAT:
        value->real = sqlite3_column_double(stmt, column);
        memcpy(&bits, &value->real, sizeof(bits));
        put_head(&entry->bytes, value->kind, bits);
        break;
    case SQLITE_NULL:
        put_head(&entry->bytes, value->kind, 0);
        break;
    default:
        read_long(entry, value, stmt, column);
        break;
    }
}

enum status entry_read(struct entry *entry, const struct entry_shape *shape,
                       sqlite3_stmt *stmt)
{
    buf_clear(&entry->bytes);
    for (size_t i = 0; i < shape->n; i++)
        read_value(entry, &entry->values[i], stmt, shape->columns[i].at);
    return buf_status(&entry->bytes);
}

/* ---- The order of SQLite: nulls, numbers, texts, bytes ---- */

static int rank_of(int kind)
{
    switch (kind) {
    case SQLITE_NULL:
        return 0;
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
        return 1;
    case SQLITE_TEXT:
        return 2;
    default:
        return 3;
    }
}

/* A long double has every bit of both. */
static int compare_numbers(const struct entry_value *a,
                           const struct entry_value *b)
{
    const long double left = a->kind == SQLITE_INTEGER ? (long double)a->number
                                                       : (long double)a->real;
    const long double right = b->kind == SQLITE_INTEGER ? (long double)b->number
                                                        : (long double)b->real;

    return (left > right) - (left < right);
}

static int compare_long(const struct entry *a, const struct entry_value *of_a,
                        const struct entry *b, const struct entry_value *of_b,
                        bool is_nocase)
{
    const size_t size = of_a->size < of_b->size ? of_a->size : of_b->size;
    const char *left = buf_text(&a->bytes).data + of_a->at;
    const char *right = buf_text(&b->bytes).data + of_b->at;
    const int found = is_nocase ? sqlite3_strnicmp(left, right, (int)size)
                                : memcmp(left, right, size);

    return found ? found
                 : (of_a->size > of_b->size) - (of_a->size < of_b->size);
}

static int compare_values(const struct entry *a, const struct entry *b,
                          size_t i, bool is_nocase)
{
    const struct entry_value *of_a = &a->values[i], *of_b = &b->values[i];
    const int rank = rank_of(of_a->kind);

    if (rank != rank_of(of_b->kind))
        return rank < rank_of(of_b->kind) ? -1 : 1;
    if (rank == 0)
        return 0;
    if (rank == 1)
        return compare_numbers(of_a, of_b);
    return compare_long(a, of_a, b, of_b, is_nocase && rank == 2);
}

bool entry_is_before(const struct entry *entry, const struct entry *other,
                     const struct entry_shape *shape)
{
    for (size_t i = 0; i < shape->n_keys; i++) {
        const struct entry_column *column = &shape->columns[i];
        const int found = compare_values(entry, other, i, column->is_nocase);

        if (found)
            return (found < 0) != column->is_descending;
    }
    return false;
}

/* ---- SipHash-2-4 ---- */

struct sip {
    uint64_t v0, v1, v2, v3;
};

static uint64_t turn(uint64_t value, int by)
{
    return value << by | value >> (64 - by);
}

static void mix(struct sip *sip, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        sip->v0 += sip->v1;
        sip->v1 = turn(sip->v1, 13) ^ sip->v0;
        sip->v0 = turn(sip->v0, 32);
        sip->v2 += sip->v3;
        sip->v3 = turn(sip->v3, 16) ^ sip->v2;
        sip->v0 += sip->v3;
        sip->v3 = turn(sip->v3, 21) ^ sip->v0;
        sip->v2 += sip->v1;
        sip->v1 = turn(sip->v1, 17) ^ sip->v2;
        sip->v2 = turn(sip->v2, 32);
    }
}

static void take(struct sip *sip, uint64_t word)
{
    sip->v3 ^= word;
    mix(sip, 2);
    sip->v0 ^= word;
}

static uint64_t word_at(const char *at, size_t size)
{
    uint64_t word = 0;

    memcpy(&word, at, size);
    return le64toh(word);
}

static uint64_t hash_bytes(struct text text,
                           const unsigned char secret[ENTRY_SECRET_BYTES])
{
    const uint64_t k0 = word_at((const char *)secret, 8);
    const uint64_t k1 = word_at((const char *)secret + 8, 8);
    struct sip sip = {
        k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
        k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
    size_t at = 0;

    for (; at + 8 <= text.size; at += 8)
        take(&sip, word_at(text.data + at, 8));
    take(&sip,
         word_at(text.data + at, text.size - at) | (uint64_t)text.size << 56);
    sip.v2 ^= 0xFF;
    mix(&sip, 4);
    return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

void entry_sum_add(struct entry_sum *sum, const struct entry *entry,
                   const unsigned char secret[ENTRY_SECRET_BYTES])
{
    sum->n++;
    sum->hash += hash_bytes(buf_text(&entry->bytes), secret);
}
