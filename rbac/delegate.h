/*
 * Delegated administration: nobody gives more than they hold.
 *
 * full.c decides who is at the top, delegate.c what may be given, record.c what
 * may be done to administrator records and to the tree.
 */
#pragma once

#include "rbac/blocked.h"
#include "rbac/decide.h"
#include "rbac/holding.h"

/* The giver, the level and the time: the same for every right examined. */
struct giver {
    const struct rbac_subject *subject;
    const struct rbac_engine *engine;
    enum auth_level level;
    int64_t now_s;
};

/* Is the subject a full administrator at a level (R10.2)? */
bool full_is_subject(const struct rbac_subject *subject, enum auth_level level,
                     int64_t now_s);
bool full_is_record(const struct rbac_engine *engine,
                    const struct rbac_admin *admin, enum auth_level level,
                    int64_t now_s);

/* Are all indexes of an assignment in the estate's range? */
bool delegate_is_known(const struct rbac_estate *estate,
                       const struct rbac_assignment *assignment);

/* Is a category held in a role that can add or modify administrators
 * (R10.3)? */
bool delegate_administers(const struct giver *giver, uint32_t category,
                          bool is_collection);

bool delegate_assigns_role(const struct rbac_assignment *assignment,
                           uint32_t role);

/*
 * Everything an assignment gives the receiving record, category by category
 * (R10.3, R10.5).
 */
bool delegate_may_give(const struct giver *giver,
                       const struct rbac_assignment *assignment,
                       const struct rbac_admin *receiver);

/* Everything one right gives a record in the categories of an assignment. */
bool delegate_holds_right(const struct giver *giver, struct rbac_right right,
                          const struct rbac_assignment *assignment,
                          const struct rbac_admin *receiver);

/* What a role gives the record in the categories of an assignment. */
bool delegate_holds_role(const struct giver *giver, uint32_t role,
                         const struct rbac_assignment *assignment,
                         const struct rbac_admin *receiver);

/* A role whose content changes. */
struct role_change {
    const struct rbac_role *role;
    uint32_t index;
};

/* What the new role grants of a row and the old one did not, or only at a
 * higher level. */
struct rbac_right delegate_gained_right(const struct giver *giver,
                                        const struct role_change *change,
                                        size_t row);

/* Does the role lose anything, or need a higher level for it? */
bool delegate_loses_right(const struct giver *giver,
                          const struct role_change *change);

/* A rule, as a function of the giver. */
typedef bool (*giving_rule)(const struct giver *giver, const void *what);

/* The lowest level, from the held one up, at which the rule passes. */
struct rbac_decision delegate_decide(const struct rbac_subject *subject,
                                     giving_rule rule, const void *what,
                                     enum auth_level level, int64_t now_s);
