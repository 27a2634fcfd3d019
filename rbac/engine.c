#include "rbac/engine.h"

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
static enum status add_rights(const struct rbac_engine *engine,
                              const struct rbac_role *role, struct arena *arena,
                              struct rights *out)
{
    struct rbac_right *rows = arena_take(arena, role->n_rights, sizeof(*rows));

    if (!rows)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < role->n_rights; i++) {
        const struct rbac_right *right = &role->rights[i];
        const struct type *type =
            types_get(&engine->ground->types, right->type);
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

static enum status index_names(struct rbac_engine *engine,
                               struct rbac_problem *problem)
{
    const struct rbac_estate *estate = &engine->estate;
    struct arena *arena = &engine->arena;

    TRY(names_make(arena, estate->n_roles, &engine->roles));
    for (size_t i = 0; i < estate->n_roles; i++)
        TRY(add_name(&engine->roles, estate->roles[i].id, 0, i, "role",
                     problem));
    TRY(names_make(arena, estate->n_admins, &engine->admins));
    for (size_t i = 0; i < estate->n_admins; i++)
        TRY(add_name(&engine->admins, estate->admins[i].name,
                     estate->admins[i].is_group, i, "administrator", problem));
    return STATUS_OK;
}

/* ---- Building ---- */

static enum status copy_estate(struct rbac_engine *engine,
                               const struct rbac_estate *estate)
{
    engine->estate = *estate;
    engine->estate.scopes = engine->ground->scopes;
    engine->estate.collections = engine->ground->collections;
    TRY(estate_copy_roles(estate, &engine->arena, &engine->estate.roles));
    return estate_copy_admins(estate, &engine->arena, &engine->estate.admins);
}

enum status rbac_engine_rebuild(const struct rbac_engine *previous,
                                const struct rbac_estate *estate,
                                struct rbac_engine **engine_out,
                                struct rbac_problem *problem_out)
{
    OWNED(rbac_engine) engine = calloc(1, sizeof(*engine));

    problem_out->text[0] = '\0';
    if (!engine)
        return STATUS_NO_MEMORY;
    TRY(estate_check(estate, problem_out));
    if (previous && ground_is_that_of(previous->ground, estate))
        engine->ground = ground_hold(previous->ground);
    else
        TRY(ground_make(estate, &engine->ground, problem_out));
    TRY(copy_estate(engine, estate));
    TRY(make_rights(engine));
    TRY(index_names(engine, problem_out));
    *engine_out = TAKE(engine);
    return STATUS_OK;
}

enum status rbac_engine_build(const struct rbac_estate *estate,
                              struct rbac_engine **engine_out,
                              struct rbac_problem *problem_out)
{
    return rbac_engine_rebuild(NULL, estate, engine_out, problem_out);
}

void rbac_engine_free(struct rbac_engine *engine)
{
    if (!engine)
        return;
    ground_free(engine->ground);
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
    return names_find(&engine->ground->scope_names, id, 0);
}

uint32_t rbac_find_collection(const struct rbac_engine *engine, struct text id)
{
    return names_find(&engine->ground->collection_names, id, 0);
}
