/*
 * What objects are labelled with: the types, the scopes, and the tree of
 * collections, with their numbers in rows and covers.
 *
 * The ground changes rarely and administrators often, so the engines of many
 * generations share one ground; it is freed with the last one.
 */
#pragma once

#include <stdatomic.h>

#include "rbac/arena.h"
#include "rbac/build.h"
#include "rbac/cover.h"
#include "rbac/names.h"
#include "rbac/pool.h"
#include "rbac/texts.h"
#include "rbac/tree.h"
#include "rbac/type.h"

struct ground {
    atomic_size_t n_holders;
    struct texts *texts; /* held: of the collections */
    struct arena arena;  /* owns everything below */
    const struct rbac_catalog *catalog;
    struct types types;
    const struct rbac_scope *scopes;
    size_t n_scopes;
    const struct rbac_collection *collections;
    struct tree tree;       /* tree.n collections */
    uint32_t all_scope;     /* RBAC_NONE: there are no scopes */
    uint32_t default_scope; /* RBAC_NONE: there is none */
    struct names scope_names;
    struct names newer_names; /* of collections that texts_ids() has not */
    struct pool subjects;     /* memory of the subjects of all generations */
};

/*
 * From an estate that estate_check() passed; held once. Strings that are those
 * of the previous ground (NULL: none), pointer by pointer, are shared with it.
 */
MUST_CHECK
enum status ground_make(const struct ground *previous,
                        const struct rbac_estate *estate,
                        struct ground **ground_out,
                        struct rbac_problem *problem);

/* Does the estate have this ground, name for name and in the same order? */
bool ground_is_that_of(const struct ground *ground,
                       const struct rbac_estate *estate);

/* The index of a collection, RBAC_NONE if there is none. */
uint32_t ground_find_collection(const struct ground *ground, struct text id);

/* Holds, and releases. */
struct ground *ground_hold(struct ground *ground);
void ground_free(struct ground *ground);
DEFINE_DROP(ground)

/*
 * The label number of an index in a request or an object; LABEL_NONE if there
 * is no such index, and for All, which has no objects.
 */
static inline uint16_t ground_label(const struct ground *ground,
                                    const struct type *type, uint32_t index)
{
    if (type->securing == RBAC_BY_COLLECTION)
        return index < ground->tree.n ? ground->tree.position[index]
                                      : LABEL_NONE;
    return index < ground->n_scopes && index != ground->all_scope
               ? (uint16_t)index
               : LABEL_NONE;
}
