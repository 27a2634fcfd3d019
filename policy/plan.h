/*
 * What replacing a policy by another would change: objects added, removed and
 * changed, with their lines. Grants are compared one by one (a role in a scope
 * or on a collection, for a time), so that another spelling of the same grants
 * is no change. rights.h has who would gain or lose which rights.
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

/* One object: its kind, its name, and its lines added and removed. */
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
 * Everything is in the arena; texts are borrowed from it and from the policies.
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
