/*
 * The object index from within.
 */
#pragma once

#include "rbac/decide.h"
#include "rbac/index.h"
#include "rbac/rows.h"
#include "rbac/shelf.h"

/* The lists of all classes, shared by the generations they are good for. */
struct lists {
    atomic_size_t n_holders;
    size_t n;
    struct shelf shelves[]; /* [n], by class */
};

/* What a check needs of a class, in two cache lines. */
struct view {
    alignas(64) uint16_t cell[RBAC_OPERATIONS_MAX];
    const struct row *const *chunks;
    size_t n; /* objects */
    uint32_t labelless;
    uint32_t blocked_direct;
    uint32_t special; /* either of the two */
    enum rbac_reason uncovered;
    const struct type *type;
    const struct rows *rows;
    const struct shelf *shelf;
};

struct rbac_index {
    struct ground *ground;      /* held */
    struct view *views;         /* owned: [n_classes], by class */
    struct rbac_class *classes; /* owned: [n_classes] */
    size_t n_classes;
    struct rows *rows; /* owned: [n_rows], by numbering */
    size_t n_rows;
    struct lists *lists; /* held */
};

/* As rbac_index_check(), for a row that is at hand. */
struct rbac_decision index_decide(const struct view *view,
                                  const struct rbac_ask *ask, struct row row,
                                  int64_t now_s);
