#include "rbac/engine.h"

#include <stdlib.h>

#include "rbac/estate.h"

/* ---- Effective rights of a role ---- */

/* The row of a type and level, added when it is not there. */
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
 * What a role says of an operation itself goes before what another operation
 * implies of it, so an implied operation can be given a level of its own.
 */
static enum status add_rights(const struct rbac_engine *engine,
                              const struct rbac_role *role, struct arena *arena,
                              struct rights *out)
{
    struct rbac_right *rows = arena_take(arena, role->n_rights, sizeof(*rows));

    if (!rows)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < role->n_rights; i++) {
        const struct rbac_right *right = &role->rights[i];
        const struct type *type = types_get(&engine->types, right->type);
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

static enum status make_rights(struct rbac_engine *engine)
{
    const struct rbac_estate *estate = &engine->estate;

    engine->rights =
        arena_take(&engine->arena, estate->n_roles, sizeof(*engine->rights));
    if (!engine->rights)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < estate->n_roles; i++)
        TRY(add_rights(engine, &estate->roles[i], &engine->arena,
                       &engine->rights[i]));
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

static enum status index_admins(struct rbac_engine *engine,
                                struct rbac_problem *problem)
{
    const struct rbac_estate *estate = &engine->estate;

    TRY(names_make(&engine->arena, estate->n_admins, &engine->admins));
    for (size_t i = 0; i < estate->n_admins; i++)
        TRY(add_name(&engine->admins, estate->admins[i].name,
                     estate->admins[i].is_group, i, "administrator", problem));
    return STATUS_OK;
}

static enum status index_names(struct rbac_engine *engine,
                               struct rbac_problem *problem)
{
    const struct rbac_estate *estate = &engine->estate;
    struct arena *arena = &engine->arena;

    TRY(names_make(arena, estate->n_roles, &engine->roles));
    for (size_t i = 0; i < estate->n_roles; i++)
        TRY(add_name(&engine->roles, estate->roles[i].id, 0, i, "role",
                     problem));
    TRY(names_make(arena, estate->n_scopes, &engine->scopes));
    for (size_t i = 0; i < estate->n_scopes; i++)
        TRY(add_name(&engine->scopes, estate->scopes[i].id, 0, i, "scope",
                     problem));
    TRY(names_make(arena, estate->n_collections, &engine->collections));
    for (size_t i = 0; i < estate->n_collections; i++)
        TRY(add_name(&engine->collections, estate->collections[i].id, 0, i,
                     "collection", problem));
    return index_admins(engine, problem);
}

/* ---- Building ---- */

static void find_special_scopes(struct rbac_engine *engine)
{
    engine->all_scope = engine->default_scope = RBAC_NONE;
    for (size_t i = 0; i < engine->estate.n_scopes; i++) {
        if (engine->estate.scopes[i].is_all)
            engine->all_scope = (uint32_t)i;
        if (engine->estate.scopes[i].is_default)
            engine->default_scope = (uint32_t)i;
    }
}

static enum status number_tree(struct rbac_engine *engine,
                               struct rbac_problem *problem)
{
    const struct rbac_estate *estate = &engine->estate;
    uint32_t bad = RBAC_NONE;
    const enum status status =
        tree_number(estate->collections, estate->n_collections, &engine->arena,
                    &engine->tree, &bad);

    if (status != STATUS_INVALID)
        return status;
    return problem_tell(problem,
                        "collection \"%s\" is limited by itself, "
                        "round a circle",
                        estate->collections[bad].name);
}

enum status rbac_engine_build(const struct rbac_estate *estate,
                              struct rbac_engine **engine_out,
                              struct rbac_problem *problem_out)
{
    OWNED(rbac_engine) engine = calloc(1, sizeof(*engine));

    problem_out->text[0] = '\0';
    if (!engine)
        return STATUS_NO_MEMORY;
    TRY(estate_check(estate, problem_out));
    TRY(types_make(estate->catalog, &engine->arena, &engine->types,
                   problem_out));
    TRY(estate_copy(estate, &engine->arena, &engine->estate));
    TRY(number_tree(engine, problem_out));
    TRY(make_rights(engine));
    TRY(index_names(engine, problem_out));
    find_special_scopes(engine);
    *engine_out = TAKE(engine);
    return STATUS_OK;
}

void rbac_engine_free(struct rbac_engine *engine)
{
    if (!engine)
        return;
    arena_free(&engine->arena);
    free(engine);
}

const struct rbac_estate *rbac_engine_estate(const struct rbac_engine *engine)
{
    return &engine->estate;
}

uint32_t rbac_find_admin(const struct rbac_engine *engine, struct text name,
                         bool is_group)
{
    return names_find(&engine->admins, name, is_group);
}

uint32_t rbac_find_role(const struct rbac_engine *engine, struct text id)
{
    return names_find(&engine->roles, id, 0);
}

uint32_t rbac_find_scope(const struct rbac_engine *engine, struct text id)
{
    return names_find(&engine->scopes, id, 0);
}

uint32_t rbac_find_collection(const struct rbac_engine *engine, struct text id)
{
    return names_find(&engine->collections, id, 0);
}
