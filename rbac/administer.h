/*
 * What an administrator may hand out, change and take away:
 * scopes of objects, roles, administrator records, collections.
 *
 * These are guards beside the decision: the right to do the act at all is
 * rbac_check()'s to decide. Threads: as rbac/rbac.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rbac/build.h"
#include "rbac/rbac.h"

/*
 * The scopes a new object of the type gets (R8.2, R8.3): those of the caller's
 * roles that grant Create or Set Security Scope on it, Default for All. At most
 * max, ascending, into scopes_out; returns their number.
 */
size_t rbac_creation_scopes(const struct rbac_subject *subject,
                            const struct rbac_request *create,
                            uint32_t *scopes_out, size_t max);

/*
 * May the caller change the scopes of an object from before to after
 * (R8.5..R8.7)? Needs Set Security Scope on the object, and the right to set
 * every scope added or removed; All can never be set, one always stays.
 */
struct rbac_decision rbac_check_scopes(const struct rbac_subject *subject,
                                       const struct rbac_request *set_scope,
                                       const uint32_t *after, size_t n_after);

/*
 * May the caller give this assignment to somebody (R10.3, R10.5, T61)? Only if
 * the caller holds everything it grants, in its categories, for its time and at
 * its levels, and every category in a role that can add or modify
 * administrators. What a direct assignment blocks for the caller (Modify and
 * Delete on a collection) is not held, unless it is blocked for the receiver as
 * well. A full administrator may give everything. The gate checks the right to
 * change administrators at all.
 */
struct rbac_decision rbac_check_hand_out(
    const struct rbac_subject *subject,
    const struct rbac_assignment *assignment, enum auth_level level,
    int64_t now_s);

/*
 * As above for all assignments of a new record together: what one of them
 * blocks for its receiver need not be held for another.
 */
struct rbac_decision rbac_check_admin_new(const struct rbac_subject *subject,
                                          const struct rbac_admin *admin,
                                          enum auth_level level, int64_t now_s);

/*
 * As above for a role's new content: what it gains must be held by the caller
 * wherever the role is assigned, to whomever; if it loses something, the caller
 * must administer every category in which somebody has it (R10.3), since all of
 * them lose it. role_index RBAC_NONE: a new role, which nobody holds yet.
 * Built-in roles cannot be changed (R5.1).
 */
struct rbac_decision rbac_check_role_change(const struct rbac_subject *subject,
                                            const struct rbac_role *role,
                                            uint32_t role_index,
                                            enum auth_level level,
                                            int64_t now_s);

/*
 * May the caller remove this administrator record, or (after not NULL) give it
 * other content? They may not remove their own record (R10.1), nor the last
 * full administrator (R10.2). What the record gains, by role and category, must
 * be the caller's to give (R10.3, R10.5); all of it if a disabled record is
 * enabled. What it loses (removed, disabled, narrowed) needs no holding,
 * because it gives nobody anything: the caller only needs to administer the
 * category (R10.4), whatever the roles hold. But ending a direct assignment may
 * unblock operations that this or another record grants, which the caller must
 * be allowed to do (T61).
 */
struct rbac_decision rbac_check_admin_change(const struct rbac_subject *subject,
                                             uint32_t admin,
                                             const struct rbac_admin *after,
                                             enum auth_level level,
                                             int64_t now_s);

/*
 * May the caller change what people know the record by, such as a name? It
 * gives and takes nothing, but it misleads: so the caller must administer
 * everything that the record assigns, as for disabling it (R10.4).
 */
struct rbac_decision rbac_check_admin_text(const struct rbac_subject *subject,
                                           uint32_t admin,
                                           enum auth_level level,
                                           int64_t now_s);

/*
 * What the caller would have to hold for such a change, and does not: the first
 * operation of a role in a category, or, as Modify on administrators, a
 * category that they do not administer. False: nothing is missing. before NULL:
 * a new record; after NULL: it is removed. For messages only.
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

/* The same for a role whose content changes, in a category of a holder's. */
bool rbac_missing_for_role(const struct rbac_subject *subject,
                           const struct rbac_role *role, uint32_t role_index,
                           int64_t now_s, struct rbac_missing *missing_out);

/*
 * May the caller limit a collection by another one (R7.5.7, T61)? Everybody who
 * reaches it through the new limiting collection and did not before gains what
 * their roles grant; the caller must hold all of that on the collection. The
 * gate checks Modify on the one and Read on the other.
 */
struct rbac_decision rbac_check_relimit(const struct rbac_subject *subject,
                                        uint32_t collection, uint32_t limiting,
                                        enum auth_level level, int64_t now_s);

/*
 * Devices that come into a collection. Each of them is in all the sources: it
 * is enough to hold an operation on one of these. Without a source nobody below
 * the top holds anything.
 */
struct rbac_gain {
    uint32_t collection;
    const uint32_t *sources; /* [n_sources] */
    size_t n_sources;
};

/* The first missing operation, and the collection it is for. */
struct rbac_lack {
    uint32_t collection; /* RBAC_NONE: nothing is missing */
    uint16_t type;
    uint8_t operation;
};

/*
 * May the caller let devices come into these collections (T61)? Everybody who
 * is assigned one of them gains the devices with every operation of their roles
 * on devices, unless the same assignment reaches the devices already; the
 * caller must hold all of that at the devices' sources.
 */
struct rbac_decision rbac_check_gain(const struct rbac_subject *subject,
                                     const struct rbac_gain *gains,
                                     size_t n_gains, enum auth_level level,
                                     int64_t now_s, struct rbac_lack *lack_out);

/*
 * Full Administrator with the All scope and every root collection, now: the
 * top, which may give anything and set the authentication level. The level of
 * the sign-in is not checked here; the functions above do check it.
 */
bool rbac_is_full_administrator(const struct rbac_subject *subject,
                                int64_t now_s);

/*
 * Full Administrator with the All scope, with or without collections: may set
 * the authentication level (A6).
 */
bool rbac_is_full_in_every_scope(const struct rbac_subject *subject,
                                 int64_t now_s);

/*
 * Would at least one enabled record other than `without` (RBAC_NONE: count all)
 * still be a full administrator? Guards R10.2.
 */
bool rbac_has_full_administrator(const struct rbac_engine *engine,
                                 uint32_t without, int64_t now_s);
