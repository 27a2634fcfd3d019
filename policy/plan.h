/*
 * What putting a policy in the place of another would change: which objects
 * come, go and differ, and in what. Grants are compared one by one (a role in
 * a scope or on a collection, for a time), so that writing the same grants
 * otherwise is no change. Who would gain or lose which rights is in rights.h.
 */
#pragma once

#include "policy/arena.h"
#include "policy/policy.h"
#include "provider/base/json_writer.h"

enum policy_change_kind {
    POLICY_CHANGED = 0,
    POLICY_ADDED,
    POLICY_REMOVED,
};

/* "changed", "added", "removed" */
const char *policy_change_name(enum policy_change_kind kind);

/* One object: what it is, its name, and the lines that come and go. */
struct policy_change {
    enum policy_change_kind kind;
    const char *what; /* "role", "scope", "administrator", ... */
    const char *name;
    struct policy_place place; /* after; before when it is removed */
    const char *const *gained; /* [n_gained]: "SMS_Application: Read" */
    size_t n_gained;
    const char *const *lost;
    size_t n_lost;
};

struct policy_plan {
    const struct policy_change *changes; /* [n_changes], by what and name */
    size_t n_changes;
};

/*
 * Everything in the arena; texts are borrowed from it and from the policies.
 * before NULL: nothing was declared.
 */
MUST_CHECK
enum status policy_plan_make(const struct policy *before,
                             const struct policy *after, struct arena *arena,
                             struct policy_plan *plan_out);

/* Lines for people: "+ role Web Deployers", "    + SMS_Application: Read". */
void policy_plan_write_text(const struct policy_plan *plan, struct buf *out);

/* [{"change":"added","what":"role","name":"..","at":"site.yaml:3:5",
 *   "gained":[..],"lost":[..]}] */
void policy_plan_write_json(const struct policy_plan *plan,
                            struct json_writer *w);
