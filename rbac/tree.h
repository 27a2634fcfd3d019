/*
 * The tree of limiting collections, numbered so that a collection and all below
 * it are one run of numbers.
 *
 * The numbers are a preorder walk: what is below collection c are exactly the
 * positions position[c] .. position[c] + size[c] - 1, itself first. So a grant
 * on a collection, at any depth (R7.5.1), is one range.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "provider/base/status.h"
#include "rbac/arena.h"
#include "rbac/build.h"

struct tree {
    size_t n;
    uint16_t *position; /* [n], by collection */
    uint16_t *size;     /* [n], by collection; itself included */
    uint16_t *at;       /* [n], by position: the collection */
    uint16_t *reach;    /* [n], by position: its size */
};

/*
 * The tree with more collections behind those that it had, each limited by one
 * before it: what tree_number() would make of collections[n]. What they were
 * limited by has not changed.
 */
MUST_CHECK
enum status tree_extend(const struct tree *from,
                        const struct rbac_collection *collections, size_t n,
                        struct arena *arena, struct tree *tree_out);

/*
 * STATUS_INVALID with bad_out set if a collection depends on itself, directly
 * or not. The indexes in collections[n] are known to be in range.
 */
MUST_CHECK
enum status tree_number(const struct rbac_collection *collections, size_t n,
                        struct arena *arena, struct tree *tree_out,
                        uint32_t *bad_out);
