#include "rbac/index_in.h"

#include <stdlib.h>

#include "rbac/pages.h"

/* ---- Lists ---- */

static void lists_free(struct lists *lists)
{
    if (!lists || atomic_fetch_sub_explicit(&lists->n_holders, 1,
                                            memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < lists->n; i++)
        shelf_free(&lists->shelves[i]);
    free(lists);
}

/* The rows of one class as a source of items; first member, to find it. */
struct class_source {
    struct shelf_source source;
    const struct rows *rows;
    const uint16_t *class_of;
    uint16_t class;
};

static void each_item(const struct shelf_source *source,
                      void (*put)(void *into, struct shelf_item item),
                      void *into)
{
    const struct class_source *from = (const struct class_source *)source;

    for (uint32_t i = 0; i < from->rows->n; i++) {
        struct labels labels;

        if (from->class_of && from->class_of[i] != from->class)
            continue;
        labels = rows_labels(
            from->rows, &from->rows->chunks[i / CHUNK_ROWS][i % CHUNK_ROWS]);
        for (size_t l = 0; l < labels.n; l++)
            put(into, (struct shelf_item){i, labels.labels[l]});
        if (labels.n == 0)
            put(into, (struct shelf_item){i, LABEL_NONE});
    }
}

/* The number of labels in the run of a large set, by position; NULL: no
 * tree. */
static const uint16_t *reach_of(const struct ground *ground,
                                const struct type *type)
{
    return type->securing == RBAC_BY_COLLECTION ? ground->tree.reach : NULL;
}

static enum status make_shelf(const struct rbac_index *index, size_t class,
                              struct shelf *shelf)
{
    const struct rbac_class *known = &index->classes[class];
    const struct rows *rows = &index->rows[known->objects];
    const struct type *type = types_get(&index->ground->types, known->type);
    const bool by_collection = type->securing == RBAC_BY_COLLECTION;
    const struct class_source source = {
        .source = {.each = each_item,
                   .n_objects = rows->n,
                   .n_labels = by_collection ? index->ground->tree.n
                                             : index->ground->n_scopes,
                   .reach = reach_of(index->ground, type)},
        .rows = rows,
        .class_of = rows->base->class_of,
        .class = (uint16_t) class,
    };

    return shelf_make(&source.source, shelf);
}

static enum status make_lists(struct rbac_index *index)
{
    const size_t n = index->n_classes;
    struct lists *lists =
        calloc(1, sizeof(*lists) + n * sizeof(lists->shelves[0]));

    if (!lists)
        return STATUS_NO_MEMORY;
    atomic_init(&lists->n_holders, 1);
    lists->n = n;
    lists_free(index->lists);
    index->lists = lists;
    for (size_t i = 0; i < n; i++)
        TRY(make_shelf(index, i, &lists->shelves[i]));
    return STATUS_OK;
}

/* ---- Building ---- */

static void make_view(struct rbac_index *index, size_t class)
{
    const struct rbac_class *known = &index->classes[class];
    const struct rows *rows = &index->rows[known->objects];
    const struct type *type = types_get(&index->ground->types, known->type);
    struct class_view *view = &index->views[class];

    *view = (struct class_view){
        .chunks = rows->chunks,
        .n = rows->n,
        .miss_covered = fast_answer(uncovered_reason(type)),
        .type = type,
        .rows = rows,
        .shelf = &index->lists->shelves[class],
    };
    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
        if (!((type->labelless | type->blocked_direct) >> bit & 1))
            view->cell[bit] = type->cell[bit];
}

static enum status make_views(struct rbac_index *index)
{
    index->views = pages_take(index->n_classes * sizeof(*index->views));
    if (!index->views)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < index->n_classes; i++)
        make_view(index, i);
    return STATUS_OK;
}

/* An index without rows, lists and views yet. */
static enum status start(struct ground *ground,
                         const struct rbac_class *classes, size_t n_classes,
                         size_t n_rows, struct rbac_index **index_out)
{
    OWNED(rbac_index) index = calloc(1, sizeof(*index));

    if (!index)
        return STATUS_NO_MEMORY;
    index->classes = calloc(n_classes + 1, sizeof(*index->classes));
    index->rows = calloc(n_rows + 1, sizeof(*index->rows));
    if (!index->classes || !index->rows)
        return STATUS_NO_MEMORY;
    if (n_classes)
        memcpy(index->classes, classes, n_classes * sizeof(*classes));
    index->n_classes = n_classes;
    index->n_rows = n_rows;
    index->ground = ground_hold(ground);
    index->fast = fast_find();
    *index_out = TAKE(index);
    return STATUS_OK;
}

/* The type that defines how a numbering is labelled: that of its classes. */
static enum status find_type(const struct rbac_index *index, size_t numbering,
                             const struct type **type_out)
{
    const struct type *found = NULL;

    for (size_t i = 0; i < index->n_classes; i++) {
        const struct type *type =
            types_get(&index->ground->types, index->classes[i].type);

        if (index->classes[i].objects != numbering)
            continue;
        if (!type->described || (found && found->securing != type->securing))
            return STATUS_INVALID;
        found = type;
    }
    *type_out = found;
    return found ? STATUS_OK : STATUS_INVALID;
}

static enum status make_rows(struct rbac_index *index,
                             const struct rbac_objects *objects)
{
    for (size_t i = 0; i < index->n_rows; i++) {
        const struct type *type;

        TRY(find_type(index, i, &type));
        TRY(rows_make(index->ground, type, &objects[i], &index->rows[i]));
    }
    return STATUS_OK;
}

enum status rbac_index_build(const struct rbac_engine *engine,
                             const struct rbac_class *classes, size_t n_classes,
                             const struct rbac_objects *objects,
                             size_t n_objects, struct rbac_index **index_out)
{
    OWNED(rbac_index) index = NULL;

    if (n_classes > UINT16_MAX || n_objects > n_classes)
        return STATUS_INVALID;
    for (size_t i = 0; i < n_classes; i++)
        if (classes[i].objects >= n_objects)
            return STATUS_INVALID;
    TRY(start(engine->ground, classes, n_classes, n_objects, &index));
    TRY(make_rows(index, objects));
    TRY(make_lists(index));
    TRY(make_views(index));
    *index_out = TAKE(index);
    return STATUS_OK;
}

void rbac_index_free(struct rbac_index *index)
{
    if (!index)
        return;
    for (size_t i = 0; index->rows && i < index->n_rows; i++)
        rows_free(&index->rows[i]);
    lists_free(index->lists);
    ground_free(index->ground);
    free(index->rows);
    free(index->classes);
    pages_give(index->views, index->n_classes * sizeof(*index->views));
    free(index);
}

bool rbac_index_fits(const struct rbac_index *index,
                     const struct rbac_engine *engine)
{
    return index->ground == engine->ground;
}

/* ---- Generations ---- */

static enum status share(const struct rbac_index *from,
                         struct rbac_index **index_out)
{
    OWNED(rbac_index) index = NULL;

    TRY(start(from->ground, from->classes, from->n_classes, from->n_rows,
              &index));
    for (size_t i = 0; i < from->n_rows; i++)
        TRY(rows_share(&from->rows[i], &index->rows[i]));
    index->lists = from->lists;
    atomic_fetch_add_explicit(&index->lists->n_holders, 1,
                              memory_order_relaxed);
    *index_out = TAKE(index);
    return STATUS_OK;
}

static enum status settle(struct rbac_index *index)
{
    for (size_t i = 0; i < index->n_rows; i++)
        TRY(rows_settle(&index->rows[i]));
    return make_lists(index);
}

enum status rbac_index_set(const struct rbac_index *from, uint16_t class,
                           uint32_t object, const uint32_t *labels,
                           size_t n_labels, struct rbac_index **index_out)
{
    OWNED(rbac_index) index = NULL;
    struct rows *rows;

    if (class >= from->n_classes)
        return STATUS_INVALID;
    TRY(share(from, &index));
    rows = &index->rows[index->classes[class].objects];
    TRY(rows_set(rows, index->ground, from->views[class].type,
                 (struct rows_news){object, class}, labels, n_labels));
    if (rows->n_news > ROWS_NEWS_MAX)
        TRY(settle(index));
    TRY(make_views(index));
    *index_out = TAKE(index);
    return STATUS_OK;
}

size_t rbac_index_bytes(const struct rbac_index *index)
{
    size_t bytes = 0;

    for (size_t i = 0; i < index->n_rows; i++)
        bytes += rows_bytes(&index->rows[i]);
    for (size_t i = 0; i < index->lists->n; i++)
        bytes += shelf_bytes(&index->lists->shelves[i]);
    return bytes;
}

/* ---- Deciding ---- */

static const struct row ANY_OBJECT = {
    {LABEL_ALL_OBJECTS, LABEL_NONE, LABEL_NONE, LABEL_NONE}};

static struct rbac_decision decide_row(const struct class_view *view,
                                       const struct rbac_ask *ask,
                                       uint16_t cell, struct row row,
                                       struct asker asker)
{
    if (view->type->blocked_direct >> ask->operation & 1)
        return decide_blocked(ask->subject, cell, row, asker);
    return decide_cell(ask->subject, cell, row, asker,
                       uncovered_reason(view->type));
}

/* More labels than a row holds: four at a time. */
static struct rbac_decision decide_spilled(const struct class_view *view,
                                           const struct rbac_ask *ask,
                                           uint16_t cell, struct row row,
                                           struct asker asker)
{
    const struct labels all = rows_labels(view->rows, &row);
    struct rbac_decision best = deny(uncovered_reason(view->type));

    for (size_t i = 0; i < all.n; i += ROW_LABELS) {
        struct row part = {{LABEL_NONE, LABEL_NONE, LABEL_NONE, LABEL_NONE}};

        for (size_t l = 0; l < ROW_LABELS && i + l < all.n; l++)
            part.label[l] = all.labels[i + l];
        best = decide_better(best, decide_row(view, ask, cell, part, asker));
    }
    return best;
}

struct rbac_decision index_decide(const struct class_view *view,
                                  const struct rbac_ask *ask, struct row row,
                                  int64_t now_s)
{
    const uint16_t number = cell_number(view, ask);
    const uint16_t cell = ask->subject->cells[number];
    const struct asker asker = {(enum auth_level)ask->level, now_s, false};

    if (!is_granted_cell(cell))
        return decide_nothing(number, cell);
    if (view->type->labelless >> ask->operation & 1)
        return decide_cell(ask->subject, cell, ANY_OBJECT, asker,
                           uncovered_reason(view->type));
    if (row.label[0] == LABEL_MANY)
        return decide_spilled(view, ask, cell, row, asker);
    return decide_row(view, ask, cell, row, asker);
}

struct rbac_decision rbac_index_check(const struct rbac_index *index,
                                      const struct rbac_ask *ask, int64_t now_s)
{
    return index->fast->check(index, ask, now_s);
}

void rbac_index_check_many(const struct rbac_index *index,
                           const struct rbac_ask *asks, size_t n, int64_t now_s,
                           struct rbac_decision *decisions_out)
{
    index->fast->check_many(index, asks, n, now_s, decisions_out);
}
