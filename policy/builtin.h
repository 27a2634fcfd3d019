/*
 * Scopes and collections that every site has. The built-in roles and the
 * catalog of types come with the decision library (rbac/catalog.h).
 * Rules R6.1 to R6.3.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "rbac/catalog.h"

struct builtin {
    const char *id;
    const char *name;
    bool is_user; /* of a collection: its members are users */
    bool is_root; /* of a collection: not limited by another */
};

#define BUILTIN_FULL_ADMINISTRATOR "SMS0001R"
#define BUILTIN_SCOPE_ALL          "SMS00ALL"
#define BUILTIN_SCOPE_DEFAULT      "SMS00UNA"
#define BUILTIN_ALL_SYSTEMS        "SMS00001"
#define BUILTIN_ALL_USERS          "SMS00004" /* and user groups */

extern const struct builtin builtin_scopes[];
extern const size_t n_builtin_scopes;
extern const struct builtin builtin_collections[];
extern const size_t n_builtin_collections;
