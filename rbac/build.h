/*
 * What is decided about: an estate (plain data) is built into an engine, which
 * is immutable.
 *
 * One grant of an estate is one triple (role, category kind, category); a role
 * never acts outside the category it is paired with.
 * Rules R7.1 to R7.8.
 *
 * Threads: an engine is built by one thread and then never changed. Any number
 * of threads may read it, and build the next generation from it, without a
 * lock. It may be freed by any thread, once nothing uses it: neither a call
 * under way nor a subject made of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/level.h"
#include "provider/base/own.h"
#include "provider/base/status.h"
#include "rbac/catalog.h"

/* ---- The estate: what an engine is built from. All borrowed. ---- */

/*
 * What a role grants on one type. Every bit of operations needs at least level;
 * AUTH_LEVEL_NONE means nothing beyond the site's minimum. A bit is in at most
 * one row of a role and type. What an operation implies is granted at the level
 * of its row, or of the lowest such row; but if the role itself names the
 * implied bit, that row's level alone counts: with Run Script from none and Run
 * CMPivot from mfa, Run CMPivot needs mfa.
 */
struct rbac_right {
    uint16_t type;
    uint32_t operations;
    enum auth_level level;
};

struct rbac_role {
    const char *id; /* "SMS0001R", unique */
    const char *name;
    const struct rbac_right *rights; /* [n_rights] */
    size_t n_rights;
    enum auth_level level; /* the lowest level at which the role acts */
};

/*
 * Index 0 need not be All: is_all marks the one that covers every scope,
 * including those of later estates. Objects are never members of it (R8.6).
 */
struct rbac_scope {
    const char *id;
    const char *name;
    bool is_all;
    bool is_default; /* where a creator with All puts new objects */
};

struct rbac_collection {
    const char *id;
    const char *name;
    uint32_t limiting; /* index of the limiting collection, RBAC_NONE: root */
};

/*
 * Roles in scopes and collections, for a time: every role with every category
 * (harmless for a role that does not act on a kind). Valid for from_s <= t <
 * until_s (T66); INT64_MIN and INT64_MAX: no bound, so an until_s of INT64_MAX
 * is valid at t = INT64_MAX as well.
 */
struct rbac_assignment {
    const uint32_t *roles; /* indexes into the estate's arrays */
    size_t n_roles;
    const uint32_t *scopes;
    size_t n_scopes;
    const uint32_t *collections;
    size_t n_collections;
    int64_t from_s;
    int64_t until_s;
};

/* An administrator record. A disabled one matches nobody. */
struct rbac_admin {
    const char *name; /* "alice@EXAMPLE.COM" or a group's name, unique */
    bool is_group;
    bool is_disabled;
    const struct rbac_assignment *assignments; /* [n_assignments] */
    size_t n_assignments;
};

struct rbac_estate {
    const struct rbac_catalog *catalog; /* outlives every engine */
    const struct rbac_role *roles;
    size_t n_roles;
    const struct rbac_scope *scopes;
    size_t n_scopes;
    const struct rbac_collection *collections;
    size_t n_collections;
    const struct rbac_admin *admins;
    size_t n_admins;
    bool is_lenient; /* administrators of a category may give any role in it and
                        change any custom role, held or not (R10.5) */
};

/* The fault of an estate, in a sentence. */
struct rbac_problem {
    char text[256];
};

/* ---- The engine ---- */

/*
 * Builds an engine. The estate is copied, its catalog is not: the rest may be
 * freed. STATUS_INVALID with problem_out filled: an index out of range, a type
 * or bit the catalog does not have, a name or id twice, a cycle of limiting
 * collections, no or several All scopes where scopes exist. STATUS_LIMIT,
 * problem_out filled: more than 65,534 scopes or collections.
 */
struct rbac_engine;
MUST_CHECK
enum status rbac_engine_build(const struct rbac_estate *estate,
                              struct rbac_engine **engine_out,
                              struct rbac_problem *problem_out);
void rbac_engine_free(struct rbac_engine *engine);
DEFINE_DROP(rbac_engine)

/*
 * Like rbac_engine_build(), for the next generation: scopes, collections and
 * catalog are shared with the previous engine if they are the same, so that a
 * changed administrator costs little and object indexes stay valid. Roles and
 * administrators are shared if both arrays are those of the previous engine's
 * estate, and names of collections if they are its strings, so that a new
 * collection costs no more than its place. previous may be NULL, and may be
 * freed afterwards.
 */
MUST_CHECK
enum status rbac_engine_rebuild(const struct rbac_engine *previous,
                                const struct rbac_estate *estate,
                                struct rbac_engine **engine_out,
                                struct rbac_problem *problem_out);

/* The estate as the engine keeps it; borrowed. Indexes are those given. */
const struct rbac_estate *rbac_engine_estate(const struct rbac_engine *engine);

/* Index by name or id; RBAC_NONE if there is none. */
uint32_t rbac_find_admin(const struct rbac_engine *engine, struct text name,
                         bool is_group);
uint32_t rbac_find_role(const struct rbac_engine *engine, struct text id);
uint32_t rbac_find_scope(const struct rbac_engine *engine, struct text id);
uint32_t rbac_find_collection(const struct rbac_engine *engine, struct text id);
