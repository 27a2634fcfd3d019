#include "rbac/powers.h"

#include <stdlib.h>

#include "rbac/estate.h"

/* ---- Effective rights of a role ---- */

/* The row of a type and level, added if missing. */
static struct rbac_right *right_at(struct rbac_right *rows, size_t *n_rows,
                                   uint16_t type, enum auth_level level)
{
    for (size_t i = 0; i < *n_rows; i++)
        if (rows[i].type == type && rows[i].level == level)
            return &rows[i];
    rows[*n_rows] = (struct rbac_right){.type = type, .level = level};
    return &rows[(*n_rows)++];
}

static uint32_t named_bits(const struct rbac_role *role, uint16_t type)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < role->n_rights; i++)
        if (role->rights[i].type == type)
            bits |= role->rights[i].operations;
    return bits;
}

static enum auth_level stronger(enum auth_level a, enum auth_level b)
{
    return a > b ? a : b;
}

/*
 * What a role says about an operation itself takes precedence over what another
 * operation implies, so an implied operation can have a level of its own.
 */
static enum status add_rights(const struct ground *ground,
                              const struct rbac_role *role, struct arena *arena,
                              struct rights *out)
{
    struct rbac_right *rows = arena_take(arena, role->n_rights, sizeof(*rows));

    if (!rows)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < role->n_rights; i++) {
        const struct rbac_right *right = &role->rights[i];
        const struct type *type = types_get(&ground->types, right->type);
        const uint32_t implied =
            rbac_with_implied(type->described, right->operations) &
            ~named_bits(role, right->type);
        const enum auth_level level =
            level_of_grant(stronger(role->level, right->level));

        right_at(rows, &out->n_rows, right->type, level)->operations |=
            right->operations | implied;
    }
    out->rows = rows;
    return STATUS_OK;
}

static enum status make_rights(struct powers *powers,
                               const struct rbac_estate *estate,
                               const struct ground *ground)
{
    powers->rights =
        arena_take(&powers->arena, estate->n_roles, sizeof(*powers->rights));
    if (!powers->rights)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < estate->n_roles; i++)
        TRY(add_rights(ground, &estate->roles[i], &powers->arena,
                       &powers->rights[i]));
    return STATUS_OK;
}

/* ---- Names ---- */

static enum status add_name(struct names *names, const char *name,
                            uint32_t kind, size_t index, const char *what,
                            struct rbac_problem *problem)
{
    if (names_add(names, name, kind, (uint32_t)index) == STATUS_OK)
        return STATUS_OK;
    return problem_tell(problem, "%s \"%s\" is there twice", what, name);
}

static enum status index_names(struct powers *powers,
                               const struct rbac_estate *estate,
                               struct rbac_problem *problem)
{
    struct arena *arena = &powers->arena;

    TRY(names_make(arena, estate->n_roles, &powers->role_names));
    for (size_t i = 0; i < estate->n_roles; i++)
        TRY(add_name(&powers->role_names, powers->roles[i].id, 0, i, "role",
                     problem));
    TRY(names_make(arena, estate->n_admins, &powers->admin_names));
    for (size_t i = 0; i < estate->n_admins; i++)
        TRY(add_name(&powers->admin_names, powers->admins[i].name,
                     powers->admins[i].is_group, i, "administrator", problem));
    return STATUS_OK;
}

/* ---- As a whole ---- */

enum status powers_make(const struct rbac_estate *estate,
                        const struct ground *ground, struct powers **powers_out,
                        struct rbac_problem *problem)
{
    OWNED(powers) powers = calloc(1, sizeof(*powers));

    if (!powers)
        return STATUS_NO_MEMORY;
    atomic_init(&powers->n_holders, 1);
    TRY(estate_copy_roles(estate, &powers->arena, &powers->roles));
    TRY(estate_copy_admins(estate, &powers->arena, &powers->admins));
    TRY(make_rights(powers, estate, ground));
    TRY(index_names(powers, estate, problem));
    *powers_out = TAKE(powers);
    return STATUS_OK;
}

bool powers_are_of(const struct powers *powers,
                   const struct rbac_estate *estate)
{
    return powers->roles == estate->roles && powers->admins == estate->admins;
}

struct powers *powers_hold(struct powers *powers)
{
    atomic_fetch_add_explicit(&powers->n_holders, 1, memory_order_relaxed);
    return powers;
}

void powers_free(struct powers *powers)
{
    if (!powers || atomic_fetch_sub_explicit(&powers->n_holders, 1,
                                             memory_order_acq_rel) != 1)
        return;
    arena_free(&powers->arena);
    free(powers);
}
