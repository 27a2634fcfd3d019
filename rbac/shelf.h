/*
 * The objects of one type in the order of their labels.
 *
 * The objects of a cover's run of labels are one slice of a list. Runs with
 * very many objects, a large collection or every scope, also have them as a
 * bitmap.
 */
#pragma once

#include "rbac/cover.h"
#include "rbac/ground.h"
#include "rbac/set.h"

struct shelf {
    size_t n_labels;
    size_t n_objects;  /* numbers are below this */
    uint32_t *start;   /* owned: [n_labels + 2], by label, into objects; the
                          last label is that of objects without any */
    uint32_t *objects; /* owned, of pages: [n_items] */
    size_t n_items;
    uint64_t *members; /* owned: every object with a label; [n_words] */
    size_t n_words;
    const uint16_t *reach; /* [n_labels]: how many labels a run of large has */
    uint32_t *large;       /* owned: [n_labels], bitmap number or UINT32_MAX */
    uint64_t *bitmaps;     /* owned, of pages: [n_bitmaps][n_words] */
    size_t n_bitmaps;
};

/* One label of one object, to be sorted. */
struct shelf_item {
    uint32_t object;
    uint16_t label;
};

/*
 * The items of a shelf: calls put for every label of every object of the type,
 * the same each time; for an object without labels once with LABEL_NONE.
 */
struct shelf_source {
    void (*each)(const struct shelf_source *source,
                 void (*put)(void *into, struct shelf_item item), void *into);
    size_t n_objects;
    size_t n_labels;
    const uint16_t *reach; /* NULL: labels are not nested */
};

MUST_CHECK
enum status shelf_make(const struct shelf_source *source,
                       struct shelf *shelf_out);
void shelf_free(struct shelf *shelf);

/* Adds every object with a label in the run to the set. */
void shelf_take(const struct shelf *shelf, struct run run,
                struct rbac_set *set);

/* Adds every object of the type to the set, including those without labels. */
void shelf_take_all(const struct shelf *shelf, struct rbac_set *set);

size_t shelf_bytes(const struct shelf *shelf);
