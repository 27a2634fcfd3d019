/*
 * The decision library: may a user do an operation on an object?
 *
 * A subject is one caller as an engine (rbac/build.h) knows them. A decision is
 * pure and total: no I/O, no clock, no allocation, no error. What no grant
 * allows is denied. Access is the union of all grants of the caller's
 * administrator records, their own and their groups'.
 * Rules R7.1 to R7.8.
 *
 * Why it was decided so is rbac/explain.h, what an administrator may hand out
 * rbac/administer.h, many objects at once rbac/index.h, and questions asked in
 * reverse rbac/query.h.
 *
 * Threads: a subject is never changed. Any number of threads may make subjects
 * of one engine, ask about one subject, and free different ones, without a
 * lock; deciding takes none. (Making and freeing take one of the engine's own,
 * briefly.) What a function writes, a set or an explanation, is its caller's.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/level.h"
#include "provider/base/own.h"
#include "provider/base/status.h"
#include "rbac/catalog.h"

/* ---- The subject: one caller ---- */

/*
 * The caller to whom the administrator records admins[n_admins] (indexes) all
 * apply; no records at all is valid and denies every check. The subject borrows
 * the engine, which must outlive it.
 */
struct rbac_engine;
struct rbac_subject;
MUST_CHECK
enum status rbac_subject_new(const struct rbac_engine *engine,
                             const uint32_t *admins, size_t n_admins,
                             struct rbac_subject **subject_out);
void rbac_subject_free(struct rbac_subject *subject);
DEFINE_DROP(rbac_subject)

/*
 * The same for many questions at about one time: as long as no window of the
 * assignments begins or ends, they cost as if there were none. Answers are the
 * same at every time; once rbac_subject_is_current() is false, another subject
 * answers faster.
 */
MUST_CHECK
enum status rbac_subject_new_at(const struct rbac_engine *engine,
                                const uint32_t *admins, size_t n_admins,
                                int64_t now_s,
                                struct rbac_subject **subject_out);
bool rbac_subject_is_current(const struct rbac_subject *subject, int64_t now_s);

/* Those of the records that are not disabled: indexes, borrowed. */
const uint32_t *rbac_subject_records(const struct rbac_subject *subject,
                                     size_t *n_out);

/* ---- The decision ---- */

enum rbac_verdict {
    RBAC_DENY = 0, /* zeroed memory never allows */
    RBAC_ALLOW,
    RBAC_ALLOW_AT_LEVEL, /* not now: it would be allowed at level_required */
};

enum rbac_reason {
    RBAC_REASON_NONE = 0,
    RBAC_ALLOWED,
    RBAC_NO_ADMINISTRATOR,  /* no record applies to the caller */
    RBAC_UNKNOWN_OPERATION, /* there is no such type, or no such bit */
    RBAC_ROLE_LACKS_OPERATION,
    RBAC_OUT_OF_SCOPE,
    RBAC_OUT_OF_COLLECTION,
    RBAC_DIRECTLY_ASSIGNED, /* Modify or Delete on an assigned collection */
    RBAC_NOT_YET_VALID,
    RBAC_NO_LONGER_VALID,
    RBAC_LEVEL_TOO_LOW,
    RBAC_GUARD_LAST_SCOPE,     /* an object must keep a scope */
    RBAC_GUARD_ALL_SCOPE,      /* no object can be put into All */
    RBAC_GUARD_SCOPE_NOT_HELD, /* the caller may not set the scope */
    RBAC_GUARD_SELF,           /* nobody may remove their own record */
    RBAC_GUARD_LAST_FULL_ADMINISTRATOR,
    RBAC_GUARD_MORE_THAN_HELD, /* nobody gives more than they hold */
    RBAC_GUARD_BUILT_IN,       /* built-in objects cannot be changed */
    RBAC_GUARD_IN_USE,
    RBAC_GUARD_CIRCLE,             /* a collection cannot limit itself */
    RBAC_GUARD_FULL_ADMINISTRATOR, /* for the top only (A6) */
    RBAC_GUARD_EXCEPTED,           /* not for users excluded from the minimum */
    RBAC_GUARD_SECOND_PERSON,      /* nobody approves what they asked for */
    RBAC_N_REASONS,
};

/* "out-of-scope": stable, used in decision tables and in the audit. */
const char *rbac_reason_name(enum rbac_reason reason);

/* One plain sentence for people. */
const char *rbac_reason_text(enum rbac_reason reason);

/*
 * One question. labels[n_labels] are those of the stored object: for a type by
 * scope the indexes of its scopes; for a type by collection the indexes of the
 * collections that are or contain it (the deepest are enough); nothing for a
 * type by role. A question about the type itself ("may I create?", "could I
 * read any?") has is_type_wide set and no labels: it is allowed if the
 * operation is held anywhere.
 *
 * For a device, ask with the operations of its type: Read Resource on
 * RBAC_TYPE_COLLECTION, with the collections that contain the device as labels.
 * An object without labels is inaccessible except for type-wide operations.
 * Labels out of range match nothing.
 */
struct rbac_request {
    uint16_t type;
    uint8_t operation; /* bit number */
    bool is_type_wide;
    const uint32_t *labels;
    size_t n_labels;
    enum auth_level level; /* of the caller's evidence; none: never allowed */
    int64_t now_s;
};

/* The grant behind an answer: indexes into the estate; RBAC_NONE: not set. */
struct rbac_grant {
    uint32_t admin;
    uint32_t assignment; /* within the admin */
    uint32_t role;
    uint32_t scope;      /* the one paired, if by scope or by role */
    uint32_t collection; /* the one assigned, if by collection */
};

/*
 * level_required is that of the weakest grant that would suffice, at least
 * domain; AUTH_LEVEL_NONE if the verdict is RBAC_DENY.
 */
struct rbac_decision {
    enum rbac_verdict verdict;
    enum rbac_reason reason;
    enum auth_level level_required;
};

/*
 * rbac_check - the one decision
 *
 * Allows if one single grant permits the operation, covers the object, is valid
 * at the time and needs no higher level; half-matching grants do not add up.
 * Modify and Delete are denied on a collection that is directly assigned to the
 * caller, whatever else they hold and through whichever role, as long as that
 * assignment lasts (R7.5.2, R7.5.3).
 *
 * The reason for a denial is the nearest miss: a level too low before a bound
 * of time, before a directly assigned collection, before an object out of scope
 * or collection, before a role without the operation.
 */
struct rbac_decision rbac_check(const struct rbac_subject *subject,
                                const struct rbac_request *request);

/*
 * All of requests[n] together, each by any grant (R7.3.3, R7.7.1, R7.8.2): the
 * first denial, else the highest level needed, else allow.
 */
struct rbac_decision rbac_check_all(const struct rbac_subject *subject,
                                    const struct rbac_request *requests,
                                    size_t n);

/*
 * The operation on a target collection that deploying an object of this type
 * needs (R7.7.2), besides Read on the object itself. -1: it cannot be deployed.
 */
int rbac_deploy_operation(uint16_t type);
