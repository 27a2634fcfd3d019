/*
 * Everything a store holds that a policy file could say, in the words of
 * declare.h: declared things and those the console made, but nothing built in.
 */
#pragma once

#include "provider/object/declare/declare.h"

/*
 * place: the file and line that declare it, none: the console made it, and
 * origin.adopt is the key by which files take it over.
 */

/* Collections are referred to by name where that is theirs alone, else by
 * key. */
struct inventory_collection {
    struct policy_collection collection;
    bool has_own_name; /* no other has it, as name or as key */
};

struct inventory_admin {
    struct policy_admin admin;
    bool is_disabled; /* the record holds nothing, whatever it says */
};

struct inventory_memory;
struct inventory {
    struct inventory_memory *memory; /* owned: holds all of it */
    enum auth_level minimum_level;
    struct policy_place level_place;
    const struct policy_exclusion *exclusions; /* each kind by name */
    size_t n_exclusions;
    const struct policy_scope *scopes;
    size_t n_scopes;
    const struct policy_role *roles; /* rights by type and level, a bit in one
                                        of them only */
    size_t n_roles;
    const struct inventory_collection *collections;
    size_t n_collections;
    const struct policy_group *groups;
    size_t n_groups;
    const struct inventory_admin *admins;
    size_t n_admins;
};

/* One state of everything: inside a transaction when one is open. */
MUST_CHECK
enum status inventory_read(struct store *store,
                           struct inventory **inventory_out);
void inventory_free(struct inventory *inventory);
DEFINE_DROP(inventory)
