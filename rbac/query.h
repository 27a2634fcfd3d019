/*
 * Questions asked in reverse, and of two engines: who can, what can, and what
 * changes for whom.
 *
 * They answer by visiting; what a visit gets is borrowed for the visit.
 */
#pragma once

#include "rbac/explain.h"

/*
 * An administrator record that alone is allowed, or would be at a level. The
 * explanation has the grants that allow it.
 */
struct rbac_holder {
    uint32_t admin;
    struct rbac_explanation explanation;
};

typedef void (*rbac_holder_visit)(void *context,
                                  const struct rbac_holder *holder);

/*
 * Visits every enabled record, of users and of groups, whose own grants allow
 * the request at some level; the request's level is ignored. Agrees with
 * rbac_check() of a subject with that record alone.
 */
MUST_CHECK
enum status rbac_who_can(const struct rbac_engine *engine,
                         const struct rbac_request *request,
                         rbac_holder_visit visit, void *context);

/* Operations of one type that a grant holds in one category. */
struct rbac_held {
    uint16_t type;
    uint32_t operations;   /* including what they imply */
    enum auth_level level; /* that they need, at least domain */
    int64_t from_s;
    int64_t until_s;
    struct rbac_grant grant;
};

typedef void (*rbac_held_visit)(void *context, const struct rbac_held *held);

/* Visits everything that the subject's grants hold, grant by grant, at any
 * time. */
void rbac_what_can(const struct rbac_subject *subject, rbac_held_visit visit,
                   void *context);

/*
 * A right that only one side has, or at another level: an operation on an
 * object with this one label. category is NULL if the operation is held on all
 * objects or none.
 */
struct rbac_changed {
    uint16_t type;
    uint8_t operation;
    const char *category; /* id of the scope or the collection */
    bool is_collection;
    int64_t at_s; /* the first time, from now on, at which they differ */
    struct rbac_decision before; /* as at level domain */
    struct rbac_decision after;
};

typedef void (*rbac_changed_visit)(void *context,
                                   const struct rbac_changed *changed);

/*
 * What changes between two subjects from one time on, for ever: the same user
 * in two engines, whatever changed between them: a role, a group, a scope or
 * the tree of collections. Labels are matched by id. Every check of an object
 * with one label that differs is visited once, and nothing else.
 * STATUS_INVALID: the engines have different catalogs.
 */
MUST_CHECK
enum status rbac_difference(const struct rbac_subject *before,
                            const struct rbac_subject *after, int64_t now_s,
                            rbac_changed_visit visit, void *context);
