/*
 * Everything in a store that a policy file could declare, in the structs of
 * declare.h: declared objects and those of the console, but nothing built in.
 */
#pragma once

#include "provider/object/declare/declare.h"

/*
 * place: the file and line that declare it; none: created in the console, and
 * origin.adopt is the key by which files take it over.
 */

/* Collections are referred to by name if it is unique, else by key. */
struct declarable_collection {
    struct policy_collection collection;
    bool has_own_name; /* no other has it, as name or as key */
};

struct declarable_admin {
    struct policy_admin admin;
    bool is_disabled; /* the record gives no rights, whatever it says */
};

struct declarable_memory;
struct declarable {
    struct declarable_memory *memory; /* owned: holds all of it */
    enum auth_level minimum_level;
    struct policy_place level_place;
    const struct policy_exclusion *exclusions; /* each kind by name */
    size_t n_exclusions;
    const struct policy_scope *scopes;
    size_t n_scopes;
    const struct policy_role *roles; /* rights by type and level, a bit in one
                                        of them only */
    size_t n_roles;
    const struct declarable_collection *collections;
    size_t n_collections;
    const struct policy_group *groups;
    size_t n_groups;
    const struct declarable_admin *admins;
    size_t n_admins;
};

/* One state of everything: inside a transaction when one is open. */
MUST_CHECK
enum status declarable_read(struct store *store,
                            struct declarable **declarable_out);
void declarable_free(struct declarable *declarable);
DEFINE_DROP(declarable)
