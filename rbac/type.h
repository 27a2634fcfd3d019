/*
 * The catalog as the engine uses it: for a type and an operation, the cell of a
 * subject that has the answer.
 */
#pragma once

#include "rbac/arena.h"
#include "rbac/build.h"

enum {
    TYPE_NONE = 0,         /* slot of ids the catalog does not have */
    CELL_NONE = 0,         /* the cell of operations a type does not have */
    CELLS_MAX = 32 * 1024, /* a cell's content needs 15 bits */
};

struct type {
    uint16_t cell[RBAC_OPERATIONS_MAX]; /* CELL_NONE: not an operation */
    uint32_t labelless;                 /* operations held on all or none */
    uint32_t blocked_direct;
    enum rbac_securing securing;
    const struct rbac_type *described; /* in the catalog */
};

/* Slot 0 is the unknown type: no operations. */
struct types {
    uint16_t *slot_of; /* [n_ids], by type id */
    size_t n_ids;
    struct type *slots; /* [n_slots] */
    size_t n_slots;
    size_t n_cells; /* cell 0 included */
};

/* STATUS_INVALID with the problem if the catalog is inconsistent. */
MUST_CHECK
enum status types_make(const struct rbac_catalog *catalog, struct arena *arena,
                       struct types *types_out, struct rbac_problem *problem);

static inline const struct type *types_get(const struct types *types,
                                           uint16_t id)
{
    return &types->slots[id < types->n_ids ? types->slot_of[id] : TYPE_NONE];
}
