/*
 * The types of secured objects and the operations on them, as data.
 *
 * The product's catalog is generated from policy/builtin/operations.tsv. The
 * engine knows no type by name: it decides over any catalog.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/base/text.h"

/* No index: there is no such thing, or it does not matter which. */
#define RBAC_NONE UINT32_MAX

enum {
    RBAC_OPERATIONS_MAX = 32, /* one bit each in a mask */
};

/* How instances of a type are secured. */
enum rbac_securing {
    RBAC_BY_ROLE = 0,   /* by role alone, for all instances */
    RBAC_BY_SCOPE,      /* an object carries security scopes */
    RBAC_BY_COLLECTION, /* a collection itself, or what collections hold */
};

struct rbac_type {
    uint16_t id;            /* ObjectTypeID */
    const char *class_name; /* "SMS_Collection"; NULL if unknown */
    const char *display_name;
    enum rbac_securing securing;
    uint32_t operations; /* every bit the type defines */
    uint32_t type_wide;  /* of these, held on all objects if held anywhere */
    uint32_t blocked_direct; /* blocked on a directly assigned collection */
    const char *const *operation_names; /* [RBAC_OPERATIONS_MAX], or NULL */
    const uint32_t *implies; /* [RBAC_OPERATIONS_MAX] masks, or NULL */
};

/*
 * types[n_types], ascending by id. An engine borrows its catalog, which must
 * live as long as the program.
 */
struct rbac_catalog {
    const struct rbac_type *types;
    size_t n_types;
};

/* The product's own catalog. */
extern const struct rbac_catalog rbac_catalog;

/* NULL if there is none. Class names are compared without regard to case. */
const struct rbac_type *rbac_catalog_type(const struct rbac_catalog *catalog,
                                          uint16_t id);
const struct rbac_type *rbac_catalog_class(const struct rbac_catalog *catalog,
                                           struct text class_name);

/*
 * The bit number of an operation by its name on this type, or -1. Names are
 * compared without regard to case. A bit means different things on different
 * types, so a name is never looked up without one.
 */
int rbac_operation_bit(const struct rbac_type *type, struct text name);

/* What a type is called: its class, or its name for people. */
const char *rbac_type_name(const struct rbac_type *type);

/* The name of a bit on this type; NULL if it has none. */
const char *rbac_operation_name(const struct rbac_type *type, int bit);

/*
 * The operations and all that they imply: Run Script implies Run CMPivot. The
 * engine applies this to every role; stored roles stay as written.
 */
uint32_t rbac_with_implied(const struct rbac_type *type, uint32_t operations);

/*
 * The flags of a type's operations: type-wide, per instance, blocked on a
 * directly assigned collection, implied by another. Where the reference does
 * not say type-wide, the table says per instance, which grants less.
 */

/* A built-in role; masks[n_masks] ascending by type. Generated. */
struct rbac_builtin_mask {
    uint16_t type;
    uint32_t operations;
};

struct rbac_builtin_role {
    const char *id;   /* "SMS0001R" */
    const char *name; /* "Full Administrator" */
    const struct rbac_builtin_mask *masks;
    size_t n_masks;
};

/* The 15 built-in roles, from policy/builtin/builtin_roles.tsv. */
extern const struct rbac_builtin_role rbac_builtin_roles[];
extern const size_t rbac_n_builtin_roles;

/* The built-in role with that id; NULL if there is none. */
const struct rbac_builtin_role *rbac_builtin_role(struct text id);

/* The role that, with All and every root collection, makes a full
 * administrator. */
#define RBAC_FULL_ADMINISTRATOR_ID "SMS0001R"

/* Types and bits that the code names. Source: policy/builtin/operations.tsv. */
enum {
    RBAC_TYPE_COLLECTION = 1,
    RBAC_TYPE_PACKAGE = 2,
    RBAC_TYPE_STATUS_MESSAGE = 4,
    RBAC_TYPE_SITE = 6,
    RBAC_TYPE_CONFIGURATION_ITEM = 11,
    RBAC_TYPE_TASK_SEQUENCE = 20,
    RBAC_TYPE_QUERY = 7,
    RBAC_TYPE_ROLE = 27,
    RBAC_TYPE_ADMIN = 28,
    RBAC_TYPE_SCOPE = 29,
    RBAC_TYPE_APPLICATION = 31,
    RBAC_TYPE_UPDATE_GROUP = 34,
    RBAC_TYPE_SOFTWARE_UPDATE = 37,
    RBAC_TYPE_CLIENT_SETTINGS = 38,
    RBAC_TYPE_DISTRIBUTION_POINT = 42,
    RBAC_TYPE_INVENTORY_REPORT = 44,
    RBAC_TYPE_BOUNDARY = 45,
    RBAC_TYPE_BOUNDARY_GROUP = 46,
    RBAC_TYPE_ANTIMALWARE = 47,
    RBAC_TYPE_CONFIGURATION_POLICY = 48,
    RBAC_TYPE_FIREWALL_POLICY = 53,
    RBAC_TYPE_ASSIGNMENT = 200,
    RBAC_TYPE_ADVERTISEMENT = 201,
    RBAC_TYPE_SETTINGS_ASSIGNMENT = 202,
    RBAC_TYPE_SCRIPT = 213,
    RBAC_TYPE_APPLICATION_GROUP = 224,
    RBAC_TYPE_FOLDER = 226,
};

enum {
    RBAC_OP_READ = 0,
    RBAC_OP_MODIFY = 1,
    RBAC_OP_DELETE = 2,
    RBAC_OP_SET_SCOPE = 4,
    RBAC_OP_MODIFY_RESOURCE = 7,
    RBAC_OP_DELETE_RESOURCE = 9,
    RBAC_OP_CREATE = 10,
    RBAC_OP_READ_RESOURCE = 12,
    RBAC_OP_DEPLOY_PACKAGES = 14,
    RBAC_OP_MOVE = 13, /* between folders */
    RBAC_OP_DEPLOY_CLIENT_SETTINGS = 16,
    RBAC_OP_MODIFY_FOLDER = 17, /* of its type's folders */
    RBAC_OP_APPROVE = 18,       /* of scripts */
    RBAC_OP_DEPLOY_ANTIMALWARE = 19,
    RBAC_OP_AUTHOR_POLICY = 20, /* of kinds of policy */
    RBAC_OP_DEPLOY_APPLICATIONS = 20,
    RBAC_OP_DEPLOY_CONFIGURATION_ITEMS = 22,
    RBAC_OP_DEPLOY_TASK_SEQUENCES = 23,
    RBAC_OP_DEPLOY_SOFTWARE_UPDATES = 26,
    RBAC_OP_MANAGE_ASSET_INTELLIGENCE = 26, /* of software titles */
    RBAC_OP_DEPLOY_POLICIES = 27,
    RBAC_OP_VIEW_ASSET_INTELLIGENCE = 27, /* of software titles */
};
