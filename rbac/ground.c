#include "rbac/ground.h"

#include <stdlib.h>

#include "rbac/estate.h"

static enum status add_name(struct names *names, const char *name, size_t index,
                            const char *what, struct rbac_problem *problem)
{
    if (names_add(names, name, 0, (uint32_t)index) == STATUS_OK)
        return STATUS_OK;
    return problem_tell(problem, "%s \"%s\" is there twice", what, name);
}

static enum status index_names(struct ground *ground,
                               struct rbac_problem *problem)
{
    struct arena *arena = &ground->arena;

    TRY(names_make(arena, ground->n_scopes, &ground->scope_names));
    for (size_t i = 0; i < ground->n_scopes; i++)
        TRY(add_name(&ground->scope_names, ground->scopes[i].id, i, "scope",
                     problem));
    TRY(names_make(arena, ground->tree.n, &ground->collection_names));
    for (size_t i = 0; i < ground->tree.n; i++)
        TRY(add_name(&ground->collection_names, ground->collections[i].id, i,
                     "collection", problem));
    return STATUS_OK;
}

static void find_special_scopes(struct ground *ground)
{
    ground->all_scope = ground->default_scope = RBAC_NONE;
    for (size_t i = 0; i < ground->n_scopes; i++) {
        if (ground->scopes[i].is_all)
            ground->all_scope = (uint32_t)i;
        if (ground->scopes[i].is_default)
            ground->default_scope = (uint32_t)i;
    }
}

static enum status number_tree(struct ground *ground, size_t n,
                               struct rbac_problem *problem)
{
    uint32_t bad = RBAC_NONE;
    const enum status status = tree_number(ground->collections, n,
                                           &ground->arena, &ground->tree, &bad);

    if (status != STATUS_INVALID)
        return status;
    return problem_tell(
        problem,
        "collection \"%s\" is limited by itself, directly or indirectly",
        ground->collections[bad].name);
}

enum status ground_make(const struct rbac_estate *estate,
                        struct ground **ground_out,
                        struct rbac_problem *problem)
{
    OWNED(ground) ground = calloc(1, sizeof(*ground));

    if (!ground)
        return STATUS_NO_MEMORY;
    atomic_init(&ground->n_holders, 1);
    pool_init(&ground->subjects);
    ground->catalog = estate->catalog;
    ground->n_scopes = estate->n_scopes;
    TRY(types_make(estate->catalog, &ground->arena, &ground->types, problem));
    TRY(estate_copy_scopes(estate, &ground->arena, &ground->scopes));
    TRY(estate_copy_collections(estate, &ground->arena, &ground->collections));
    TRY(number_tree(ground, estate->n_collections, problem));
    TRY(index_names(ground, problem));
    find_special_scopes(ground);
    *ground_out = TAKE(ground);
    return STATUS_OK;
}

static bool is_same_scope(const struct rbac_scope *a,
                          const struct rbac_scope *b)
{
    return a->is_all == b->is_all && a->is_default == b->is_default &&
           strcmp(a->id, b->id) == 0 && strcmp(a->name, b->name) == 0;
}

static bool is_same_collection(const struct rbac_collection *a,
                               const struct rbac_collection *b)
{
    return a->limiting == b->limiting && strcmp(a->id, b->id) == 0 &&
           strcmp(a->name, b->name) == 0;
}

bool ground_is_that_of(const struct ground *ground,
                       const struct rbac_estate *estate)
{
    if (ground->catalog != estate->catalog ||
        ground->n_scopes != estate->n_scopes ||
        ground->tree.n != estate->n_collections)
        return false;
    for (size_t i = 0; i < estate->n_scopes; i++)
        if (!is_same_scope(&ground->scopes[i], &estate->scopes[i]))
            return false;
    for (size_t i = 0; i < estate->n_collections; i++)
        if (!is_same_collection(&ground->collections[i],
                                &estate->collections[i]))
            return false;
    return true;
}

struct ground *ground_hold(struct ground *ground)
{
    atomic_fetch_add_explicit(&ground->n_holders, 1, memory_order_relaxed);
    return ground;
}

void ground_free(struct ground *ground)
{
    if (!ground || atomic_fetch_sub_explicit(&ground->n_holders, 1,
                                             memory_order_acq_rel) != 1)
        return;
    pool_free(&ground->subjects);
    arena_free(&ground->arena);
    free(ground);
}
