/*
 * The labels of the objects of one numbering, a row per object, in generations
 * that share unchanged parts.
 */
#pragma once

#include <stdatomic.h>

#include "rbac/cover.h"
#include "rbac/ground.h"
#include "rbac/index.h"

enum {
    CHUNK_ROWS = 8192, /* 64 KiB, copied by a change */
    ROWS_NEWS_MAX = 1024,
};

/*
 * A row with more labels than four: LABEL_MANY, then the number of its labels
 * in the spill, where they follow a count, low half first.
 */
struct spill {
    uint16_t *words; /* owned */
    size_t n;
};

/* The first generation's layout, kept as long as anyone uses it. */
struct rows_base {
    atomic_size_t n_holders;
    struct row *rows;   /* owned: [n_rows], of pages */
    size_t n_rows;      /* a multiple of CHUNK_ROWS */
    uint16_t *class_of; /* owned: as many; NULL: one class */
    struct spill spill;
};

/* A changed chunk. */
struct rows_patch {
    atomic_size_t n_holders;
    struct row rows[CHUNK_ROWS];
};

/* An object whose row differs from the one in the lists. */
struct rows_news {
    uint32_t object;
    uint16_t class;
};

struct rows {
    struct rows_base *base;      /* held */
    const struct row **chunks;   /* owned: [n_chunks], in base or a patch */
    struct rows_patch **patches; /* owned: [n_chunks], each held; or NULL */
    size_t n_chunks;
    size_t n;               /* objects */
    size_t n_settled;       /* of these, that the base laid out */
    struct spill spill;     /* of changed rows, numbered on from the base's */
    struct rows_news *news; /* owned: [n_news] */
    size_t n_news;
};

/* Converts labels to rows. STATUS_INVALID: a label out of range. */
MUST_CHECK
enum status rows_make(const struct ground *ground, const struct type *type,
                      const struct rbac_objects *objects,
                      struct rows *rows_out);
void rows_free(struct rows *rows);

/* A generation that is the same. */
MUST_CHECK
enum status rows_share(const struct rows *rows, struct rows *rows_out);

/* Changes one row, in a generation that nobody reads yet. */
MUST_CHECK
enum status rows_set(struct rows *rows, const struct ground *ground,
                     const struct type *type, struct rows_news where,
                     const uint32_t *labels, size_t n_labels);

/* A base of its own with the current rows, and no news. */
MUST_CHECK
enum status rows_settle(struct rows *rows);

static inline struct row rows_get(const struct row *const *chunks, size_t n,
                                  uint32_t object)
{
    if (object >= n)
        return (struct row){{LABEL_NONE, LABEL_NONE, LABEL_NONE, LABEL_NONE}};
    return chunks[object / CHUNK_ROWS][object % CHUNK_ROWS];
}

/* The labels of a row, any number; spilled ones are borrowed. */
struct labels {
    const uint16_t *labels;
    size_t n;
};
struct labels rows_labels(const struct rows *rows, const struct row *row);

size_t rows_bytes(const struct rows *rows);
