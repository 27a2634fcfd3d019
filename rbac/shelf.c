#include "rbac/shelf.h"

#include <assert.h>
#include <stdlib.h>

#include "rbac/pages.h"

enum {
    WORD_BITS = 64,
    NO_BITMAP = -1,
    /*
     * Merging a bitmap costs about half a nanosecond per word, adding an object
     * about one: from this many objects per word on, the bitmap wins.
     */
    WORDS_PER_OBJECT = 2,
    SMALL_MAX = 64, /* bitmaps for fewer objects are never worth their memory */
};

static size_t slot_of(const struct shelf *shelf, uint16_t label)
{
    return label < shelf->n_labels ? label : shelf->n_labels;
}

static void count_item(void *into, struct shelf_item item)
{
    struct shelf *shelf = into;
    uint64_t *word = &shelf->members[item.object / WORD_BITS];

    if (item.label < shelf->n_labels)
        *word |= UINT64_C(1) << item.object % WORD_BITS;
    shelf->start[slot_of(shelf, item.label) + 1]++;
}

/* start[label] is where the next object of the label goes. */
static void place_item(void *into, struct shelf_item item)
{
    struct shelf *shelf = into;

    shelf->objects[shelf->start[slot_of(shelf, item.label)]++] = item.object;
}

static enum status fill(const struct shelf_source *source, struct shelf *shelf)
{
    const size_t n_slots = shelf->n_labels + 1;

    source->each(source, count_item, shelf);
    for (size_t i = 0; i < n_slots; i++)
        shelf->start[i + 1] += shelf->start[i];
    shelf->n_items = shelf->start[n_slots];
    shelf->objects = pages_take(shelf->n_items * sizeof(*shelf->objects));
    if (!shelf->objects)
        return STATUS_NO_MEMORY;
    source->each(source, place_item, shelf);
    /* Every start has advanced to the next label's. */
    memmove(shelf->start + 1, shelf->start, n_slots * sizeof(*shelf->start));
    shelf->start[0] = 0;
    return STATUS_OK;
}

static size_t run_end(const struct shelf *shelf, size_t label)
{
    return label + (shelf->reach ? shelf->reach[label] : 1);
}

static bool is_large(const struct shelf *shelf, size_t label)
{
    const size_t n_objects =
        shelf->start[run_end(shelf, label)] - shelf->start[label];

    return n_objects > SMALL_MAX &&
           n_objects > shelf->n_words / WORDS_PER_OBJECT;
}

static void fill_bitmap(const struct shelf *shelf, size_t label,
                        uint64_t *words)
{
    const uint32_t end = shelf->start[run_end(shelf, label)];

    for (uint32_t i = shelf->start[label]; i < end; i++)
        words[shelf->objects[i] / WORD_BITS] |=
            UINT64_C(1) << shelf->objects[i] % WORD_BITS;
}

static size_t bitmap_bytes(const struct shelf *shelf)
{
    return shelf->n_bitmaps * shelf->n_words * sizeof(*shelf->bitmaps);
}

static enum status make_bitmaps(struct shelf *shelf)
{
    shelf->large = malloc((shelf->n_labels + 1) * sizeof(*shelf->large));
    if (!shelf->large)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < shelf->n_labels; i++)
        shelf->large[i] = is_large(shelf, i) ? (uint32_t)shelf->n_bitmaps++
                                             : (uint32_t)NO_BITMAP;
    shelf->bitmaps = pages_take(bitmap_bytes(shelf));
    if (!shelf->bitmaps)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < shelf->n_labels; i++)
        if (shelf->large[i] != (uint32_t)NO_BITMAP)
            fill_bitmap(shelf, i,
                        shelf->bitmaps + shelf->large[i] * shelf->n_words);
    return STATUS_OK;
}

static enum status make(const struct shelf_source *source, struct shelf *shelf)
{
    shelf->n_labels = source->n_labels;
    shelf->n_objects = source->n_objects;
    shelf->reach = source->reach;
    shelf->n_words = (source->n_objects + WORD_BITS - 1) / WORD_BITS;
    shelf->start = calloc(source->n_labels + 2, sizeof(*shelf->start));
    shelf->members = calloc(shelf->n_words + 1, sizeof(*shelf->members));
    if (!shelf->start || !shelf->members)
        return STATUS_NO_MEMORY;
    TRY(fill(source, shelf));
    return make_bitmaps(shelf);
}

enum status shelf_make(const struct shelf_source *source,
                       struct shelf *shelf_out)
{
    struct shelf shelf = {0};
    const enum status status = make(source, &shelf);

    if (status != STATUS_OK)
        shelf_free(&shelf);
    else
        *shelf_out = shelf;
    return status;
}

void shelf_free(struct shelf *shelf)
{
    free(shelf->start);
    pages_give(shelf->objects, shelf->n_items * sizeof(*shelf->objects));
    free(shelf->members);
    free(shelf->large);
    pages_give(shelf->bitmaps, bitmap_bytes(shelf));
    *shelf = (struct shelf){0};
}

static void put_slice(const struct shelf *shelf, size_t from, size_t to,
                      struct rbac_set *set)
{
    const uint32_t end = shelf->start[to];

    for (uint32_t i = shelf->start[from]; i < end; i++)
        rbac_set_put(set, shelf->objects[i]);
}

/*
 * Walks the run by subtrees, large ones and what lies between them. Below one
 * that is not large none is.
 */
void shelf_take(const struct shelf *shelf, struct run run, struct rbac_set *set)
{
    const size_t end = (size_t)run.first + run.count;
    size_t from = run.first; /* what is not in the set yet */

    assert(end <= shelf->n_labels);
    if (run.count == shelf->n_labels) {
        rbac_set_join(set, shelf->members, shelf->n_words);
        return;
    }
    for (size_t label = from; label < end;) {
        const uint32_t bitmap = shelf->large[label];
        const size_t after = run_end(shelf, label);

        if (bitmap != (uint32_t)NO_BITMAP && after <= end) {
            put_slice(shelf, from, label, set);
            rbac_set_join(set, shelf->bitmaps + bitmap * shelf->n_words,
                          shelf->n_words);
            from = after;
        }
        label = after;
    }
    if (from < end)
        put_slice(shelf, from, end, set);
}

void shelf_take_all(const struct shelf *shelf, struct rbac_set *set)
{
    rbac_set_join(set, shelf->members, shelf->n_words);
    put_slice(shelf, shelf->n_labels, shelf->n_labels + 1, set);
}

size_t shelf_bytes(const struct shelf *shelf)
{
    return (shelf->n_labels + 1) * 2 * sizeof(uint32_t) +
           shelf->n_items * sizeof(*shelf->objects) +
           shelf->n_words * sizeof(*shelf->members) + bitmap_bytes(shelf);
}
