#include "policy/probe.h"

#include <string.h>

void probe_clear(struct probe *probe)
{
    rbac_engine_free(probe->engine);
    *probe = (struct probe){.engine = NULL};
}

/* Ids that no real object has: names never have control characters. */
static const char other_id[] = "\x01other";

static bool add_scope(struct rbac_estate *estate, struct arena *arena)
{
    struct rbac_scope *scopes =
        arena_alloc(arena, estate->n_scopes + 1, sizeof(*scopes));

    if (!scopes)
        return false;
    if (estate->n_scopes)
        memcpy(scopes, estate->scopes, estate->n_scopes * sizeof(*scopes));
    scopes[estate->n_scopes] =
        (struct rbac_scope){.id = other_id, .name = other_id};
    estate->scopes = scopes;
    estate->n_scopes++;
    return true;
}

static bool add_children(struct rbac_estate *estate, const bool *has_below,
                         uint32_t *below, struct arena *arena)
{
    const size_t n = estate->n_collections;
    struct rbac_collection *all = arena_alloc(arena, 2 * n, sizeof(*all));
    size_t at = n;

    if (!all)
        return false;
    if (n)
        memcpy(all, estate->collections, n * sizeof(*all));
    for (size_t i = 0; i < n; i++) {
        const char *id;

        below[i] = RBAC_NONE;
        if (!has_below[i])
            continue;
        id = arena_format(arena, "\x01%s", all[i].id);
        if (!id)
            return false;
        below[i] = (uint32_t)at;
        all[at++] = (struct rbac_collection){id, id, (uint32_t)i};
    }
    estate->collections = all;
    estate->n_collections = at;
    return true;
}

enum status probe_make(const struct rbac_engine *engine, const bool *has_below,
                       struct arena *arena, struct probe *probe_out)
{
    struct probe probe = {.real = rbac_engine_estate(engine)};
    struct rbac_estate estate = *probe.real;
    struct rbac_problem problem;

    probe.other_scope = (uint32_t)estate.n_scopes;
    probe.below =
        arena_alloc(arena, estate.n_collections, sizeof(*probe.below));
    if (!probe.below || !add_scope(&estate, arena) ||
        !add_children(&estate, has_below, probe.below, arena))
        return arena_status(arena);
    TRY(rbac_engine_build(&estate, &probe.engine, &problem));
    *probe_out = probe;
    return STATUS_OK;
}
