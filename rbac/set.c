#include "rbac/set.h"

#include <roaring/roaring.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORD_BITS = 64,
    CONTAINER_WORDS = 1024, /* of a roaring bitmap: 65,536 numbers */
    ARRAY_MAX = 4096,       /* numbers in a container that is no bitmap */
    COOKIE = 12346,         /* of the portable format, without runs */
};

void rbac_set_clear(struct rbac_set *set)
{
    free(set->words);
    *set = (struct rbac_set){0};
}

enum status rbac_set_begin(struct rbac_set *set, size_t n_bits)
{
    const size_t n_words = (n_bits + WORD_BITS - 1) / WORD_BITS;

    if (n_words > set->capacity) {
        uint64_t *words = malloc(n_words * sizeof(*words));

        if (!words)
            return STATUS_NO_MEMORY;
        free(set->words);
        set->words = words;
        set->capacity = n_words;
    }
    if (n_words)
        memset(set->words, 0, n_words * sizeof(*set->words));
    set->n_words = n_words;
    set->n_bits = n_bits;
    set->count = 0;
    return STATUS_OK;
}

void rbac_set_join(struct rbac_set *set, const uint64_t *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        set->words[i] |= words[i];
}

/* Bits set in words[n], eight at a time in vector registers if available. */
static size_t count_bits(const uint64_t *words, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += (size_t)__builtin_popcountll(words[i]);
    return count;
}

void rbac_set_end(struct rbac_set *set)
{
    set->count = count_bits(set->words, set->n_words);
}

/* The numbers of one word; returns how many. */
static size_t read_word(uint64_t word, uint32_t base, uint32_t *out)
{
    size_t n = 0;

    if (word == UINT64_MAX) {
        for (uint32_t i = 0; i < WORD_BITS; i++)
            out[i] = base + i;
        return WORD_BITS;
    }
    for (; word; word &= word - 1)
        out[n++] = base + (uint32_t)__builtin_ctzll(word);
    return n;
}

/* A word that may have more than there is room for. */
static size_t read_part(uint64_t word, uint32_t base, uint32_t *out, size_t max)
{
    size_t n = 0;

    for (; word && n < max; word &= word - 1)
        out[n++] = base + (uint32_t)__builtin_ctzll(word);
    return n;
}

size_t rbac_set_read(const struct rbac_set *set, uint32_t *from,
                     uint32_t *numbers_out, size_t max)
{
    size_t w = *from / WORD_BITS;
    size_t n = 0;

    if (*from % WORD_BITS && w < set->n_words && max) {
        const uint64_t rest = set->words[w] & UINT64_MAX << *from % WORD_BITS;

        n = read_part(rest, (uint32_t)(w * WORD_BITS), numbers_out, max);
        w++;
    }
    for (; w < set->n_words && n + WORD_BITS <= max; w++)
        n += read_word(set->words[w], (uint32_t)(w * WORD_BITS),
                       numbers_out + n);
    for (; w < set->n_words && n < max; w++)
        n += read_part(set->words[w], (uint32_t)(w * WORD_BITS),
                       numbers_out + n, max - n);
    if (n)
        *from = numbers_out[n - 1] + 1;
    return n;
}

size_t rbac_set_rank(const struct rbac_set *set, uint32_t number)
{
    const size_t w = number / WORD_BITS;
    size_t rank;

    if (number >= set->n_bits)
        return set->count;
    rank = count_bits(set->words, w);
    if (number % WORD_BITS)
        rank += (size_t)__builtin_popcountll(
            set->words[w] & ~(UINT64_MAX << number % WORD_BITS));
    return rank;
}

/* ---- The compressed form ---- */

/* The portable format of roaring bitmaps, written front to back. */
struct writer {
    char *data;
    size_t size;
};

static void put(struct writer *writer, const void *bytes, size_t size)
{
    memcpy(writer->data + writer->size, bytes, size);
    writer->size += size;
}

static void put_u16(struct writer *writer, size_t value)
{
    const uint16_t small = (uint16_t)value;

    put(writer, &small, sizeof(small));
}

static void put_u32(struct writer *writer, size_t value)
{
    const uint32_t wide = (uint32_t)value;

    put(writer, &wide, sizeof(wide));
}

static size_t container_words(const struct rbac_set *set, size_t container)
{
    const size_t rest = set->n_words - container * CONTAINER_WORDS;

    return rest < CONTAINER_WORDS ? rest : CONTAINER_WORDS;
}

static size_t container_size(size_t count)
{
    return count > ARRAY_MAX ? CONTAINER_WORDS * sizeof(uint64_t)
                             : count * sizeof(uint16_t);
}

static void put_container(struct writer *writer, const struct rbac_set *set,
                          size_t container, size_t count)
{
    const uint64_t *words = set->words + container * CONTAINER_WORDS;
    const size_t n = container_words(set, container);

    if (count > ARRAY_MAX) {
        put(writer, words, n * sizeof(*words));
        memset(writer->data + writer->size, 0,
               (CONTAINER_WORDS - n) * sizeof(*words));
        writer->size += (CONTAINER_WORDS - n) * sizeof(*words);
        return;
    }
    for (size_t w = 0; w < n; w++)
        for (uint64_t word = words[w]; word; word &= word - 1)
            put_u16(writer, w * WORD_BITS + (size_t)__builtin_ctzll(word));
}

/* Counts of every container; returns how many are not empty. */
static size_t count_containers(const struct rbac_set *set, size_t *counts,
                               size_t n, size_t *n_bytes_out)
{
    size_t n_used = 0;

    *n_bytes_out = 0;
    for (size_t i = 0; i < n; i++) {
        counts[i] = count_bits(set->words + i * CONTAINER_WORDS,
                               container_words(set, i));
        n_used += counts[i] != 0;
        *n_bytes_out += container_size(counts[i]);
    }
    return n_used;
}

static void write_portable(struct writer *writer, const struct rbac_set *set,
                           const size_t *counts, size_t n, size_t n_used)
{
    size_t offset = 8 + n_used * 8;

    put_u32(writer, COOKIE);
    put_u32(writer, n_used);
    for (size_t i = 0; i < n; i++)
        if (counts[i]) {
            put_u16(writer, i);
            put_u16(writer, counts[i] - 1);
        }
    for (size_t i = 0; i < n; i++)
        if (counts[i]) {
            put_u32(writer, offset);
            offset += container_size(counts[i]);
        }
    for (size_t i = 0; i < n; i++)
        if (counts[i])
            put_container(writer, set, i, counts[i]);
}

enum status rbac_set_compress(const struct rbac_set *set,
                              struct roaring_bitmap_s **roaring_out)
{
    const size_t n = (set->n_words + CONTAINER_WORDS - 1) / CONTAINER_WORDS;
    SCOPED(memory_drop) size_t *counts = calloc(n + 1, sizeof(*counts));
    SCOPED(memory_drop) char *data = NULL;
    struct writer writer = {0};
    size_t n_bytes, n_used;

    if (!counts)
        return STATUS_NO_MEMORY;
    n_used = count_containers(set, counts, n, &n_bytes);
    data = malloc(8 + n_used * 8 + n_bytes);
    if (!data)
        return STATUS_NO_MEMORY;
    writer.data = data;
    write_portable(&writer, set, counts, n, n_used);
    *roaring_out = roaring_bitmap_portable_deserialize_safe(data, writer.size);
    return *roaring_out ? STATUS_OK : STATUS_NO_MEMORY;
}
