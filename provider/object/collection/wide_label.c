#include "provider/object/collection/wide_label.h"

#include <stdlib.h>
#include <string.h>

#include "provider/base/mutant.h"
#include "provider/object/collection/member_label.h"

/* Words that are gone through together: a cache line of each collection. */
enum { TOGETHER = 8, ALL_OF_THEM = (1 << TOGETHER) - 1 };

void wide_labels_clear(struct wide_labels *labels)
{
    free(labels->deepest);
    for (size_t i = 0; i < LABELS_ROWS; i++)
        buf_free(&labels->lists[i]);
    *labels = (struct wide_labels){0};
}

static enum status make_room(struct wide_labels *labels, size_t n)
{
    if (labels->n == n && n > 0)
        return STATUS_OK;
    wide_labels_clear(labels);
    labels->deepest = calloc(n + 1, sizeof(*labels->deepest));
    if (!labels->deepest)
        return STATUS_NO_MEMORY;
    labels->n = n;
    for (size_t i = 0; i < LABELS_ROWS; i++)
        labels->lists[i] = buf_make(LABELS_MAX_BYTES);
    return STATUS_OK;
}

/* What holds a device, without what limits another that does. */
static void find_deepest(struct wide_labels *labels,
                         const struct wide_estate *estate, size_t first)
{
    for (size_t i = 0; i < estate->n; i++)
        memcpy(labels->deepest[i], &estate->held[i].words[first],
               sizeof(labels->deepest[i]));
    for (size_t i = 0; i < estate->n; i++)
        for (size_t w = 0; estate->limits[i] != SIZE_MAX && w < TOGETHER; w++)
            labels->deepest[estate->limits[i]][w] &=
                ~estate->held[i].words[first + w];
}

static enum status put_lists(struct wide_labels *labels,
                             const struct wide_estate *estate, size_t word,
                             struct label_block *block)
{
    int64_t last[LABELS_ROWS] = {0};

    for (size_t i = 0; i < LABELS_ROWS; i++)
        buf_clear(&labels->lists[i]);
    for (size_t i = 0; i < estate->n; i++)
        for (uint64_t of = labels->deepest[i][word]; of; of &= of - 1) {
            const size_t device = (size_t)__builtin_ctzll(of);

            label_list_append(&labels->lists[device], last[device],
                              estate->collections[i]);
            last[device] = estate->collections[i];
        }
    for (size_t i = 0; i < LABELS_ROWS; i++) {
        TRY(buf_status(&labels->lists[i]));
        block->of[i] = buf_text(&labels->lists[i]);
    }
    return STATUS_OK;
}

static enum status store_word(struct wide_labels *labels, struct store *store,
                              const struct wide_estate *estate, size_t word,
                              int64_t number)
{
    SCOPED(buf_free) struct buf packed = buf_make(LABELS_BLOCK_MAX_BYTES);
    struct label_block block;

    TRY(put_lists(labels, estate, word, &block));
    TRY(label_block_write(&block, &packed));
    return labels_keep(store, number, buf_text(&packed));
}

enum status wide_labels_store(struct wide_labels *labels, struct store *store,
                              const struct wide_estate *estate, int64_t number,
                              uint64_t which)
{
    const int64_t first = number * BLOCK_ROWS >> LABELS_BITS;

    if (MUTANT("m8-no-labels"))
        return STATUS_OK;
    TRY(make_room(labels, estate->n));
    for (size_t i = 0; i < BLOCK_WORDS; i++) {
        const size_t word = i % TOGETHER;

        if (word == 0 && which >> i & ALL_OF_THEM)
            find_deepest(labels, estate, i);
        if (which >> i & 1)
            TRY(store_word(labels, store, estate, word, first + (int64_t)i));
    }
    return STATUS_OK;
}
