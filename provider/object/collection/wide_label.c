#include "provider/object/collection/wide_label.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/member_label.h"

/* Words that are gone through together: a cache line of each collection. */
enum { ALL_OF_THEM = (1 << LABELS_TOGETHER) - 1, AHEAD = 16 };

void wide_labels_clear(struct wide_labels *labels)
{
    free(labels->deepest);
    free(labels->lines);
    for (size_t i = 0; i < ARRAY_SIZE(labels->lists); i++)
        buf_free(&labels->lists[i]);
    *labels = (struct wide_labels){0};
}

static enum status make_room(struct wide_labels *labels, size_t n)
{
    if (labels->n == n && n > 0)
        return STATUS_OK;
    wide_labels_clear(labels);
    labels->deepest = calloc(n + 1, sizeof(*labels->deepest));
    labels->lines = calloc(n + 1, sizeof(*labels->lines));
    if (!labels->deepest || !labels->lines)
        return STATUS_NO_MEMORY;
    labels->n = n;
    for (size_t i = 0; i < ARRAY_SIZE(labels->lists); i++)
        labels->lists[i] = buf_make(LABELS_MAX_BYTES);
    return STATUS_OK;
}

/* The lines are far apart in memory: each is asked for before it is needed. */
static void gather(struct wide_labels *labels, const struct wide_estate *estate,
                   size_t first)
{
    const size_t line = sizeof(labels->lines[0]);

    for (size_t i = 0; i < estate->n; i++) {
        if (i + AHEAD < estate->n)
            __builtin_prefetch(&estate->held[i + AHEAD].words[first]);
        memcpy(labels->lines[i], &estate->held[i].words[first], line);
    }
    memcpy(labels->deepest, labels->lines, estate->n * line);
}

/* What holds a device, without what limits another that does. */
static void find_deepest(struct wide_labels *labels,
                         const struct wide_estate *estate, size_t first)
{
    gather(labels, estate, first);
    for (size_t i = 0; i < estate->n; i++)
        for (size_t w = 0; estate->limits[i] != SIZE_MAX && w < LABELS_TOGETHER;
             w++)
            labels->deepest[estate->limits[i]][w] &= ~labels->lines[i][w];
}

static void put_row(struct wide_labels *labels, const uint64_t *row,
                    uint64_t which, int64_t collection)
{
    for (size_t w = 0; w < LABELS_TOGETHER; w++)
        for (uint64_t of = which >> w & 1 ? row[w] : 0; of; of &= of - 1) {
            const size_t at = w * LABELS_ROWS + (size_t)__builtin_ctzll(of);

            label_list_append(&labels->lists[at], labels->last[at], collection);
            labels->last[at] = collection;
        }
}

/* One pass over the collections for the words of which. */
static void put_lists(struct wide_labels *labels,
                      const struct wide_estate *estate, uint64_t which)
{
    memset(labels->last, 0, sizeof(labels->last));
    for (size_t i = 0; i < ARRAY_SIZE(labels->lists); i++)
        buf_clear(&labels->lists[i]);
    for (size_t i = 0; i < estate->n; i++)
        put_row(labels, labels->deepest[i], which, estate->collections[i]);
}

static enum status store_word(const struct wide_labels *labels,
                              struct store *store, size_t word, int64_t number)
{
    const struct buf *lists = &labels->lists[word * LABELS_ROWS];
    SCOPED(buf_free) struct buf packed = buf_make(LABELS_BLOCK_MAX_BYTES);
    struct label_block block;

    for (size_t i = 0; i < LABELS_ROWS; i++) {
        TRY(buf_status(&lists[i]));
        block.of[i] = buf_text(&lists[i]);
    }
    TRY(label_block_write(&block, &packed));
    return labels_keep(store, number, buf_text(&packed));
}

uint64_t wide_labels_next(uint64_t which)
{
    const size_t first = (size_t)__builtin_ctzll(which);

    return which & (uint64_t)ALL_OF_THEM << (first - first % LABELS_TOGETHER);
}

enum status wide_labels_store(struct wide_labels *labels, struct store *store,
                              const struct wide_estate *estate, int64_t number,
                              uint64_t which)
{
    const int64_t first = number * BLOCK_ROWS >> LABELS_BITS;

    if (MUTANT("m8-no-labels"))
        return STATUS_OK;
    TRY(make_room(labels, estate->n));
    for (size_t i = 0; i < BLOCK_WORDS; i += LABELS_TOGETHER) {
        const uint64_t some = which >> i & ALL_OF_THEM;

        if (!some)
            continue;
        find_deepest(labels, estate, i);
        put_lists(labels, estate, some);
        for (size_t w = 0; w < LABELS_TOGETHER; w++)
            if (some >> w & 1)
                TRY(store_word(labels, store, w, first + (int64_t)(i + w)));
    }
    return STATUS_OK;
}
