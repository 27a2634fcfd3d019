/*
 * Lists: from what a subject covers to the objects, never object by object.
 */
#include <assert.h>

#include "rbac/index_in.h"

/* A list being made. */
struct listing {
    const struct class_view *view;
    const struct rbac_ask *ask;
    int64_t now_s;
    struct rbac_set *set;
};

static void take_lines(const struct listing *listing, const struct line *lines,
                       size_t n_lines)
{
    const bool is_labelless =
        listing->view->type->labelless >> listing->ask->operation & 1;

    if (is_labelless && lines->count[0])
        shelf_take_all(listing->view->shelf, listing->set);
    if (is_labelless)
        return;
    for (size_t i = 0; i < n_lines * LINE_RUNS; i++) {
        const struct line *line = &lines[i / LINE_RUNS];
        const struct run run = {line->first[i % LINE_RUNS],
                                line->count[i % LINE_RUNS]};

        if (run.count)
            shelf_take(listing->view->shelf, run, listing->set);
    }
}

static void take_chain(const struct listing *listing, uint16_t cell)
{
    const struct rbac_subject *subject = listing->ask->subject;
    const struct chain *chain = &subject->chains[cell & (CELL_CHAIN - 1)];

    for (uint32_t i = 0; i < chain->n; i++) {
        const struct segment *segment = &subject->segments[chain->first + i];

        if (window_holds(segment->from_s, segment->until_s, listing->now_s) &&
            segment->level <= listing->ask->level)
            take_lines(listing, &subject->lines[segment->line],
                       segment->n_lines);
    }
}

static void decide_one(const struct listing *listing, uint32_t object)
{
    const struct class_view *view = listing->view;
    const struct row row = rows_get(view->chunks, view->n, object);

    if (index_decide(view, listing->ask, row, listing->now_s).verdict ==
        RBAC_ALLOW)
        rbac_set_put(listing->set, object);
    else
        rbac_set_drop(listing->set, object);
}

/* Objects changed since the lists were built are decided one by one. */
static void correct_news(const struct listing *listing, uint16_t class)
{
    const struct rows *rows = listing->view->rows;

    for (size_t i = 0; i < rows->n_news; i++) {
        if (rows->news[i].class == class)
            decide_one(listing, rows->news[i].object);
        else
            rbac_set_drop(listing->set, rows->news[i].object);
    }
}

/* So are those of an operation that direct assignments block. */
static void correct_blocked(const struct listing *listing)
{
    for (size_t w = 0; w < listing->set->n_words; w++)
        for (uint64_t word = listing->set->words[w]; word; word &= word - 1)
            decide_one(listing,
                       (uint32_t)(w * 64 + (size_t)__builtin_ctzll(word)));
}

enum status rbac_index_visible(const struct rbac_index *index,
                               const struct rbac_ask *ask, int64_t now_s,
                               struct rbac_set *set)
{
    const struct class_view *view;
    struct listing listing;
    uint16_t cell;

    assert(ask->subject->ground == index->ground);
    assert(ask->class < index->n_classes);
    view = &index->views[ask->class];
    listing = (struct listing){view, ask, now_s, set};
    TRY(rbac_set_begin(set, view->n));
    if (ask->operation >= RBAC_OPERATIONS_MAX || ask->level == AUTH_LEVEL_NONE)
        return STATUS_OK;
    cell = subject_cells(ask->subject, now_s)[cell_number(view, ask)];
    if (!is_granted_cell(cell))
        return STATUS_OK;
    if (cell & CELL_CHAIN)
        take_chain(&listing, cell);
    else
        take_lines(&listing, &ask->subject->lines[cell], 1);
    correct_news(&listing, ask->class);
    if (view->type->blocked_direct >> ask->operation & 1)
        correct_blocked(&listing);
    rbac_set_end(set);
    return STATUS_OK;
}
