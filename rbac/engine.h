/*
 * The engine from within: the estate's copy and data derived from it.
 */
#pragma once

#include "rbac/arena.h"
#include "rbac/cover.h"
#include "rbac/ground.h"

/* A role's rights, including what they imply and the role's own level. */
struct rights {
    const struct rbac_right *rows;
    size_t n_rows;
};

struct rbac_engine {
    struct arena arena;    /* owns everything below except the ground */
    struct ground *ground; /* held */
    struct rbac_estate estate;
    struct rights *rights; /* [estate.n_roles] */
    struct names admins;   /* kind: is_group */
    struct names roles;
};

/* The level a grant needs; every sign-in has domain. */
static inline enum auth_level level_of_grant(enum auth_level level)
{
    return level < AUTH_LEVEL_DOMAIN ? AUTH_LEVEL_DOMAIN : level;
}
