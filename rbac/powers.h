/*
 * Roles and administrators of an engine, which the engines of several
 * generations share if they are the same.
 */
#pragma once

#include <stdatomic.h>

#include "rbac/arena.h"
#include "rbac/build.h"
#include "rbac/ground.h"
#include "rbac/names.h"

/* A role's rights, including what they imply and the role's own level. */
struct rights {
    const struct rbac_right *rows;
    size_t n_rows;
};

struct powers {
    atomic_size_t n_holders;
    struct arena arena; /* owns everything below */
    const struct rbac_role *roles;
    const struct rbac_admin *admins;
    struct rights *rights;    /* by role */
    struct names admin_names; /* kind: is_group */
    struct names role_names;
};

/* Of an estate that estate_check() passed; held once. */
MUST_CHECK
enum status powers_make(const struct rbac_estate *estate,
                        const struct ground *ground, struct powers **powers_out,
                        struct rbac_problem *problem);

/* Are they the estate's, in the same memory? */
bool powers_are_of(const struct powers *powers,
                   const struct rbac_estate *estate);

struct powers *powers_hold(struct powers *powers);
void powers_free(struct powers *powers);
DEFINE_DROP(powers)

/* The level a grant needs; every sign-in has domain. */
static inline enum auth_level level_of_grant(enum auth_level level)
{
    return level < AUTH_LEVEL_DOMAIN ? AUTH_LEVEL_DOMAIN : level;
}
