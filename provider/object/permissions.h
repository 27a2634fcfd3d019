/*
 * SMS_Admin.Permissions between its JSON, the engine and the store.
 *
 * The product keeps triples (role, category type, category); the engine takes
 * assignments. Triples of one role and one time become one assignment, so that
 * no role ever acts in the category of another (R7.3.2).
 */
#pragma once

#include "provider/object/object_private.h"

struct triple {
    int64_t role;
    int64_t category;
    uint32_t role_index;
    uint32_t category_index;
    bool is_collection;
    int64_t from_s;
    int64_t until_s;
};

/* Zeroed memory is empty. */
struct permissions {
    struct triple *triples; /* owned, sorted, no two the same */
    size_t n_triples;
    uint32_t *indexes; /* owned: two for each triple */
    int64_t *rows;     /* as indexes */
    struct rbac_assignment *assignments;
    struct grant_rows *grants; /* the same in rows */
    size_t n_assignments;
};
void permissions_clear(struct permissions *permissions);

/*
 * Reads the property; every role and category must be one that the caller may
 * read. STATUS_INVALID with the failure set.
 */
MUST_CHECK
enum status permissions_read(struct object_call *call, const json_t *json,
                             struct permissions *permissions_out);
