/*
 * Does a subject hold a right as such: an operation, in a category, for a time,
 * at a level? Every rule that nobody gives more than they hold asks this (T61).
 */
#pragma once

#include "rbac/subject.h"

/* Operations of one type in one category: what a grant gives. */
struct gift {
    uint16_t type;
    uint32_t operations;
    enum auth_level level; /* that the receiver needs; at least domain */
    uint32_t category;     /* scope or collection */
    bool is_collection;
    int64_t from_s;
    int64_t until_s;
};

/*
 * Does the subject, signed in at a level, hold all of the gift from now until
 * its end, by grants that need no higher level than the gift?
 */
bool holding_has(const struct rbac_subject *subject, struct gift gift,
                 enum auth_level level, int64_t now_s);

/* Does an assignment have the category, or one that includes it? */
bool holding_covers(const struct rbac_engine *engine,
                    const struct rbac_assignment *assignment, uint32_t category,
                    bool is_collection);

/* The rights of a role as written: rows, with what they imply. */
struct rbac_right holding_right(const struct rbac_engine *engine,
                                const struct rbac_role *role, size_t row);

static inline bool holding_is_now(const struct rbac_assignment *assignment,
                                  int64_t now_s)
{
    return window_holds(assignment->from_s, assignment->until_s, now_s);
}
