/*
 * Everything a store holds that a policy file could say, in the words of
 * declare.h: declared things and those the console made, but nothing built in.
 */
#pragma once

#include "provider/object/declare/declare.h"

/* place: the file and line that declare it, NULL: the console made it. */
struct inventory_exclusion {
    const char *place;
    struct site_exclusion exclusion;
};

struct inventory_scope {
    const char *place;
    const char *key;
    const char *name;
    const char *description;
};

struct inventory_role {
    const char *place;
    const char *key;
    struct declare_role role; /* a bit in one right only, by type and level */
};

struct inventory_group {
    const char *place;
    const char *name;
    const char *const *members;
    size_t n_members;
};

/* Collections are referred to by name where that is theirs alone, else by
 * key. */
struct inventory_collection {
    struct declare_collection collection; /* place: as above */
    const char *key;
    bool has_own_name; /* no other has it, as name or as key */
};

struct inventory_admin {
    const char *place;
    const char *key;
    struct declare_admin admin;
    bool is_disabled; /* the record holds nothing, whatever it says */
};

struct inventory_memory;
struct inventory {
    struct inventory_memory *memory; /* owned: holds all of it */
    enum auth_level minimum_level;
    const char *level_place;
    const struct inventory_exclusion *exclusions; /* each kind by name */
    size_t n_exclusions;
    const struct inventory_scope *scopes;
    size_t n_scopes;
    const struct inventory_role *roles;
    size_t n_roles;
    const struct inventory_collection *collections;
    size_t n_collections;
    const struct inventory_group *groups;
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
