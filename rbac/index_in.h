/*
 * The object index from within.
 */
#pragma once

#include <assert.h>

#include "rbac/decide.h"
#include "rbac/index.h"
#include "rbac/rows.h"
#include "rbac/shelf.h"

/* The lists of all classes, shared by the generations they are valid for. */
struct lists {
    atomic_size_t n_holders;
    size_t n;
    struct shelf shelves[]; /* [n], by class */
};

/* What a check needs of a class, in two cache lines. */
struct class_view {
    /* Cells of the fast path; CELL_NONE if it must not be taken. */
    alignas(64) uint16_t cell[RBAC_OPERATIONS_MAX];
    const struct row *const *chunks;
    size_t n;              /* objects */
    uint32_t miss_covered; /* the answer's number if nothing covers */
    const struct type *type;
    const struct rows *rows;
    const struct shelf *shelf;
};

struct rbac_index {
    const struct fast *fast;    /* the fastest decision on this processor */
    struct ground *ground;      /* held */
    struct class_view *views;   /* owned: [n_classes], by class */
    struct rbac_class *classes; /* owned: [n_classes] */
    size_t n_classes;
    struct rows *rows; /* owned: [n_rows], by numbering */
    size_t n_rows;
    struct lists *lists; /* held */
};

static inline const struct class_view *view_of(const struct rbac_index *index,
                                               const struct rbac_ask *ask)
{
    assert(ask->subject->ground == index->ground);
    assert(ask->class < index->n_classes);
    return &index->views[ask->class];
}

/* The subject's cell that answers, by its number. */
static inline uint16_t cell_number(const struct class_view *view,
                                   const struct rbac_ask *ask)
{
    return ask->operation < RBAC_OPERATIONS_MAX
               ? view->type->cell[ask->operation]
               : CELL_NONE;
}

/* Like rbac_index_check(), for a row at hand; the whole rule. */
struct rbac_decision index_decide(const struct class_view *view,
                                  const struct rbac_ask *ask, struct row row,
                                  int64_t now_s);

/* The same, on the fast path if it is just a line and a row. */
struct fast {
    struct rbac_decision (*check)(const struct rbac_index *index,
                                  const struct rbac_ask *ask, int64_t now_s);
    void (*check_many)(const struct rbac_index *index,
                       const struct rbac_ask *asks, size_t n, int64_t now_s,
                       struct rbac_decision *decisions_out);
};

/* The number of the answer "denied for this reason". */
uint32_t fast_answer(enum rbac_reason reason);

/* The one for this processor. */
const struct fast *fast_find(void);
