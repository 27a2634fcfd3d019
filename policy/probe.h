/*
 * An engine with added places that nobody is assigned: one scope for "every
 * other scope", and below chosen collections one child each, for "everything
 * below". Their answers stand for all real ones like them.
 */
#pragma once

#include "policy/arena.h"
#include "rbac/build.h"

struct probe {
    struct rbac_engine *engine;     /* owned */
    const struct rbac_estate *real; /* of the engine it was made from */
    uint32_t other_scope;
    uint32_t *below; /* [real->n_collections]: the child, or RBAC_NONE */
};

/* has_below[real->n_collections]: where a child is wanted. */
MUST_CHECK
enum status probe_make(const struct rbac_engine *engine, const bool *has_below,
                       struct arena *arena, struct probe *probe_out);
void probe_clear(struct probe *probe);
