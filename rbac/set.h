/*
 * A set of objects by number: counted, tested and read in ascending order.
 *
 * One bit per object, in memory that is reused. The compressed form, a roaring
 * bitmap, is for keeping a set for long.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/own.h"
#include "provider/base/status.h"

/* Zeroed memory is an empty set. */
struct rbac_set {
    uint64_t *words; /* owned: [n_words] */
    size_t n_words;
    size_t capacity; /* in words */
    size_t n_bits;   /* numbers are below this */
    size_t count;    /* how many are in the set */
};

/* Frees the memory; the set is then empty and usable. SCOPED(rbac_set_clear) */
void rbac_set_clear(struct rbac_set *set);

static inline bool rbac_set_has(const struct rbac_set *set, uint32_t number)
{
    return number < set->n_bits && set->words[number / 64] >> number % 64 & 1;
}

/*
 * Reads up to max numbers from *from on into numbers_out, ascending, and
 * returns how many; *from is then where to continue, so a page follows a page.
 * 0 at the end.
 */
size_t rbac_set_read(const struct rbac_set *set, uint32_t *from,
                     uint32_t *numbers_out, size_t max);

/* How many are below the number: where a page begins. */
size_t rbac_set_rank(const struct rbac_set *set, uint32_t number);

/* The compressed form, given; freed by roaring_bitmap_free(). */
struct roaring_bitmap_s;
MUST_CHECK
enum status rbac_set_compress(const struct rbac_set *set,
                              struct roaring_bitmap_s **roaring_out);

/* ---- Filling sets ---- */

/* Empties the set, for numbers below n_bits. */
MUST_CHECK
enum status rbac_set_begin(struct rbac_set *set, size_t n_bits);

static inline void rbac_set_put(struct rbac_set *set, uint32_t number)
{
    set->words[number / 64] |= UINT64_C(1) << number % 64;
}

static inline void rbac_set_drop(struct rbac_set *set, uint32_t number)
{
    set->words[number / 64] &= ~(UINT64_C(1) << number % 64);
}

/* Adds all of another set, of at most as many words. */
void rbac_set_join(struct rbac_set *set, const uint64_t *words, size_t n);

/* Counts; nothing may be added afterwards. */
void rbac_set_end(struct rbac_set *set);
