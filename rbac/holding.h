/*
 * Whether somebody holds a right as such: an operation, in a category, for a
 * time, at a level. The question behind every rule that nobody hands out more
 * than they hold (T61).
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
 * Whether the subject, signed in at a level, holds all of the gift from now on
 * until its end, by grants that ask for no more than the gift does.
 */
bool holding_has(const struct rbac_subject *subject, struct gift gift,
                 enum auth_level level, int64_t now_s);

/* Whether an assignment has the category, or one that includes it. */
bool holding_covers(const struct rbac_engine *engine,
                    const struct rbac_assignment *assignment, uint32_t category,
                    bool is_collection);

/* The rights of a role as written: rows with what they imply. */
struct rbac_right holding_right(const struct rbac_engine *engine,
                                const struct rbac_role *role, size_t row);

static inline bool holding_is_now(const struct rbac_assignment *assignment,
                                  int64_t now_s)
{
    return window_holds(assignment->from_s, assignment->until_s, now_s);
}
