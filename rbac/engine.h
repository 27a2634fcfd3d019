/*
 * The engine from within: the estate's copy and what is derived from it once.
 */
#pragma once

#include "rbac/arena.h"
#include "rbac/cover.h"
#include "rbac/names.h"
#include "rbac/rbac.h"
#include "rbac/tree.h"
#include "rbac/type.h"

/* A role's rights with what they imply and the role's own level in each. */
struct rights {
    const struct rbac_right *rows;
    size_t n_rows;
};

struct rbac_engine {
    struct arena arena; /* owns everything below */
    struct rbac_estate estate;
    struct types types;
    struct tree tree;
    struct rights *rights;  /* [estate.n_roles] */
    uint32_t all_scope;     /* RBAC_NONE: there are no scopes */
    uint32_t default_scope; /* RBAC_NONE: there is none */
    struct names admins;    /* kind: is_group */
    struct names roles;
    struct names scopes;
    struct names collections;
};

/* The level a grant asks for; whoever signed in at all has domain. */
static inline enum auth_level level_of_grant(enum auth_level level)
{
    return level < AUTH_LEVEL_DOMAIN ? AUTH_LEVEL_DOMAIN : level;
}
