#include "auth/groups_cache.h"

#include <stdlib.h>
#include <sys/random.h>

enum { ROW_ENTRIES = 8 };

struct cached_groups {
    char *account;            /* owned; NULL: free */
    struct groups_list *list; /* held */
};

struct groups_cache {
    uint64_t
        seed; /* names that fall into one set cannot be precomputed (T102) */
    size_t n_rows;
    struct cached_groups rows[][ROW_ENTRIES];
};

static void entry_clear(struct cached_groups *entry)
{
    free(entry->account);
    groups_list_free(entry->list);
    *entry = (struct cached_groups){0};
}

enum status groups_cache_new(size_t n_max, struct groups_cache **cache_out)
{
    const size_t n_rows = (n_max + ROW_ENTRIES - 1) / ROW_ENTRIES;
    OWNED(groups_cache) cache = NULL;

    if (n_rows == 0 || n_rows > SIZE_MAX / sizeof(cache->rows[0]) / 2)
        return STATUS_INVALID;
    cache = calloc(1, sizeof(*cache) + n_rows * sizeof(cache->rows[0]));
    if (!cache)
        return STATUS_NO_MEMORY;
    cache->n_rows = n_rows;
    if (getrandom(&cache->seed, sizeof(cache->seed), 0) !=
        (ssize_t)sizeof(cache->seed))
        return STATUS_UNAVAILABLE;
    *cache_out = TAKE(cache);
    return STATUS_OK;
}

void groups_cache_free(struct groups_cache *cache)
{
    if (!cache)
        return;
    for (size_t row = 0; row < cache->n_rows; row++)
        for (size_t i = 0; i < ROW_ENTRIES; i++)
            entry_clear(&cache->rows[row][i]);
    free(cache);
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

static size_t row_of(const struct groups_cache *cache, struct text account)
{
    uint64_t hash = cache->seed;

    for (size_t i = 0; i < account.size; i++)
        hash = mix(hash + (unsigned char)account.data[i]);
    return (size_t)(hash % cache->n_rows);
}

struct groups_list *groups_cache_find(const struct groups_cache *cache,
                                      struct text account, int64_t after_ms)
{
    const struct cached_groups *row = cache->rows[row_of(cache, account)];

    for (size_t i = 0; i < ROW_ENTRIES; i++)
        if (row[i].account && text_equal(text_of(row[i].account), account))
            return row[i].list->asked_ms > after_ms ? row[i].list : NULL;
    return NULL;
}

/* The account's own slot, a free one, or the oldest. */
static struct cached_groups *entry_for(struct cached_groups *row,
                                       struct text account)
{
    struct cached_groups *best = &row[0];

    for (size_t i = 0; i < ROW_ENTRIES; i++)
        if (row[i].account && text_equal(text_of(row[i].account), account))
            return &row[i];
    for (size_t i = 0; i < ROW_ENTRIES; i++) {
        if (!row[i].account)
            return &row[i];
        if (row[i].list->asked_ms < best->list->asked_ms)
            best = &row[i];
    }
    return best;
}

void groups_cache_put(struct groups_cache *cache, struct text account,
                      struct groups_list *list)
{
    struct cached_groups *entry =
        entry_for(cache->rows[row_of(cache, account)], account);
    char *name = text_dup(account);

    entry_clear(entry);
    if (!name)
        return;
    *entry = (struct cached_groups){name, groups_list_hold(list)};
}
