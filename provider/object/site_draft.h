/*
 * The estate under construction: arrays in an arena, which is freed once the
 * engine has its own copy. For the files of the site only.
 */
#pragma once

#include "provider/object/object_private.h"
#include "rbac/arena.h"
#include "rbac/build.h"

struct site_draft {
    struct store *store;
    struct arena arena;
    struct object_map *map; /* borrowed: filled with what is read */
    const struct rbac_role *roles;
    const struct rbac_scope *scopes;
    const struct rbac_collection *collections;
    const struct rbac_admin *admins;
    size_t n_roles;
    size_t n_scopes;
    size_t n_collections;
    size_t n_admins;
};
void draft_clear(struct site_draft *draft);

/* All collections; before the powers, which name them. */
MUST_CHECK
enum status draft_read_collections(struct site_draft *draft);

/* Roles, scopes, and administrators with their assignments. */
MUST_CHECK
enum status draft_read_powers(struct site_draft *draft);

/* One collection, without its limit's index, and the row of that; 0: it has
 * none. STATUS_END: there is no such row. */
MUST_CHECK
enum status draft_read_collection(struct site_draft *draft, int64_t row,
                                  struct rbac_collection *collection_out,
                                  int64_t *limit_out);
