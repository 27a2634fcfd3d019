#include "rbac/rows.h"

#include <assert.h>
#include <stdlib.h>

#include "rbac/pages.h"

enum { SPILL_MAX = INT32_MAX, OBJECTS_MAX = INT32_MAX };

static const struct row NO_LABELS = {
    {LABEL_NONE, LABEL_NONE, LABEL_NONE, LABEL_NONE}};

/* ---- Labels to rows ---- */

/* Converts owners' labels to those of rows. */
struct reader {
    const struct ground *ground;
    const struct type *type;
    uint32_t *stamps; /* owned: [tree.n + 1], by position */
    uint32_t stamp;
    uint16_t *labels; /* owned: of the object at hand */
    size_t capacity;
};

static void reader_free(struct reader *reader)
{
    free(reader->stamps);
    free(reader->labels);
}

static enum status reader_make(const struct ground *ground,
                               const struct type *type, struct reader *reader)
{
    *reader = (struct reader){.ground = ground, .type = type};
    reader->stamps = calloc(ground->tree.n + 1, sizeof(*reader->stamps));
    return reader->stamps ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status make_room(struct reader *reader, size_t n)
{
    uint16_t *labels;

    if (n <= reader->capacity)
        return STATUS_OK;
    labels = malloc(2 * n * sizeof(*labels));
    if (!labels)
        return STATUS_NO_MEMORY;
    free(reader->labels);
    reader->labels = labels;
    reader->capacity = 2 * n;
    return STATUS_OK;
}

/*
 * Marks what is directly above each named collection. Of a set that is closed
 * upwards, as memberships are, only the deepest stay unmarked.
 */
static void stamp_limiting(struct reader *reader, const uint32_t *named,
                           size_t n)
{
    reader->stamp++;
    for (size_t i = 0; i < n; i++) {
        const uint32_t c = named[i];

        if (c < reader->ground->tree.n &&
            reader->ground->collections[c].limiting != RBAC_NONE)
            reader->stamps[reader->ground->collections[c].limiting] =
                reader->stamp;
    }
}

/* Insertion sort, for there are few; removes duplicates. */
static size_t insert_label(uint16_t *labels, size_t n, uint16_t label)
{
    size_t at = n;

    while (at > 0 && labels[at - 1] > label)
        at--;
    if (at > 0 && labels[at - 1] == label)
        return n;
    memmove(&labels[at + 1], &labels[at], (n - at) * sizeof(*labels));
    labels[at] = label;
    return n + 1;
}

/* Of ascending positions, those without others below them. */
static size_t keep_deepest(const struct tree *tree, uint16_t *labels, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t end =
            (uint32_t)labels[i] + tree->size[tree->at[labels[i]]];

        if (i + 1 < n && labels[i + 1] < end)
            continue;
        labels[kept++] = labels[i];
    }
    return kept;
}

/* Ascending, each once, in reader->labels. STATUS_INVALID: out of range. */
static enum status read_labels(struct reader *reader, const uint32_t *named,
                               size_t n_named, size_t *n_out)
{
    const bool by_collection = reader->type->securing == RBAC_BY_COLLECTION;
    size_t n = 0;

    TRY(make_room(reader, n_named + 1));
    if (by_collection)
        stamp_limiting(reader, named, n_named);
    for (size_t i = 0; i < n_named; i++) {
        const uint16_t label =
            ground_label(reader->ground, reader->type, named[i]);

        if (label == LABEL_NONE)
            return STATUS_INVALID;
        if (by_collection && reader->stamps[named[i]] == reader->stamp)
            continue;
        n = insert_label(reader->labels, n, label);
    }
    if (by_collection)
        n = keep_deepest(&reader->ground->tree, reader->labels, n);
    *n_out = n;
    return STATUS_OK;
}

/* ---- Spilled labels ---- */

static enum status spill_add(struct spill *spill, const uint16_t *labels,
                             size_t n)
{
    uint16_t *words =
        realloc(spill->words, (spill->n + n + 1) * sizeof(*words));

    if (!words)
        return STATUS_NO_MEMORY;
    spill->words = words;
    words[spill->n] = (uint16_t)n;
    memcpy(&words[spill->n + 1], labels, n * sizeof(*labels));
    spill->n += n + 1;
    return STATUS_OK;
}

/* numbers on from first: where the spill begins in the generation's. */
static enum status make_row(struct spill *spill, size_t first,
                            const uint16_t *labels, size_t n,
                            struct row *row_out)
{
    const size_t at = first + spill->n;

    *row_out = NO_LABELS;
    if (n <= ROW_LABELS) {
        memcpy(row_out->label, labels, n * sizeof(*labels));
        return STATUS_OK;
    }
    if (at > SPILL_MAX)
        return STATUS_LIMIT;
    TRY(spill_add(spill, labels, n));
    row_out->label[0] = LABEL_MANY;
    row_out->label[1] = (uint16_t)(at & UINT16_MAX);
    row_out->label[2] = (uint16_t)(at >> 16);
    return STATUS_OK;
}

struct labels rows_labels(const struct rows *rows, const struct row *row)
{
    struct labels found = {row->label, 0};
    size_t at;
    const uint16_t *words;

    if (row->label[0] != LABEL_MANY) {
        while (found.n < ROW_LABELS && row->label[found.n] != LABEL_NONE)
            found.n++;
        return found;
    }
    at = row->label[1] | (size_t)row->label[2] << 16;
    words = at < rows->base->spill.n
                ? rows->base->spill.words + at
                : rows->spill.words + (at - rows->base->spill.n);
    return (struct labels){words + 1, words[0]};
}

/* ---- Generations ---- */

static void base_free(struct rows_base *base)
{
    if (!base || atomic_fetch_sub_explicit(&base->n_holders, 1,
                                           memory_order_acq_rel) != 1)
        return;
    pages_give(base->rows, base->n_rows * sizeof(*base->rows));
    free(base->class_of);
    free(base->spill.words);
    free(base);
}

static void patch_free(struct rows_patch *patch)
{
    if (patch && atomic_fetch_sub_explicit(&patch->n_holders, 1,
                                           memory_order_acq_rel) == 1)
        free(patch);
}

void rows_free(struct rows *rows)
{
    for (size_t i = 0; rows->patches && i < rows->n_chunks; i++)
        patch_free(rows->patches[i]);
    base_free(rows->base);
    free(rows->chunks);
    free(rows->patches);
    free(rows->spill.words);
    free(rows->news);
    *rows = (struct rows){0};
}

static size_t chunks_for(size_t n)
{
    return (n + CHUNK_ROWS - 1) / CHUNK_ROWS;
}

/* A base of n rows without labels, and the generation that shows it. */
static enum status start_base(struct rows *rows, size_t n, bool has_classes)
{
    struct rows_base *base = calloc(1, sizeof(*base));
    const size_t n_chunks = chunks_for(n);
    const size_t n_rows = n_chunks * CHUNK_ROWS;

    if (!base)
        return STATUS_NO_MEMORY;
    atomic_init(&base->n_holders, 1);
    rows->base = base;
    rows->n = rows->n_settled = n;
    base->n_rows = n_rows;
    base->rows = pages_take(n_rows * sizeof(*base->rows));
    base->class_of = has_classes ? calloc(n_rows + 1, sizeof(uint16_t)) : NULL;
    rows->chunks = calloc(n_chunks + 1, sizeof(*rows->chunks));
    rows->patches = calloc(n_chunks + 1, sizeof(struct rows_patch *));
    if (!base->rows || !rows->chunks || !rows->patches ||
        (has_classes && !base->class_of))
        return STATUS_NO_MEMORY;
    rows->n_chunks = n_chunks;
    for (size_t i = 0; i < n_chunks; i++)
        rows->chunks[i] = base->rows + i * CHUNK_ROWS;
    for (size_t i = n; i < n_rows; i++)
        base->rows[i] = NO_LABELS;
    return STATUS_OK;
}

static enum status fill_rows(struct reader *reader,
                             const struct rbac_objects *objects,
                             struct rows_base *base)
{
    for (size_t i = 0; i < objects->n; i++) {
        const uint32_t from = objects->label_at[i];
        size_t n;

        if (objects->label_at[i + 1] < from)
            return STATUS_INVALID;
        TRY(read_labels(reader, objects->labels + from,
                        objects->label_at[i + 1] - from, &n));
        TRY(make_row(&base->spill, 0, reader->labels, n, &base->rows[i]));
    }
    return STATUS_OK;
}

static enum status make(const struct ground *ground, const struct type *type,
                        const struct rbac_objects *objects, struct rows *rows)
{
    SCOPED(reader_free) struct reader reader = {0};

    if (objects->n > OBJECTS_MAX)
        return STATUS_LIMIT;
    TRY(reader_make(ground, type, &reader));
    TRY(start_base(rows, objects->n, objects->class_of != NULL));
    TRY(fill_rows(&reader, objects, rows->base));
    if (objects->class_of && objects->n)
        memcpy(rows->base->class_of, objects->class_of,
               objects->n * sizeof(*objects->class_of));
    return STATUS_OK;
}

enum status rows_make(const struct ground *ground, const struct type *type,
                      const struct rbac_objects *objects, struct rows *rows_out)
{
    struct rows rows = {0};
    const enum status status = make(ground, type, objects, &rows);

    if (status != STATUS_OK)
        rows_free(&rows);
    else
        *rows_out = rows;
    return status;
}

static void *copy_of(const void *from, size_t n, size_t size, size_t room)
{
    void *copy = calloc(n + room, size);

    if (copy && n)
        memcpy(copy, from, n * size);
    return copy;
}

enum status rows_share(const struct rows *rows, struct rows *rows_out)
{
    struct rows copy = {
        .n = rows->n, .n_settled = rows->n_settled, .n_news = rows->n_news};

    copy.chunks =
        copy_of(rows->chunks, rows->n_chunks, sizeof(*copy.chunks), 1);
    copy.patches =
        copy_of(rows->patches, rows->n_chunks, sizeof(*copy.patches), 1);
    copy.news = copy_of(rows->news, rows->n_news, sizeof(*copy.news), 1);
    copy.spill.n = rows->spill.n;
    copy.spill.words =
        copy_of(rows->spill.words, rows->spill.n, sizeof(uint16_t), 1);
    if (!copy.chunks || !copy.patches || !copy.news || !copy.spill.words) {
        free(copy.patches); /* none of them is held yet */
        copy.patches = NULL;
        rows_free(&copy);
        return STATUS_NO_MEMORY;
    }
    copy.n_chunks = rows->n_chunks;
    copy.base = rows->base;
    atomic_fetch_add_explicit(&copy.base->n_holders, 1, memory_order_relaxed);
    for (size_t i = 0; i < copy.n_chunks; i++)
        if (copy.patches[i])
            atomic_fetch_add_explicit(&copy.patches[i]->n_holders, 1,
                                      memory_order_relaxed);
    *rows_out = copy;
    return STATUS_OK;
}

/* ---- Changing ---- */

static enum status add_chunk(struct rows *rows)
{
    const size_t n = rows->n_chunks;
    struct rows_patch *patch = malloc(sizeof(*patch));
    void *chunks = copy_of(rows->chunks, n, sizeof(*rows->chunks), 2);
    void *patches = copy_of(rows->patches, n, sizeof(*rows->patches), 2);

    if (!patch || !chunks || !patches) {
        free(patch);
        free(chunks);
        free(patches);
        return STATUS_NO_MEMORY;
    }
    free(rows->chunks);
    free(rows->patches);
    rows->chunks = chunks;
    rows->patches = patches;
    atomic_init(&patch->n_holders, 1);
    for (size_t i = 0; i < CHUNK_ROWS; i++)
        patch->rows[i] = NO_LABELS;
    rows->patches[n] = patch;
    rows->chunks[n] = patch->rows;
    rows->n_chunks++;
    return STATUS_OK;
}

/* The chunk as this generation's own, writable. */
static struct row *own_chunk(struct rows *rows, size_t chunk)
{
    struct rows_patch *patch = malloc(sizeof(*patch));

    if (!patch)
        return NULL;
    atomic_init(&patch->n_holders, 1);
    memcpy(patch->rows, rows->chunks[chunk], sizeof(patch->rows));
    patch_free(rows->patches[chunk]);
    rows->patches[chunk] = patch;
    rows->chunks[chunk] = patch->rows;
    return patch->rows;
}

static enum status add_news(struct rows *rows, struct rows_news where)
{
    struct rows_news *news;

    for (size_t i = 0; i < rows->n_news; i++)
        if (rows->news[i].object == where.object) {
            rows->news[i] = where;
            return STATUS_OK;
        }
    news = realloc(rows->news, (rows->n_news + 1) * sizeof(*news));
    if (!news)
        return STATUS_NO_MEMORY;
    rows->news = news;
    news[rows->n_news++] = where;
    return STATUS_OK;
}

enum status rows_set(struct rows *rows, const struct ground *ground,
                     const struct type *type, struct rows_news where,
                     const uint32_t *labels, size_t n_labels)
{
    SCOPED(reader_free) struct reader reader = {0};
    struct row *chunk, row;
    size_t n;

    if (where.object >= rows->n + RBAC_INDEX_ROOM || where.object > OBJECTS_MAX)
        return STATUS_INVALID;
    TRY(reader_make(ground, type, &reader));
    TRY(read_labels(&reader, labels, n_labels, &n));
    TRY(make_row(&rows->spill, rows->base->spill.n, reader.labels, n, &row));
    if (where.object / CHUNK_ROWS >= rows->n_chunks)
        TRY(add_chunk(rows));
    chunk = own_chunk(rows, where.object / CHUNK_ROWS);
    if (!chunk)
        return STATUS_NO_MEMORY;
    TRY(add_news(rows, where));
    chunk[where.object % CHUNK_ROWS] = row;
    if (where.object >= rows->n)
        rows->n = where.object + 1;
    return STATUS_OK;
}

/* ---- Settling ---- */

static enum status settle_rows(const struct rows *rows, struct rows *settled)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct row *row = &rows->chunks[i / CHUNK_ROWS][i % CHUNK_ROWS];
        const struct labels labels = rows_labels(rows, row);

        TRY(make_row(&settled->base->spill, 0, labels.labels, labels.n,
                     &settled->base->rows[i]));
    }
    return STATUS_OK;
}

/* Objects added since have their class only in the news. */
static void settle_classes(const struct rows *rows, struct rows *settled)
{
    const size_t n_known = chunks_for(rows->n) * CHUNK_ROWS;
    uint16_t *class_of = settled->base->class_of;

    if (!class_of)
        return;
    for (size_t i = 0; i < n_known; i++)
        class_of[i] = UINT16_MAX;
    memcpy(class_of, rows->base->class_of, rows->n_settled * sizeof(*class_of));
    for (size_t i = 0; i < rows->n_news; i++)
        class_of[rows->news[i].object] = rows->news[i].class;
}

enum status rows_settle(struct rows *rows)
{
    struct rows settled = {0};
    enum status status =
        start_base(&settled, rows->n, rows->base->class_of != NULL);

    if (status == STATUS_OK)
        status = settle_rows(rows, &settled);
    if (status != STATUS_OK) {
        rows_free(&settled);
        return status;
    }
    settle_classes(rows, &settled);
    rows_free(rows);
    *rows = settled;
    return STATUS_OK;
}

size_t rows_bytes(const struct rows *rows)
{
    size_t bytes = rows->n_chunks * CHUNK_ROWS * sizeof(struct row);

    if (rows->base->class_of)
        bytes += rows->n * sizeof(uint16_t);
    return bytes + (rows->spill.n + rows->base->spill.n) * sizeof(uint16_t);
}
