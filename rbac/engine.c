#include "rbac/engine.h"

#include <stdlib.h>

#include "rbac/estate.h"

/* ---- Building ---- */

/* The estate as the engine keeps it, in its own memory. */
static void take_estate(struct rbac_engine *engine,
                        const struct rbac_estate *estate)
{
    engine->estate = *estate;
    engine->estate.scopes = engine->ground->scopes;
    engine->estate.collections = engine->ground->collections;
    engine->estate.roles = engine->powers->roles;
    engine->estate.admins = engine->powers->admins;
    engine->rights = engine->powers->rights;
}

static enum status make_ground(struct rbac_engine *engine,
                               const struct rbac_engine *previous,
                               const struct rbac_estate *estate,
                               struct rbac_problem *problem)
{
    if (!previous || !ground_is_that_of(previous->ground, estate))
        return ground_make(previous ? previous->ground : NULL, estate,
                           &engine->ground, problem);
    engine->ground = ground_hold(previous->ground);
    return STATUS_OK;
}

static enum status make_powers(struct rbac_engine *engine,
                               const struct rbac_engine *previous,
                               const struct rbac_estate *estate,
                               struct rbac_problem *problem)
{
    if (!previous || previous->ground->catalog != estate->catalog ||
        !powers_are_of(previous->powers, estate))
        return powers_make(estate, engine->ground, &engine->powers, problem);
    engine->powers = powers_hold(previous->powers);
    return STATUS_OK;
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
    TRY(make_ground(engine, previous, estate, problem_out));
    TRY(make_powers(engine, previous, estate, problem_out));
    take_estate(engine, estate);
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
    powers_free(engine->powers);
    ground_free(engine->ground);
    free(engine);
}

const struct rbac_estate *rbac_engine_estate(const struct rbac_engine *engine)
{
    return &engine->estate;
}

uint32_t rbac_find_admin(const struct rbac_engine *engine, struct text name,
                         bool is_group)
{
    return names_find(&engine->powers->admin_names, name, is_group);
}

uint32_t rbac_find_role(const struct rbac_engine *engine, struct text id)
{
    return names_find(&engine->powers->role_names, id, 0);
}

uint32_t rbac_find_scope(const struct rbac_engine *engine, struct text id)
{
    return names_find(&engine->ground->scope_names, id, 0);
}

uint32_t rbac_find_collection(const struct rbac_engine *engine, struct text id)
{
    return ground_find_collection(engine->ground, id);
}
