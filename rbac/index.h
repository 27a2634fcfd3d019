/*
 * The objects under an engine: decide by number, for many at once, and list
 * visible ones.
 *
 * Objects are numbered by their owner, in the order in which lists are read (a
 * row id, a device's ResourceID). An object's labels are kept in a row of eight
 * bytes; of a device's collections only the deepest, which decide the same as
 * all of them, since whatever covers a collection covers all below it. (An
 * operation blocked on directly assigned collections is asked of a collection,
 * whose only label is itself.)
 *
 * An index is immutable. A changed object makes another generation, which
 * shares all but the changed chunk with the previous one; both can be read
 * without locks. An index fits every engine with the same scopes, collections
 * and catalog (rbac_engine_rebuild()).
 */
#pragma once

#include "rbac/rbac.h"
#include "rbac/set.h"

/* A class of objects, as SMS_Application or SMS_R_System. */
struct rbac_class {
    uint16_t type;    /* the type that secures it */
    uint16_t objects; /* index of the numbering it uses */
};

/*
 * One numbering. labels of object i: labels[label_at[i] .. label_at[i + 1]).
 * Its classes are secured in the same way, all by collection, all by scope or
 * all by role; the labels are then all collections, or all scopes.
 */
struct rbac_objects {
    size_t n;
    const uint32_t *label_at; /* [n + 1] */
    const uint32_t *labels;   /* as in struct rbac_request */
    const uint16_t *class_of; /* [n]; NULL: all have the same class */
};

/*
 * STATUS_INVALID: an index out of range, an unknown type, a numbering with no
 * class or with classes secured in different ways, the All scope as a label (no
 * object is in it, R8.6; rbac_check() only lets it match nothing).
 */
struct rbac_index;
MUST_CHECK
enum status rbac_index_build(const struct rbac_engine *engine,
                             const struct rbac_class *classes, size_t n_classes,
                             const struct rbac_objects *objects,
                             size_t n_objects, struct rbac_index **index_out);
void rbac_index_free(struct rbac_index *index);
DEFINE_DROP(rbac_index)

/* May the index be used with subjects of the engine? */
bool rbac_index_fits(const struct rbac_index *index,
                     const struct rbac_engine *engine);

/*
 * The next generation, with other labels for one object; a number at most
 * RBAC_INDEX_ROOM beyond the last adds objects (skipped ones without labels),
 * no labels at all remove one. Costs microseconds; once in a thousand times the
 * lists are rebuilt.
 */
enum { RBAC_INDEX_ROOM = 4096 };
MUST_CHECK
enum status rbac_index_set(const struct rbac_index *index, uint16_t class,
                           uint32_t object, const uint32_t *labels,
                           size_t n_labels, struct rbac_index **index_out);

/* A question about an object by number. */
struct rbac_ask {
    const struct rbac_subject *subject;
    uint32_t object;
    uint16_t class;
    uint8_t operation; /* bit number */
    uint8_t level;     /* enum auth_level of the caller's evidence */
};

/* Like rbac_check(), with the labels in the index. No allocation. */
struct rbac_decision rbac_index_check(const struct rbac_index *index,
                                      const struct rbac_ask *ask,
                                      int64_t now_s);

/* The same for asks[n]: memory is prefetched, so many cost less each. */
void rbac_index_check_many(const struct rbac_index *index,
                           const struct rbac_ask *asks, size_t n, int64_t now_s,
                           struct rbac_decision *decisions_out);

/*
 * Every object of a class on which the subject is allowed the operation; the
 * ask's object is ignored. The set keeps its memory for reuse.
 */
MUST_CHECK
enum status rbac_index_visible(const struct rbac_index *index,
                               const struct rbac_ask *ask, int64_t now_s,
                               struct rbac_set *set);

/* Bytes used by the index, including what it shares with others. */
size_t rbac_index_bytes(const struct rbac_index *index);
