/*
 * A generated workload: an estate, questions with the answers they must get,
 * and lists with their counts and sums. Tab separated files of numbers.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Rows of varying length: row i is values[start[i]] .. values[start[i + 1]]. */
struct ragged {
    uint32_t n;
    uint32_t *start;  /* owned: [n + 1] */
    uint32_t *values; /* owned */
    uint32_t capacity;
};

struct work_assignment {
    uint32_t is_group;
    uint32_t principal;
    uint32_t role;
    uint32_t has_all;
};

struct work_check {
    uint32_t user;
    uint32_t operation;
    uint32_t type;
    uint32_t object;
    uint32_t expected;
};

struct work_list {
    uint32_t user;
    uint32_t type;
    uint64_t count;
    uint64_t sum;
};

enum { WORK_TYPES_MAX = 64, WORK_TYPE_COLLECTION = 0, WORK_TYPE_DEVICE = 1 };

struct workload {
    uint32_t n_types, n_operations, n_roles, n_users, n_groups, n_scopes;
    uint32_t n_collections, n_objects, n_devices, n_assignments;
    uint32_t n_checks, n_lists;
    uint32_t (*masks)[WORK_TYPES_MAX]; /* by role and type */
    struct ragged groups;              /* by user */
    struct work_assignment *assignments;
    struct ragged assigned_scopes;
    struct ragged assigned_collections;
    uint32_t *limiting; /* by collection; UINT32_MAX: none */
    uint16_t *type_of;  /* by object */
    struct ragged object_scopes;
    struct ragged device_collections;
    struct work_check *checks;
    struct work_list *lists;
};

/* What cannot be read ends the program. */
void workload_read(const char *directory, struct workload *work);
