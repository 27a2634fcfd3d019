/*
 * The types of secured objects and the operations on them, as data.
 *
 * The product's catalog is generated from policy/builtin/operations.tsv. The
 * engine knows no type by name: give it another catalog and it decides over
 * that one.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/base/text.h"

enum {
    RBAC_OPERATIONS_MAX = 32, /* one bit each in a mask */
};

/* How instances of a type are reached. */
enum rbac_securing {
    RBAC_BY_ROLE = 0,   /* no instance selector: the role alone opens all */
    RBAC_BY_SCOPE,      /* an object carries security scopes */
    RBAC_BY_COLLECTION, /* a collection itself, or what collections hold */
};

struct rbac_type {
    uint16_t id;            /* ObjectTypeID */
    const char *class_name; /* "SMS_Collection"; NULL where unknown */
    const char *display_name;
    enum rbac_securing securing;
    uint32_t operations;     /* every bit the type defines */
    uint32_t type_wide;      /* of these, held on all once held anywhere */
    uint32_t blocked_direct; /* not usable on a directly assigned collection */
    const char *const *operation_names; /* [RBAC_OPERATIONS_MAX], or NULL */
};

/* types[n_types], ascending by id. */
struct rbac_catalog {
    const struct rbac_type *types;
    size_t n_types;
};

/* The product's own catalog. */
extern const struct rbac_catalog rbac_catalog;

/* NULL when there is none. Class names are compared without regard to case. */
const struct rbac_type *rbac_catalog_type(const struct rbac_catalog *catalog,
                                          uint16_t id);
const struct rbac_type *rbac_catalog_class(const struct rbac_catalog *catalog,
                                           struct text class_name);

/* The bit number of an operation by its name on this type, or -1. */
int rbac_operation_bit(const struct rbac_type *type, struct text name);

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

/* Types and bits that code must name. Source: policy/builtin/operations.tsv. */
enum {
    RBAC_TYPE_COLLECTION = 1,
    RBAC_TYPE_PACKAGE = 2,
    RBAC_TYPE_STATUS_MESSAGE = 4,
    RBAC_TYPE_SITE = 6,
    RBAC_TYPE_ROLE = 27,
    RBAC_TYPE_ADMIN = 28,
    RBAC_TYPE_SCOPE = 29,
    RBAC_TYPE_APPLICATION = 31,
    RBAC_TYPE_ASSIGNMENT = 200,
    RBAC_TYPE_ADVERTISEMENT = 201,
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
    RBAC_OP_DEPLOY_APPLICATIONS = 20,
};
