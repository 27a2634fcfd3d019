#include "rbac/type.h"

#include <stdio.h>

static enum status check_type(const struct rbac_catalog *catalog, size_t i,
                              struct rbac_problem *problem)
{
    const struct rbac_type *type = &catalog->types[i];
    const char *why = NULL;

    if (i > 0 && catalog->types[i - 1].id >= type->id)
        why = "is out of order or there twice";
    else if ((type->type_wide | type->blocked_direct) & ~type->operations)
        why = "marks an operation that it does not have";
    else if (rbac_with_implied(type, type->operations) != type->operations)
        why = "implies an operation that it does not have";
    else if (type->blocked_direct && type->securing != RBAC_BY_COLLECTION)
        why = "blocks on collections without being secured by them";
    if (!why)
        return STATUS_OK;
    snprintf(problem->text, sizeof(problem->text), "type %u %s", type->id, why);
    return STATUS_INVALID;
}

/* By role alone, every operation is held on all objects or on none. */
static struct type compile_type(const struct rbac_type *described,
                                size_t *n_cells)
{
    struct type type = {
        .labelless = described->securing == RBAC_BY_ROLE ? described->operations
                                                         : described->type_wide,
        .blocked_direct = described->blocked_direct,
        .securing = described->securing,
        .described = described,
    };

    for (int bit = 0; bit < RBAC_OPERATIONS_MAX; bit++)
        if (described->operations >> bit & 1)
            type.cell[bit] = (uint16_t)(*n_cells)++;
    return type;
}

enum status types_make(const struct rbac_catalog *catalog, struct arena *arena,
                       struct types *types_out, struct rbac_problem *problem)
{
    const size_t n = catalog->n_types;
    const size_t n_ids = n ? catalog->types[n - 1].id + 1u : 0;

    if (n >= CELLS_MAX / RBAC_OPERATIONS_MAX) {
        snprintf(problem->text, sizeof(problem->text), "too many types");
        return STATUS_LIMIT;
    }
    for (size_t i = 0; i < n; i++)
        TRY(check_type(catalog, i, problem));
    *types_out = (struct types){
        .slot_of = arena_take(arena, n_ids, sizeof(uint16_t)),
        .n_ids = n_ids,
        .slots = arena_take(arena, n + 1, sizeof(struct type)),
        .n_slots = n + 1,
        .n_cells = CELL_NONE + 1,
    };
    if (!types_out->slot_of || !types_out->slots)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        types_out->slots[i + 1] =
            compile_type(&catalog->types[i], &types_out->n_cells);
        types_out->slot_of[catalog->types[i].id] = (uint16_t)(i + 1);
    }
    return STATUS_OK;
}
