/*
 * Who may do what to which object: the decision library.
 *
 * An estate (plain data) is built into an engine (immutable). A subject is one
 * caller as that engine knows them. A decision is pure and total: no I/O, no
 * clock, no allocation, no error. What no grant allows is denied.
 *
 * Access is the union of all grants of the caller's administrator records,
 * their own and their groups'. One grant is one triple (role, category kind,
 * category); a role never acts outside the category it is paired with.
 * Rules R7.1 to R7.8.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "provider/base/level.h"
#include "provider/base/own.h"
#include "provider/base/status.h"
#include "rbac/catalog.h"

#define RBAC_NONE UINT32_MAX

/* ---- The estate: what an engine is built from. All borrowed. ---- */

/*
 * What a role grants on one type. Every bit of operations needs at least
 * level; AUTH_LEVEL_NONE asks for nothing beyond the site's minimum. A bit
 * stands in at most one row of a role and type. What an operation implies is
 * granted at the level of its row, or of the lowest such row; but where the
 * role itself names the implied bit, that row's level alone counts: with Run
 * Script from none and Run CMPivot from mfa, Run CMPivot asks for mfa.
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
    enum auth_level level; /* the least level at which the role acts */
};

/*
 * Index 0 need not be All: is_all marks the one that covers every scope, those
 * of later estates included. Objects are never members of it (R8.6).
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
 * (a role that does not act on a kind is not hurt by it).
 * Holds for from_s <= t < until_s (T66); INT64_MIN and INT64_MAX: no bound, so
 * an until_s of INT64_MAX holds at t = INT64_MAX as well.
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
    bool is_lenient; /* who administers a category gives any role in it, and
                        changes any custom role, held or not (R10.5) */
};

/* What was wrong with an estate, in a sentence. */
struct rbac_problem {
    char text[256];
};

/*
 * Builds an engine. The estate is copied, its catalog is not: the rest may go
 * afterwards.
 * STATUS_INVALID with problem_out filled: an index out of range, a type or bit
 * the catalog does not have, a name or id twice, a cycle of limiting
 * collections, no or several All scopes where scopes exist.
 * STATUS_LIMIT, problem_out filled: more than 65,534 scopes or collections.
 */
struct rbac_engine;
MUST_CHECK
enum status rbac_engine_build(const struct rbac_estate *estate,
                              struct rbac_engine **engine_out,
                              struct rbac_problem *problem_out);
void rbac_engine_free(struct rbac_engine *engine);
DEFINE_DROP(rbac_engine)

/*
 * As rbac_engine_build(), for the next generation: where scopes, collections
 * and catalog are those of the previous engine they are shared with it, so that
 * a changed administrator costs little and object indexes stay valid. previous
 * may be NULL, and may go afterwards.
 */
MUST_CHECK
enum status rbac_engine_rebuild(const struct rbac_engine *previous,
                                const struct rbac_estate *estate,
                                struct rbac_engine **engine_out,
                                struct rbac_problem *problem_out);

/* The estate as the engine keeps it; borrowed. Indexes are those given. */
const struct rbac_estate *rbac_engine_estate(const struct rbac_engine *engine);

/* Index by name or id, RBAC_NONE when there is none. */
uint32_t rbac_find_admin(const struct rbac_engine *engine, struct text name,
                         bool is_group);
uint32_t rbac_find_role(const struct rbac_engine *engine, struct text id);
uint32_t rbac_find_scope(const struct rbac_engine *engine, struct text id);
uint32_t rbac_find_collection(const struct rbac_engine *engine, struct text id);

/* ---- The subject: one caller ---- */

/*
 * The caller to whom the administrator records admins[n_admins] (indexes) all
 * apply; none at all is allowed and means every check is denied. The subject
 * borrows the engine, which must outlive it.
 */
struct rbac_subject;
MUST_CHECK
enum status rbac_subject_new(const struct rbac_engine *engine,
                             const uint32_t *admins, size_t n_admins,
                             struct rbac_subject **subject_out);
void rbac_subject_free(struct rbac_subject *subject);
DEFINE_DROP(rbac_subject)

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
    RBAC_UNKNOWN_OPERATION, /* there is no such type, or bit on it */
    RBAC_ROLE_LACKS_OPERATION,
    RBAC_OUT_OF_SCOPE,
    RBAC_OUT_OF_COLLECTION,
    RBAC_DIRECTLY_ASSIGNED, /* Modify or Delete on an assigned collection */
    RBAC_NOT_YET_VALID,
    RBAC_NO_LONGER_VALID,
    RBAC_LEVEL_TOO_LOW,
    RBAC_GUARD_LAST_SCOPE,     /* an object keeps at least one scope */
    RBAC_GUARD_ALL_SCOPE,      /* no object is put into All */
    RBAC_GUARD_SCOPE_NOT_HELD, /* the scope is not the caller's to set */
    RBAC_GUARD_SELF,           /* nobody removes their own record */
    RBAC_GUARD_LAST_FULL_ADMINISTRATOR,
    RBAC_GUARD_MORE_THAN_HELD, /* nobody hands out more than they hold */
    RBAC_GUARD_BUILT_IN,       /* built-in objects are not changed */
    RBAC_GUARD_IN_USE,
    RBAC_GUARD_CIRCLE,             /* a collection is not limited by itself */
    RBAC_GUARD_FULL_ADMINISTRATOR, /* for the top alone (A6) */
    RBAC_GUARD_EXCEPTED,           /* not for whom the minimum does not bind */
    RBAC_GUARD_SECOND_PERSON,      /* nobody approves what they asked for */
    RBAC_N_REASONS,
};

/* "out-of-scope": stable, as in decision tables and in the audit. */
const char *rbac_reason_name(enum rbac_reason reason);

/* One plain sentence for people. */
const char *rbac_reason_text(enum rbac_reason reason);

/*
 * One question. labels[n_labels] are what the stored object carries: for a
 * type by scope the indexes of its scopes; for a type by collection the
 * indexes of the collections that are or hold it (the deepest are enough);
 * nothing for a type by role. A question about the type itself ("may I
 * create?", "could I read any?") has is_type_wide set and no labels: it is
 * allowed when the operation is held anywhere.
 *
 * A device is asked about with the operations of its type: Read Resource on
 * RBAC_TYPE_COLLECTION, with the collections that hold the device as labels.
 * An object without labels is nobody's, save for type-wide operations. Labels
 * that are out of range match nothing.
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
    uint32_t scope;      /* the one paired, when by scope or by role */
    uint32_t collection; /* the one assigned, when by collection */
};

/*
 * level_required is that of the weakest grant that would do, at least domain;
 * AUTH_LEVEL_NONE where the verdict is RBAC_DENY.
 */
struct rbac_decision {
    enum rbac_verdict verdict;
    enum rbac_reason reason;
    enum auth_level level_required;
};

/*
 * rbac_check - the one decision
 *
 * Allows when one single grant permits the operation, covers the object,
 * holds at the time and asks for no more than the level; half-matching grants
 * do not add up. Modify and Delete are denied on a collection the caller is
 * assigned directly, whatever else they hold and through whichever role, as
 * long as that assignment lasts (R7.5.2, R7.5.3).
 *
 * The reason of a denial is the nearest miss: a level too low before a bound
 * of time, before a directly assigned collection, before an object out of
 * scope or collection, before a role without the operation.
 */
struct rbac_decision rbac_check(const struct rbac_subject *subject,
                                const struct rbac_request *request);

/*
 * Everything of requests[n] at once, each by any grant (R7.3.3, R7.7.1,
 * R7.8.2): the first denial, else the highest level needed, else allow.
 */
struct rbac_decision rbac_check_all(const struct rbac_subject *subject,
                                    const struct rbac_request *requests,
                                    size_t n);

/*
 * The operation on a target collection that deploying an object of this type
 * needs (R7.7.2), beside Read on the object itself. -1: is not deployed.
 */
int rbac_deploy_operation(uint16_t type);

/* ---- Explaining ---- */

enum rbac_change {
    RBAC_CHANGE_NONE = 0,
    RBAC_CHANGE_ADD_OPERATION,     /* to the grant's role */
    RBAC_CHANGE_ADD_SCOPE,         /* to the grant's assignment: change.scope */
    RBAC_CHANGE_ADD_COLLECTION,    /* to the grant's assignment */
    RBAC_CHANGE_SIGN_IN_AT,        /* level */
    RBAC_CHANGE_EXTEND_TIME,       /* of the grant's assignment */
    RBAC_CHANGE_ADD_ASSIGNMENT,    /* to grant.admin, RBAC_NONE only where no
                                      record applies; nothing nearer: a role
                                      that has it, here */
    RBAC_CHANGE_REMOVE_COLLECTION, /* the direct assignment that blocks */
};

/* "add-scope": stable, as in answers of access.explain. */
const char *rbac_change_name(enum rbac_change change);

/*
 * A grant that allowed, or one that missed and what it lacks. The change alone
 * would turn the answer into yes, if it can be made at all: a grant that lacks
 * two things is no near miss and is not listed.
 */
struct rbac_finding {
    struct rbac_grant grant;
    enum rbac_reason reason; /* RBAC_ALLOWED, or why this one missed */
    enum auth_level level_required;
    enum rbac_change change;  /* the smallest that would allow */
    uint32_t change_category; /* scope or collection to add or remove */
};

/*
 * The decision with the grants that allow it, or the nearest misses first.
 * findings[n_findings], at most RBAC_FINDINGS_MAX.
 */
enum { RBAC_FINDINGS_MAX = 16 };

struct rbac_explanation {
    struct rbac_decision decision;
    struct rbac_finding findings[RBAC_FINDINGS_MAX];
    size_t n_findings;
};

/* The decision is the one rbac_check() gives. No allocation. */
void rbac_explain(const struct rbac_subject *subject,
                  const struct rbac_request *request,
                  struct rbac_explanation *explanation_out);

/* ---- Rules about scopes and administration (sections 8 and 10) ---- */

/*
 * The scopes a new object of the type gets (R8.2, R8.3): those of the
 * caller's roles that grant Create or Set Security Scope on it, Default for
 * All. At most max, ascending, into scopes_out; returns how many there are.
 */
size_t rbac_creation_scopes(const struct rbac_subject *subject,
                            const struct rbac_request *create,
                            uint32_t *scopes_out, size_t max);

/*
 * May the caller change the scopes of an object from before to after
 * (R8.5..R8.7)? Set Security Scope on the object, and every scope added or
 * removed must be the caller's to set; All is never set, one always stays.
 */
struct rbac_decision rbac_check_scopes(const struct rbac_subject *subject,
                                       const struct rbac_request *set_scope,
                                       const uint32_t *after, size_t n_after);

/*
 * May the caller give this assignment to somebody (R10.3, R10.5, T61)? Only
 * when everything it grants, in its categories, for its time and at its
 * levels, is held by the caller at the level, and every category in a role
 * that can add or modify administrators. What a direct assignment keeps from
 * the caller (Modify and Delete on a collection) is not held, unless the
 * receiver is kept from it as well. A full administrator may give all.
 * The right to change administrators at all is the gate's to check.
 */
struct rbac_decision rbac_check_hand_out(
    const struct rbac_subject *subject,
    const struct rbac_assignment *assignment, enum auth_level level,
    int64_t now_s);

/*
 * As above for all that a new record holds together: what one assignment keeps
 * its receiver from, another need not be held for.
 */
struct rbac_decision rbac_check_admin_new(const struct rbac_subject *subject,
                                          const struct rbac_admin *admin,
                                          enum auth_level level, int64_t now_s);

/*
 * As above for a role's new content: what it gains must be held by the caller
 * wherever the role is assigned, to whomever; where it loses something, the
 * caller administers every category in which somebody has it (R10.3), for all
 * of them lose it. role_index RBAC_NONE: a new role, which nobody holds yet.
 * Built-in roles are not changed (R5.1).
 */
struct rbac_decision rbac_check_role_change(const struct rbac_subject *subject,
                                            const struct rbac_role *role,
                                            uint32_t role_index,
                                            enum auth_level level,
                                            int64_t now_s);

/*
 * May the caller remove this administrator record, or (after not NULL) give it
 * other content? Not when it is their own and they remove it (R10.1), nor when
 * no full administrator would remain (R10.2). What the record gains, by role
 * and category, must be the caller's to give (R10.3, R10.5), all of it where a
 * disabled record is enabled. What it loses (removed, disabled, narrowed) needs
 * no holding: it gives nobody anything, so the caller administers the category
 * (R10.4), whatever the roles hold. But ending a direct assignment may free
 * operations that this or another record grants, which the caller may do
 * themselves then (T61).
 */
struct rbac_decision rbac_check_admin_change(const struct rbac_subject *subject,
                                             uint32_t admin,
                                             const struct rbac_admin *after,
                                             enum auth_level level,
                                             int64_t now_s);

/*
 * May the caller change what people know the record by, such as a name? It
 * takes and gives nothing, but it misleads: so the caller administers all that
 * the record assigns, as for disabling it (R10.4).
 */
struct rbac_decision rbac_check_admin_text(const struct rbac_subject *subject,
                                           uint32_t admin,
                                           enum auth_level level,
                                           int64_t now_s);

/*
 * What the caller would have to hold for such a change, and does not: the first
 * operation of a role in a category, or, as Modify on administrators, a
 * category that they do not administer. False: none of these is missing.
 * before NULL: a new record; after NULL: it is removed. For messages alone.
 */
struct rbac_missing {
    uint16_t type;
    uint8_t operation; /* bit number */
    uint32_t role;
    uint32_t category;
    bool is_collection;
};
bool rbac_missing_for_admin(const struct rbac_subject *subject,
                            const struct rbac_admin *before,
                            const struct rbac_admin *after, int64_t now_s,
                            struct rbac_missing *missing_out);

/* The same of a role that gets other content, in a category of a holder's. */
bool rbac_missing_for_role(const struct rbac_subject *subject,
                           const struct rbac_role *role, uint32_t role_index,
                           int64_t now_s, struct rbac_missing *missing_out);

/*
 * May the caller limit a collection by another one (R7.5.7, T61)? Whoever
 * reaches it through the new limiting collection and did not before gains what
 * their roles grant; all of that must be held by the caller on the collection.
 * Modify on the one and Read on the other are the gate's to check.
 */
struct rbac_decision rbac_check_relimit(const struct rbac_subject *subject,
                                        uint32_t collection, uint32_t limiting,
                                        enum auth_level level, int64_t now_s);

/*
 * Devices that come into a collection. Each of them is in all the sources: it
 * is enough to hold an operation on one of these. Without a source nobody
 * below the top holds anything.
 */
struct rbac_gain {
    uint32_t collection;
    const uint32_t *sources; /* [n_sources] */
    size_t n_sources;
};

/* The first operation that is missing, and for which collection. */
struct rbac_lack {
    uint32_t collection; /* RBAC_NONE: nothing is missing */
    uint16_t type;
    uint8_t operation;
};

/*
 * May the caller let devices come into these collections (T61)? Whoever is
 * assigned one of them gains the devices with every operation of their roles
 * on devices, unless the same assignment reaches the devices already; all of
 * that must be held by the caller where the devices come from.
 */
struct rbac_decision rbac_check_gain(const struct rbac_subject *subject,
                                     const struct rbac_gain *gains,
                                     size_t n_gains, enum auth_level level,
                                     int64_t now_s, struct rbac_lack *lack_out);

/*
 * Full Administrator with the All scope and every root collection, now: the
 * top, who may hand out anything and set the authentication level. The level
 * of the sign-in is not asked here; the functions above do ask it.
 */
bool rbac_is_full_administrator(const struct rbac_subject *subject,
                                int64_t now_s);

/*
 * Full Administrator with the All scope, with or without collections: whom the
 * documents let set the authentication level (A6).
 */
bool rbac_is_full_in_every_scope(const struct rbac_subject *subject,
                                 int64_t now_s);

/*
 * Would at least one enabled record other than `without` (RBAC_NONE: count
 * all) still be a full administrator? Guards R10.2.
 */
bool rbac_has_full_administrator(const struct rbac_engine *engine,
                                 uint32_t without, int64_t now_s);
